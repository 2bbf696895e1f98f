import pytest
import yaml

from analysis import edition as editions
from analysis.edition import read_edition
from analysis.errors import EditionError
from analysis.methods import target_change
from tests.conftest import ROOT, preventieplan

GOOD = yaml.safe_load((ROOT / "editions" / "2025.yml").read_text())


@pytest.fixture
def write(tmp_path, monkeypatch):
    """Put an edition of our own into a folder of editions of our own."""
    monkeypatch.setattr(editions, "folder", lambda: tmp_path)

    def put(content, name="2025"):
        text = content if isinstance(content, str) else yaml.safe_dump(content)
        (tmp_path / f"{name}.yml").write_text(text)

    return put


def changed(**changes):
    return {**GOOD, **changes}


def test_the_editions_of_the_repository_read():
    for name in editions.names():
        assert read_edition(name).name == name


def test_an_integer_is_a_name():
    assert read_edition(2025) == read_edition("2025")


def test_the_newest_edition_is_the_default(write):
    write(GOOD)
    write(changed(name="2026"), name="2026")
    assert read_edition().name == "2026"


LOOSER = {
    "minimum_persons": 9, "minimum_organisations": 4, "minimum_organisations_as_unit": 9,
    "minimum_degrees_of_freedom": 9, "minimum_events": 9, "highest_share": 91.0,
    "largest_contributor": 0.51, "largest_two_contributors": 0.68, "protection_percent": 9.0,
    "rounding_base": 4, "interval_width": 9,
}  # fmt: skip


@pytest.mark.parametrize("name", LOOSER)
def test_an_edition_may_ask_more_than_the_house_and_never_less(write, name):
    disclosure = GOOD["disclosure"]
    assert name in disclosure, "every threshold stands in the edition"
    write(changed(disclosure={**disclosure, name: LOOSER[name]}))
    with pytest.raises(EditionError, match=f"disclosure.{name}"):
        read_edition("2025")
    stricter = 2 * disclosure[name] - LOOSER[name]
    write(changed(disclosure={**disclosure, name: stricter}))
    assert getattr(read_edition("2025").disclosure, name) == stricter


def test_a_misspelt_threshold_is_an_error(write):
    disclosure = dict(GOOD["disclosure"])
    disclosure["minimum_person"] = disclosure.pop("minimum_persons")
    write(changed(disclosure=disclosure))
    with pytest.raises(EditionError, match="minimum_person"):
        read_edition("2025")


@pytest.mark.parametrize(
    "decision", [{"why": "short"}, {"until": "later"}, {"decided_by": ""}, {"who": "x"}]
)
def test_a_decision_says_who_why_and_until_when(write, decision):
    one = {**GOOD["disclosure"]["decisions"][0], **decision}
    write(changed(disclosure={**GOOD["disclosure"], "decisions": [one]}))
    with pytest.raises(EditionError, match=r"disclosure.decisions.0"):
        read_edition("2025")


@pytest.mark.parametrize(
    ("content", "key", "told"),
    [
        (changed(referenceyear=2025), "referenceyear", "allowed here: assumptions, disclosure"),
        ({k: v for k, v in GOOD.items() if k != "seed"}, "seed", "missing"),
        (changed(seed="1"), "seed", "valid integer"),
        (changed(seed=True), "seed", "valid integer"),
        (changed(years={"first": 2010, "lats": 2025}), "years.lats", "allowed here: first, last"),
        (changed(years={"first": 1990, "last": 2025}), "years 1990 to 2025", "1996"),
        (changed(years={"first": 2025, "last": 2010}), "years 2025 to 2010", "first <= last"),
        (changed(reference_year=2031), "reference_year 2031", "allowed: 2010 to 2025"),
        (changed(languages=["nl"]), "languages ['nl']", "['nl', 'en']"),
        (changed(languages=["nl", "de"]), "languages.1", "'nl' or 'en'"),
        (
            changed(disclosure={**GOOD["disclosure"], "minimum_persons": 9}),
            "disclosure.minimum_persons",
            "greater than or equal to 10",
        ),
        (changed(name="2024"), "name", "allowed: '2025'"),
        ([], "empty or not a list of keys", "expected assumptions, disclosure"),
        ("", "empty or not a list of keys", "expected assumptions, disclosure"),
        ("name: [", "line 1", "not valid YAML"),
        ("name: a\nname: b\n", "line 2", "'name' stands twice"),
    ],
)
def test_a_wrong_edition_names_key_and_file_and_what_is_allowed(
    write, tmp_path, content, key, told
):
    write(content)
    with pytest.raises(EditionError) as error:
        read_edition("2025")
    message = str(error.value)
    assert key in message
    assert told in message
    assert str(tmp_path / "2025.yml") in message


def test_all_problems_of_an_edition_are_told_at_once(write):
    write(changed(seed="1", surprise=1))
    with pytest.raises(EditionError) as error:
        read_edition("2025")
    assert len(str(error.value).splitlines()) == 2


def test_an_assumed_range_in_the_wrong_order_is_refused(write):
    assumptions = {**GOOD["assumptions"]}
    assumptions["absence_cost_factor"] = {
        **assumptions["absence_cost_factor"],
        "mode": 3.0,
    }
    write(changed(assumptions=assumptions))
    with pytest.raises(EditionError, match="low 1, mode 3, high 2.5 are not in order"):
        read_edition("2025")


@pytest.mark.parametrize("name", ["1850", 1850, "2025.yml", "", True])
def test_an_unknown_edition_names_the_known_ones(name):
    with pytest.raises(EditionError, match="allowed: 2025"):
        read_edition(name)


def test_the_command_line_ends_with_2_before_anything_runs(tmp_path):
    done = preventieplan("build", "--edition", "1850", "--out", tmp_path / "build")
    assert done.returncode == 2
    assert "edition '1850' is not known; allowed: 2025" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "build").exists()


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        (
            {"why": {"nl": "Daarom mag dit naar buiten.", "en": "because"}},
            "why.en has fewer than 20",
        ),
        ({"decided_by": {"nl": " x ", "en": "the makers"}}, "decided_by.nl has fewer than 3"),
        ({"why": "In one language only, which half of the readers lack."}, "why"),
    ],
)
def test_a_decision_says_who_and_why_in_both_languages(write, changes, told):
    decision = {**GOOD["disclosure"]["decisions"][0], **changes}
    write(changed(disclosure={**GOOD["disclosure"], "decisions": [decision]}))
    with pytest.raises(EditionError) as error:
        read_edition("2025")
    assert told in str(error.value)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"base_years": [2027]}, "not in order"),
        ({"base_years": [1990]}, "not in order"),
        ({"first_year": 2028}, "not in order"),
        ({"base_years": [2019, 2019]}, "base_years"),
        ({"populations": ["participants", "participants"]}, "repeats an entry"),
        ({"populations": ["everybody"]}, "monitoring.populations"),
        ({"populations": []}, "monitoring.populations"),
        ({"populations": ["everybody"], "base_years": 2019}, "write a list"),
        ({"unwanted_turnover": ["absence"]}, "monitoring.unwanted_turnover.0"),
        ({"base_years": [1997]}, "has 1997; allowed: 2010 to 2024"),
        ({"base_years": [2019, 2025]}, "has 2025; allowed: 2010 to 2024"),
        ({"first_year": 2026}, "has 2026; allowed: 2010 to 2024"),
        ({"source": "the report"}, "write keys: en, nl"),
    ],
)
def test_readings_of_the_target_are_checked(write, change, told):
    write(changed(monitoring={**GOOD["monitoring"], **change}))
    with pytest.raises(EditionError, match=told):
        read_edition("2025")


@pytest.mark.parametrize(
    "name",
    ["absence_cost_factor", "annual_salary_euro", "part_time_factor", "cover_share", "cover_price"],
)
def test_absence_costs_something(write, name):
    nothing = {**GOOD["assumptions"][name], "low": 0.0, "high": 0.0}
    nothing.pop("mode", None)
    write(changed(assumptions={**GOOD["assumptions"], name: nothing}))
    with pytest.raises(EditionError, match=f"{name}.high is 0; write a number above 0"):
        read_edition("2025")


@pytest.mark.parametrize("wrong", [{"populations": ["everybody"]}, {"base_years": ["2024"]}])
def test_a_wrong_entry_does_not_make_its_list_empty(write, wrong):
    write(changed(monitoring={**GOOD["monitoring"], **wrong}))
    with pytest.raises(EditionError) as error:
        read_edition("2025")
    assert len(str(error.value).splitlines()) == 1, "one thing is wrong, and it is told once"


def test_each_edition_lists_readings_that_methods_know():
    known = {*target_change.COUNTED}
    for name in editions.names():
        assert set(read_edition(name).monitoring.unwanted_turnover) <= known
