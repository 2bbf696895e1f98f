import json

import pandas as pd
import pytest

from analysis.errors import DeliveryError
from analysis.linkage import employment
from analysis.linkage import link as module
from analysis.linkage.link import TABLES, dictionary, link, read_linked
from analysis.sources import vocabulary
from tests.linkage import small_world
from tests.linkage.small_world import CLINIC, NURSING, STRANGER, WELFARE, deliver, person, world


@pytest.fixture(scope="module")
def linked(tmp_path_factory):
    """The whole small world, linked."""
    place = tmp_path_factory.mktemp("linked")
    link(deliver(place / "deliveries"), place / "dataset", "2025")
    return place / "dataset"


def read(folder, table):
    return pd.read_parquet(folder / f"{table}.parquet")


def row(frame, **key):
    chosen = frame
    for name, value in key.items():
        chosen = chosen[chosen[name] == value]
    assert len(chosen) == 1, key
    return chosen.iloc[0]


# --- employment and careers ----------------------------------------------------------------------


def test_employment_years_by_hand(linked):
    years = read(linked, "employment_years")
    assert len(years) == 9
    found = row(years, person=person(3), year=2024)
    assert (found["months"], found["sex"], found["destination"]) == (3, "male", "pension")
    assert (str(found["first_month"])[:10], str(found["last_month"])[:10]) == (
        "2024-01-01", "2024-03-01",
    )  # fmt: skip
    assert found["birth_year"] == 1957
    assert str(found["end_date"])[:10] == "2024-03-31"
    whole = row(years, person=person(1), year=2023)
    assert whole["wage"] == 24001.2, "exact cents"
    assert whole["irregular_allowance"] == 1200.6
    assert whole["fte_months"] == 8.0004
    assert whole["temporary_months"] == 0
    assert str(whole["start_date"])[:10] == "2013-01-01"
    moved = row(years, person=person(2), organisation=CLINIC, year=2023)
    assert (moved["branch"], moved["contract"], moved["temporary_months"]) == ("ggz", "on_call", 4)
    assert pd.isna(row(years, person=person(4), year=2023)["team"])
    assert moved["team"] == person(900)


def test_the_last_month_of_a_year_counts(tmp_path):
    tables = {"pfzw_payslips": pd.concat([
        small_world.slips(1, NURSING, "2023-01-01", "2023-06-01", contract="temporary",
                          function_group="nursing", team=person(901)),
        small_world.slips(1, NURSING, "2023-07-01", "2023-12-01", function_group="staff",
                          team=None, branch="ghz"),
    ])}  # fmt: skip
    link(deliver(tmp_path / "d", tables), tmp_path / "out", "2025")
    found = row(read(tmp_path / "out", "employment_years"), year=2023)
    assert (found["contract"], found["function_group"], found["branch"]) == (
        "permanent", "staff", "ghz",
    )  # fmt: skip
    assert pd.isna(found["team"])
    assert found["temporary_months"] == 6


@pytest.mark.parametrize("column", ["branch", "function_group", "contract", "destination", "sex"])
def test_every_value_of_a_closed_list_comes_back(tmp_path, column):
    labels = {
        "branch": vocabulary.BRANCHES, "function_group": vocabulary.FUNCTION_GROUPS,
        "contract": vocabulary.CONTRACTS, "destination": vocabulary.DESTINATIONS,
        "sex": vocabulary.SEXES,
    }[column]  # fmt: skip
    parts = [
        small_world.slips(number, NURSING, "2023-05-01", "2023-05-01", **{column: label})
        for number, label in enumerate(labels, start=1)
    ]
    link(deliver(tmp_path / "d", {"pfzw_payslips": pd.concat(parts)}), tmp_path / "out", "2025")
    assert list(read(tmp_path / "out", "employment_years")[column]) == list(labels)


def test_careers_by_hand(linked):
    careers = read(linked, "careers")
    assert len(careers) == 6
    first = row(careers, person=person(2), organisation=NURSING)
    assert (first["next_organisation"], first["next_same_branch"]) == (CLINIC, 0)
    assert first["next_gap_months"] == 2
    assert (first["left_truncated"], first["ended"], first["months"]) == (1, 1, 6)
    assert (first["first_contract"], first["tenure_months"]) == ("temporary", 12)
    second = row(careers, person=person(2), organisation=CLINIC)
    assert (second["left_truncated"], second["ended"], second["months"]) == (0, 0, 16)
    assert (second["first_contract"], second["last_contract"]) == ("on_call", "permanent")
    assert (second["first_function_group"], second["last_function_group"]) == ("care", "treatment")
    assert pd.isna(second["next_organisation"])
    assert second["age_at_end"] == 25
    retired = row(careers, person=person(3))
    assert (retired["destination"], retired["tenure_months"]) == ("pension", 291)
    back = careers[careers["person"] == person(4)].sort_values("spell")
    assert list(back["spell"]) == [1, 2]
    assert (back.iloc[0]["next_gap_months"], back.iloc[0]["next_same_branch"]) == (6, 1)
    assert set(careers["weight"]) == {2.0}


def test_payslips_of_one_month_must_not_repeat(tmp_path):
    tables = world()
    tables["pfzw_payslips"] = pd.concat([tables["pfzw_payslips"]] * 2)
    with pytest.raises(DeliveryError, match="more than one payslip of an organisation in a month"):
        link(deliver(tmp_path / "d", tables), tmp_path / "out", "2025")
    assert not (tmp_path / "out").exists()


# --- organisations -------------------------------------------------------------------------------


def test_organisation_years_by_hand(linked):
    years = read(linked, "organisation_years")
    assert len(years) == 5
    found = row(years, organisation=NURSING, year=2024)
    assert (found["participant"], found["size_band"]) == (1, "250_to_999")
    assert found["employees_at_start"] == 250 - 30 + 20
    assert found["turnover_rate"] == pytest.approx(20 / 245)
    assert found["sector_exit_rate"] == pytest.approx(6 / 245)
    assert found["mobility_rate"] == pytest.approx(14 / 245)
    assert found["inflow_rate"] == pytest.approx(30 / 245)
    assert (found["absence_rate"], found["person_years"]) == (8.0, 165.0)
    assert (found["insured"], found["mental_care_share"]) == (40, 0.15)
    assert found["physiotherapy_share"] == 0.3
    assert found["injury_risk"] == pytest.approx((50 * 40 + 150 * 60) / 200)
    assert found["known_function_share"] == 0.8
    assert (found["share_zvw"], found["share_wlz"]) == (0.25, 0.75)
    assert found["effective_streams"] == pytest.approx(1 / (0.25**2 + 0.75**2))
    assert found["overhead_share"] == pytest.approx(0.2)
    assert found["result_share"] == 0.02
    assert found["slips_persons"] == 2
    assert found["slips_population"] == 4
    assert found["slips_fte"] == pytest.approx((12 + 3) * 0.6667 / 12 * 2)
    assert found["slips_wage"] == pytest.approx(15 * 2000.1 * 2)
    assert found["slips_irregular_share"] == pytest.approx(100.05 / 2000.1)
    assert (found["slips_inflow"], found["slips_outflow"]) == (0, 1)
    bands = years.set_index(["organisation", "year"])["size_band"]
    assert bands[NURSING, 2023] == "under_250"
    assert bands[CLINIC, 2023] == "1000_to_2999"
    assert bands[CLINIC, 2024] == "3000_plus"


def test_flags_say_what_was_linked(linked):
    years = read(linked, "organisation_years").set_index(["organisation", "year"])
    flags = [name for name in years if name.startswith("linked_")]
    assert years.loc[(NURSING, 2024), flags].tolist() == [1] * 6
    assert years.loc[(WELFARE, 2024), flags].tolist() == [0] * 6
    assert years.loc[(CLINIC, 2023), "linked_payslips"] == 1
    assert years.loc[(WELFARE, 2024), ["absence_rate", "insured", "workload"]].isna().all()


def test_without_organisation_years_the_payslips_give_organisations(tmp_path):
    tables = {"pfzw_payslips": world()["pfzw_payslips"]}
    manifest = link(deliver(tmp_path / "d", tables), tmp_path / "out", "2025")
    years = read(tmp_path / "out", "organisation_years")
    assert list(years.columns) == [column.name for column in TABLES["organisation_years"]]
    found = row(years, organisation=NURSING, year=2023)
    assert (found["branch"], found["employees"], found["size_band"]) == ("vvt", 4, "under_250")
    assert found["fte"] == pytest.approx(2 * 0.6667 * 2)
    assert found["temporary_share"] == pytest.approx(6 / 30)
    assert pd.isna(found["region"])
    assert pd.isna(found["turnover_rate"])
    assert pd.isna(found["participant"])
    assert "individuals" not in manifest.tables
    assert not (tmp_path / "out" / "individuals.parquet").exists()


@pytest.mark.parametrize("absent", sorted(world()))
def test_any_table_may_be_absent(tmp_path, absent):
    tables = {name: frame for name, frame in world().items() if name != absent}
    manifest = link(deliver(tmp_path / "d", tables), tmp_path / "out", "2025")
    years = read(tmp_path / "out", "organisation_years")
    assert list(years.columns) == [column.name for column in TABLES["organisation_years"]]
    assert any(absent in lacking for lacking in manifest.absent.values())
    flag = f"linked_{absent.split('_')[0]}"
    if absent in ("vernet_absence", "intrakoop_accounts", "fwg_functions"):
        assert years[flag].isna().all(), "unknown, not zero"


def test_repeated_organisation_years_are_refused(tmp_path):
    for name in ("pfzw_organisation_years", "intrakoop_accounts"):
        tables = world()
        tables[name] = pd.concat([tables[name]] * 2)
        with pytest.raises(DeliveryError, match=f"{name}: . rows repeat an organisation and year"):
            link(deliver(tmp_path / name, tables), tmp_path / "out", "2025")
    tables = world()
    tables["izz_monitor_respondents"] = pd.concat([tables["izz_monitor_respondents"]] * 2)
    with pytest.raises(DeliveryError, match="rows repeat a respondent and year"):
        link(deliver(tmp_path / "r", tables), tmp_path / "out", "2025")
    tables = world()
    tables["programme_sessions"] = pd.concat([tables["programme_sessions"]] * 2)
    with pytest.raises(DeliveryError, match="attendees: 3 delivered rows became 6"):
        link(deliver(tmp_path / "s", tables), tmp_path / "out", "2025")


# --- people and sessions -------------------------------------------------------------------------


def test_individuals_have_scores_weights_and_their_organisation(linked):
    people = read(linked, "individuals")
    assert len(people) == len(small_world.respondents())
    assert people["weight"].sum() == pytest.approx(3250)
    assert set(people.loc[people["organisation"] == NURSING, "participant"]) == {1}
    items = vocabulary.items("workload")
    assert people["workload"].tolist() == pytest.approx(people[items].mean(axis=1).tolist())
    nursing = people[people["organisation"] == NURSING]
    mean = (nursing["workload"] * nursing["weight"]).sum() / nursing["weight"].sum()
    years = read(linked, "organisation_years")
    found = row(years, organisation=NURSING, year=2024)
    assert found["workload"] == pytest.approx(mean)
    assert found["respondents"] == len(nursing)


def test_a_score_needs_half_of_the_items(tmp_path):
    tables = world()
    frame = tables["izz_monitor_respondents"]
    items = vocabulary.items("autonomy")
    frame.loc[0, items] = [5, 4, pd.NA]
    frame.loc[1, items] = [5, pd.NA, pd.NA]
    link(deliver(tmp_path / "d", tables), tmp_path / "out", "2025")
    scores = read(tmp_path / "out", "individuals").set_index("respondent")["autonomy"]
    assert scores[person(1)] == 4.5
    assert pd.isna(scores[person(2)])


def test_programme_tables(linked):
    attendees = read(linked, "attendees")
    assert len(attendees) == 3
    assert set(attendees["kind"]) == {"listening", "reflection"}
    assert set(attendees["region"]) == {"noord"}
    participants = read(linked, "participants")
    assert participants["employees"].tolist() == [250], "of the last year"
    assert read(linked, "action_points")["branch"].tolist() == ["vvt"]
    assert len(read(linked, "codings")) == len(read(linked, "interventions")) == 1


def test_parts_and_ages_keep_their_rows(linked):
    parts = read(linked, "absence_parts")
    assert parts["age_band"].tolist() == ["25_to_34", "under_25"]
    assert set(parts["branch"]) == {"vvt"}
    ages = read(linked, "organisation_ages")
    assert len(ages) == len(small_world.organisation_ages())
    assert ages["size_band"].notna().all()


# --- keys, formats, order ------------------------------------------------------------------------


def test_other_order_and_other_format_give_the_same_values(linked, tmp_path):
    for name, told in {
        "shuffled": {"shuffled": 1}, "again": {"shuffled": 2}, "same": {}, "csv": {"ending": "csv"},
    }.items():  # fmt: skip
        deliveries = deliver(tmp_path / name, **told)
        link(deliveries, tmp_path / f"{name}-out", "2025")
        for path in sorted(linked.glob("*.parquet")):
            other = pd.read_parquet(tmp_path / f"{name}-out" / path.name)
            pd.testing.assert_frame_equal(pd.read_parquet(path), other, check_exact=True)
            if name != "csv":
                assert path.read_bytes() == (tmp_path / f"{name}-out" / path.name).read_bytes()


def test_several_files_of_a_year_each_give_the_same_values(linked, tmp_path):
    tables = world()
    whole = tables.pop("pfzw_payslips")
    deliveries = deliver(tmp_path / "d", tables)
    for year, part in whole.groupby(whole["month"].dt.year):
        part.to_parquet(deliveries / "pfzw" / f"payslips-{year}.parquet", index=False)
    link(deliveries, tmp_path / "out", "2025")
    for table in ("employment_years", "careers", "organisation_years"):
        pd.testing.assert_frame_equal(read(linked, table), read(tmp_path / "out", table))


def test_threads_and_memory_change_nothing(linked, tmp_path):
    link(deliver(tmp_path / "d"), tmp_path / "out", "2025", memory="200MiB", threads=1)
    for path in linked.glob("*.parquet"):
        pd.testing.assert_frame_equal(
            pd.read_parquet(path), pd.read_parquet(tmp_path / "out" / path.name), check_exact=True
        )


def test_another_key_says_so(tmp_path):
    deliveries = deliver(tmp_path / "d", notes={"vernet": {"key_fingerprint": "f" * 16}})
    with pytest.raises(DeliveryError, match=r"made with 2 keys \(0123456789abcdef: .*ffff.*vernet"):
        link(deliveries, tmp_path / "out", "2025")


def test_another_edition_says_so(tmp_path):
    deliveries = deliver(tmp_path / "d", notes={"vernet": {"edition": "2024"}})
    with pytest.raises(DeliveryError, match="vernet: pseudonyms for edition '2024'; expected"):
        link(deliveries, tmp_path / "out", "2025")


def test_no_organisation_in_common_names_the_likely_reason(tmp_path):
    tables = world()
    tables["vernet_absence"] = tables["vernet_absence"].assign(organisation=STRANGER)
    with pytest.raises(
        DeliveryError, match="none of 1 organisations .* probably made with another"
    ):
        link(deliver(tmp_path / "d", tables), tmp_path / "out", "2025")


def test_what_does_not_fit_the_schema_shows_no_row(tmp_path):
    tables = world()
    tables["pfzw_payslips"] = tables["pfzw_payslips"].assign(contract="secret")
    with pytest.raises(
        DeliveryError, match="run `preventieplan check`|Run `preventieplan"
    ) as caught:
        link(deliver(tmp_path / "d", tables), tmp_path / "out", "2025")
    assert "secret" not in str(caught.value)


def test_interrupted_link_leaves_nothing_half(tmp_path, monkeypatch):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(module, "_describe", interrupted)
    with pytest.raises(KeyboardInterrupt):
        link(deliver(tmp_path / "d"), tmp_path / "out", "2025")
    assert [path.name for path in tmp_path.iterdir()] == ["d"]


# --- dictionary and manifest ---------------------------------------------------------------------


def test_every_written_column_is_in_the_dictionary(linked):
    told = json.loads((linked / "dictionary.json").read_text())
    written = {path.stem for path in linked.glob("*.parquet")}
    assert written == set(told) == set(TABLES)
    for table in written:
        assert list(read(linked, table).columns) == [column.name for column in TABLES[table]]
        for name, entry in told[table].items():
            assert entry["nl"], (table, name)
            assert entry["en"], (table, name)
    assert told == dictionary()


def test_manifest(linked):
    manifest = read_linked(linked)
    assert manifest.fractions == {"pfzw_payslips": 0.5}
    assert manifest.key_fingerprint == small_world.FINGERPRINT
    assert manifest.absent == {}
    assert manifest.tables["careers"]["rows"] == 6
    assert not any(told["synthetic"] for told in manifest.tables.values())


def test_background_weights(linked):
    assert read(linked, "background")["weight"].tolist() == [1.0] * 3


def test_organisations_that_share_a_code_stay_apart(tmp_path, linked, monkeypatch):
    grouped = employment._make_organisation_codes

    def colliding(engine):
        engine.execute("CREATE MACRO hash(text) AS 1")
        code = grouped(engine)
        assert code == "organisation"
        return code

    monkeypatch.setattr(employment, "_make_organisation_codes", colliding)
    link(deliver(tmp_path / "d"), tmp_path / "out", "2025")
    for table in ("employment_years", "careers", "organisation_years"):
        pd.testing.assert_frame_equal(read(linked, table), read(tmp_path / "out", table))
