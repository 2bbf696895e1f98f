"""All candidates through the gate: what is refused, hidden, rounded, merged and told."""

import json

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.proportion import proportion_confint

from analysis.airlock import candidates
from analysis.airlock.gate import TOLD, open_gate
from analysis.airlock.ledger import Entry, Ledger, Told
from analysis.airlock.rounding import released
from analysis.edition import Decision, read_edition
from analysis.errors import AirlockError, BookError
from analysis.languages import Text
from analysis.methods.behind import behind
from analysis.methods.cells import YES, Cell
from analysis.methods.results import Absent, estimates
from tests.airlock.making import (
    EMPLOYEES,
    MANIFEST,
    METHOD,
    cells,
    counts,
    curve,
    number,
    row,
    submit_to,
)

BRANCHES = {"vvt": 403.0, "ghz": 302.0, "ggz": 201.0, "hospitals": 104.0, "welfare": 52.0}


@pytest.fixture
def through(tmp_path):
    """Send results of one or two chapters through the gate; return released results and report."""

    def send(*chapters, ledger=None, edition=None, kinds=None, labels=None):
        folders = {}
        for place, results in enumerate(chapters):
            name = ("1.1-context", "2.2-model")[place]
            folder = tmp_path / "chapters" / name
            folders[name] = submit_to(folder, results, kinds=kinds, labels=labels)
        target = tmp_path / "released"
        open_gate(edition or read_edition(), MANIFEST, folders, target, ledger)
        found = {
            candidate.id: result
            for name in folders
            for candidate, result in candidates.read(target / name)
        }
        return found, json.loads((target / "disclosure.json").read_text())

    return send


def told(tmp_path):
    return json.loads((tmp_path / "released" / TOLD).read_text())


def report_on(report, exhibit):
    return next(one for one in report["exhibits"] if one["exhibit"] == exhibit)


def public_number():
    return number(np.nan, tables=("absence",), organisations=np.nan)


def test_public_figures_come_out_as_they_went_in(through):
    found, report = through({"one": public_number(), "two": Absent(("moves",))})
    pd.testing.assert_frame_equal(found["one"].frame, public_number().frame)
    assert found["two"] == Absent(("moves",))
    assert [(r["exhibit"], r["status"], r["public"]) for r in report["exhibits"]] == [
        ("one", "pass", True),
        ("two", "absent", False),
    ]


def test_one_confidential_table_makes_a_result_confidential(through):
    found, report = through({"one": number(3.0, tables=("absence", "payslips"))})
    assert found["one"] == Absent(("absence", "payslips"), withheld=True)
    assert report_on(report, "one")["status"] == "withheld"


def test_a_number_of_too_few_is_withheld_and_the_others_leave(through, tmp_path):
    elsewhere = row("rate", cell=EMPLOYEES.within(branch="vvt"), weight=3.0).behind
    found, report = through({"good": number(), "bad": number(n=3.0, known=elsewhere)})
    assert found["bad"].withheld
    assert found["good"].frame["n"].tolist() == [1000]
    assert report_on(report, "bad")["why"] == {"minimum_persons": 1}
    assert "behind" not in (tmp_path / "released/1.1-context/good.json").read_text().replace(
        '"behind": []', ""
    )


def test_what_stands_behind_never_leaves(through, tmp_path):
    through({"one": number(known=row("rate", largest=0.123456789, weight=31415.93).behind)})
    for path in (tmp_path / "released").rglob("*"):
        if path.is_file():
            assert b"31415" not in path.read_bytes(), path.name
            assert b"0.123456789" not in path.read_bytes(), path.name


@pytest.mark.parametrize(
    ("result", "rule"),
    [
        (number(known=row("maximum").behind), "extreme_or_rank"),
        (number(known=row("rank").behind), "extreme_or_rank"),
        (number(known=row("coefficient", fewest_ones=3).behind, df=99), "thin_indicator"),
        (number(known=row("derived").behind), "derived_number"),
        (
            estimates(
                [{"term": "a", "estimate": 1.0, "unit": "percent", "n": 99.0}],
                tables=("payslips",),
                method=METHOD,
            ),
            "unstated",
        ),
        (counts({"vvt": 100.0}, tables=("unheard",)), "table 'unheard' is not in the dataset"),
    ],
)
def test_what_is_refused_stops_the_release(through, tmp_path, result, rule):
    with pytest.raises(AirlockError, match=rule) as error:
        through({"good": number(), "bad": result})
    assert "1.1-context/bad" in str(error.value)
    assert "good" not in str(error.value)
    assert not (tmp_path / "released").exists()


def test_free_text_of_a_delivery_is_refused(through):
    result = counts({"vvt": 100.0})
    result.frame["group"] = "Zorggroep De Kanarie"
    with pytest.raises(AirlockError, match="unlabelled") as error:
        through({"bad": result})
    assert "Kanarie" not in str(error.value)


def test_a_refusal_leaves_the_older_release_as_it_was(through, tmp_path):
    through({"good": number()})
    with pytest.raises(AirlockError):
        through({"good": number(known=row("rank").behind)})
    assert candidates.read(tmp_path / "released/1.1-context")[0][1].frame["estimate"][0] == 7.5


def test_all_refusals_of_all_chapters_are_told_at_once(through):
    bad = number(known=row("rank").behind)
    with pytest.raises(AirlockError) as error:
        through({"a": bad}, {"b": bad})
    assert "1.1-context/a" in str(error.value)
    assert "2.2-model/b" in str(error.value)


def decided(**changes):
    edition = read_edition()
    decision = {
        "exhibit": "1.1-context/one", "rule": "derived_number", "decided_by": Text(nl="iemand", en="somebody"),
        "why": Text(nl="een reden die lang genoeg is", en="a reason that is long enough"), "until": edition.name, **changes,
    }  # fmt: skip
    disclosure = edition.disclosure.model_copy(update={"decisions": (Decision(**decision),)})
    return edition.model_copy(update={"disclosure": disclosure})


def test_somebody_decides_on_a_derived_number(through):
    result = {"one": number(known=row("derived").behind)}
    found, report = through(result, edition=decided())
    assert found["one"].frame["estimate"].tolist() == [7.5]
    assert report_on(report, "one")["decisions"][0]["decided_by"]["en"] == "somebody"


@pytest.mark.parametrize(
    "change",
    [
        {"until": "2024"},
        {"until": "9999"},
        {"exhibit": "1.1-context/two"},
        {"exhibit": "2.2-model/one"},
    ],
)
def test_a_decision_holds_for_one_exhibit_and_until_its_edition(through, change):
    with pytest.raises(AirlockError, match="somebody has to decide"):
        through({"one": number(known=row("derived").behind)}, edition=decided(**change))


@pytest.mark.parametrize("rule", ["minimum_persons", "derived", "misspelt"])
def test_nobody_decides_on_other_rules(through, rule):
    with pytest.raises(AirlockError, match="allowed: derived_number"):
        through({"one": number()}, edition=decided(rule=rule))


def test_ids_are_unique_in_the_book(through):
    with pytest.raises(AirlockError, match="'same' stands in 1.1-context and 2.2-model"):
        through({"same": number()}, {"same": number()})


def test_a_chapter_cannot_submit_for_another(tmp_path):
    folder = submit_to(tmp_path / "1.1-context", {"one": number()})
    with pytest.raises(AirlockError, match="submitted as chapter '1.1-context'"):
        open_gate(read_edition(), MANIFEST, {"2.2-model": folder}, tmp_path / "released")


def test_a_frame_that_is_not_its_type_is_refused(tmp_path):
    folder = submit_to(tmp_path / "1.1-context", {"one": number()})
    path = folder / "exhibits" / "one.parquet"
    pd.DataFrame({"person": ["canary"], "wage": [1]}).to_parquet(path)
    with pytest.raises(BookError) as error:
        open_gate(read_edition(), MANIFEST, {"1.1-context": folder}, tmp_path / "released")
    assert "canary" not in str(error.value)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"extra": 1}, "check the keys extra"),
        ({"kind": "picture"}, "check the keys kind"),
        ({"id": "../../escape"}, "check the keys id"),
        ({"result": "Aggregate"}, "a number cannot hold Aggregate; allowed: Estimates"),
        ({"method": None}, "states no method"),
        ({"behind": [{"kind": "guess", "cell": "employees"}]}, "check the keys behind.0.kind"),
        ({"behind": []}, "unstated"),
    ],
)
def test_a_candidate_that_is_not_one_is_refused(tmp_path, change, told):
    folder = submit_to(tmp_path / "1.1-context", {"one": number()})
    path = folder / "exhibits" / "one.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **change}))
    with pytest.raises(AirlockError, match=told):
        open_gate(read_edition(), MANIFEST, {"1.1-context": folder}, tmp_path / "released")


def test_a_stray_file_beside_the_candidates_does_not_pass(tmp_path):
    folder = submit_to(tmp_path / "1.1-context", {"one": number()})
    (folder / "exhibits" / "persons.csv").write_text("canary")
    open_gate(read_edition(), MANIFEST, {"1.1-context": folder}, tmp_path / "released")
    assert not list((tmp_path / "released").rglob("persons.csv"))


# --- hiding ------------------------------------------------------------------------------------


def hidden_groups(result):
    return set(result.frame.loc[result.frame["status"] == "suppressed", "group"])


def test_a_hidden_cell_keeps_its_place_without_a_number(through, tmp_path):
    found, report = through({"t": counts({**BRANCHES, "welfare": 7.0})})
    frame = found["t"].frame.set_index("group")
    assert list(frame.index) == list(BRANCHES)
    assert frame.loc["welfare", ["value", "n_persons", "n_organisations"]].isna().all()
    assert frame.loc["vvt", "value"] == 405
    assert report_on(report, "t")["why"] == {"minimum_persons": 1}
    assert {"cell": "employees|branch=welfare|year=2025", "about": ""} in told(tmp_path)


def total(count):
    return cells(
        [{"group": "2025", "value": count, "n_persons": count,
          "behind": behind("count", EMPLOYEES)}]
    )  # fmt: skip


def test_a_margin_minus_its_visible_cells_tells_a_hidden_one(through):
    """Two branches that make up the year: the one hidden is the total less the one shown."""
    parts = {"vvt": 400.0, "ghz+ggz+hospitals+welfare": 7.0}
    alone, report = through({"t": counts(parts)}, labels={"ghz+ggz+hospitals+welfare": LABEL})
    assert hidden_groups(alone["t"]) == {"ghz+ggz+hospitals+welfare"}
    assert report["attack"]["found_out_at_first"] == 0
    both, report = through(
        {"t": counts(parts)}, {"total": total(407.0)}, labels={"ghz+ggz+hospitals+welfare": LABEL}
    )
    assert report["attack"]["found_out_at_first"] == 1
    assert report["attack"]["found_out_in_the_end"] == 0
    shown = not isinstance(both["total"], Absent)
    assert len(hidden_groups(both["t"])) + (not shown) == 2, "one more number is hidden"


LABEL = {"nl": "de andere", "en": "the others"}


def test_total_and_part_on_two_pages_do_not_differ_by_a_few(through):
    """All, and all but a few: the few are the difference, though no row shows them."""
    few = {"vvt+ghz+ggz+hospitals": 1000.0, "welfare": 4.0}
    result = {"t": counts(few, cell=EMPLOYEES)}
    found, report = through(
        result, {"total": total(1004.0)}, labels={"vvt+ghz+ggz+hospitals": LABEL}
    )
    assert report["attack"]["found_out_at_first"] == 1
    assert report["attack"]["found_out_in_the_end"] == 0


def test_the_same_cell_is_hidden_everywhere(through):
    hidden = cells(
        [
            {
                "group": "welfare", "value": 40.0, "n_persons": 40.0, "n_organisations": 2.0,
                "behind": behind("count", EMPLOYEES.within(branch="welfare")),
            }
        ]
    )  # fmt: skip
    found, report = through({"a": hidden}, {"b": counts(BRANCHES | {"welfare": 40.0})})
    assert found["a"].withheld
    assert "welfare" in hidden_groups(found["b"])
    assert report_on(report, "b")["why"]["same_cell_elsewhere"] == 1


def test_a_finding_is_judged_on_all_its_tests_or_none(through):
    known = row("rate").behind
    about = {"unit": "percent", "period": "2025JJ00", "n_organisations": 20.0, "behind": known}
    result = estimates(
        [{"term": "a", "estimate": 5.0, "n": 900.0, **about},
         {"term": "b", "estimate": 6.0, "n": 9.0, **about}],
        tables=("payslips",), method=METHOD,
    )  # fmt: skip
    found, report = through({"C01": result}, kinds={"C01": "finding"})
    assert found["C01"].withheld
    assert report_on(report, "C01")["suppressed"] == 2


def test_neighbouring_ages_are_merged_before_more_is_hidden(through):
    ages = {"under_25": 4.0, "25_to_34": 300.0, "35_to_44": 300.0, "45_to_54": 300.0,
            "55_plus": 300.0}  # fmt: skip
    others = {age: count + 40 for age, count in ages.items()}
    result = counts(ages, by="age_band", cell=EMPLOYEES.within(branch="vvt"))
    rest = counts(
        others, by="age_band", cell=EMPLOYEES.within(branch=["ghz", "ggz", "hospitals", "welfare"])
    )
    everybody = counts({age: 2 * count + 40 for age, count in ages.items()}, by="age_band")
    found, report = through({"a": result, "b": rest, "c": everybody})
    assert report["attack"]["found_out_at_first"] == 1
    assert report_on(report, "a")["merges"] == 1
    assert list(found["a"].frame["group"])[0] == "under_25+25_to_34"
    assert found["a"].frame["value"].tolist()[0] == 305
    assert not hidden_groups(found["a"])


# --- rounding ----------------------------------------------------------------------------------


def share(numerator, n, *, unit="percent", value=None, organisations=40.0, **more):
    known = behind(
        "share", EMPLOYEES, EMPLOYEES.within(vernet=YES), numerator=numerator,
        part_organisations=20.0,
    )  # fmt: skip
    value = 100 * numerator / n if value is None else value
    return number(n, estimate=value, unit=unit, known=known, organisations=organisations, **more)


def test_counts_become_multiples_of_five_and_shares_follow_them(through):
    found, _ = through({"one": share(12.0, 33.0)})
    shown = found["one"].frame.iloc[0]
    assert shown["n"] == 35
    assert shown["estimate"] == pytest.approx(100 * 10 / 35, abs=0.05)


def test_the_interval_holds_around_both_shares_and_its_width_tells_no_count(through):
    """The width of Wilson's interval is that of one pair of counts among all that round alike."""
    shown = []
    for numerator, n in ((11.0, 33.0), (12.0, 34.0), (12.0, 37.0)):
        low, high = (100 * end for end in proportion_confint(numerator, n, method="wilson"))
        found, _ = through({"one": share(numerator, n, ci_low=low, ci_high=high)})
        one = found["one"].frame.iloc[0]
        assert one["ci_low"] <= min(low, one["estimate"])
        assert one["ci_high"] >= max(high, one["estimate"])
        shown.append(tuple(one[["estimate", "ci_low", "ci_high", "n"]]))
    grid = 100 * 5 / (2 * 33)
    for one in shown:
        assert all(abs(end - shown[0][at]) < 2 * grid for at, end in enumerate(one[:3]))


@pytest.mark.parametrize("kind", ["coefficient", "model fit"])
def test_two_models_do_not_tell_the_size_of_the_organisations_between_them(through, kind):
    """With 323 and 322 organisations: the difference would be the employees of one."""
    found, _ = through(
        {
            name: number(
                n, known=row(kind).behind, organisations=organisations, df=300.0,
                ci_low=7.0, ci_high=8.0,
            )
            for name, n, organisations in (
                ("most", 808_485.0, 323.0), ("fewer", 806_211.0, 322.0), ("few", 485.0, 50.0)
            )
        }
    )  # fmt: skip
    shown = {name: one.frame["n"].iloc[0] for name, one in found.items()}
    assert shown == {"most": 808_000, "fewer": 806_000, "few": 485}


def test_exact_counts_do_not_leave(through, tmp_path):
    through({"t": counts({"vvt": 31416.0, "ghz": 27184.0})})
    everything = b"".join(
        path.read_bytes() for path in (tmp_path / "released").rglob("*") if path.is_file()
    )
    assert b"31416" not in everything
    assert b"27184" not in everything
    assert b"31415" in everything


def test_degrees_of_freedom_and_chances_do_not_tell_exact_counts(through):
    """They are a number of organisations less a few, and the statistic behind them."""
    found, _ = through({"one": number(df=47.0, p_value=0.0123456)})
    shown = found["one"].frame.iloc[0]
    assert (shown["df"], shown["p_value"]) == (45, 0.0123)


@pytest.mark.parametrize("kind", ["share", "weighted share"])
def test_no_share_of_the_eighteen_leaves_but_a_band(through, kind):
    part = Cell.of("organisations", participant=YES, eligible=YES)
    known = behind(
        kind,
        Cell.of("employees", participant=YES),
        part,
        numerator=11.0,
        magnitude="x",
        weight=18.0,
    )
    about = {"estimate": 100 * 11 / 18, "organisations": 18.0, "known": known}
    found, _ = through({"one": number(50_000.0, **about)})
    shown = found["one"].frame.iloc[0]
    assert (shown["estimate"], shown["ci_low"]) == (50, 33.3)


@pytest.mark.parametrize(
    ("numerator", "interval", "shown"),
    [
        (18.0, (81.5, 100.0), (33.3, 100.0)),
        (14.0, (52.4, 93.6), (33.3, 100.0)),
        (9.0, (26.0, 74.0), (0.0, 100.0)),
        (1.0, (0.1, 27.3), (0.0, 66.7)),
    ],
)
def test_the_interval_of_a_share_of_the_eighteen_tells_nothing_beside_its_band(
    through, numerator, interval, shown
):
    part = Cell.of("organisations", participant=YES, item="academy")
    known = behind("share", Cell.of("employees", participant=YES), part, numerator=numerator)
    low, high = interval
    about = {"estimate": 100 * numerator / 18, "organisations": 18.0, "known": known}
    about |= {"half_step": 0.0}
    found, _ = through({"one": number(50_000.0, ci_low=low, ci_high=high, **about)})
    row = found["one"].frame.iloc[0]
    assert row["half_step"] == 0, "a step would tell the exact count"
    assert (row["ci_low"], row["ci_high"]) == pytest.approx(shown)


def test_a_verdict_on_the_eighteen_may_say_that_the_band_is_sure():
    part = Cell.of("organisations", participant=YES, item="academy")
    known = behind("share", Cell.of("employees", participant=YES), part, numerator=18.0)
    result = number(
        50_000.0, ci_low=81.5, ci_high=100.0, estimate=100.0, organisations=18.0, known=known
    )
    limits = read_edition("2025").disclosure
    ends = [
        released(result, frozenset(), limits, lambda cell, n: n, judged=judged).frame.iloc[0]
        for judged in (True, False)
    ]
    assert [row["ci_low"] for row in ends] == [66.7, 33.3]


def test_a_curve_steps_after_ten_events_and_stops_before_ten_at_risk(through):
    steps = [(0, 1.0, np.nan, np.nan, 103, 0)]
    steps += [(t, 1 - t / 100, 0.5, 1.0, 103 - 4 * t, 4) for t in range(1, 25)]
    found, report = through({"one": curve(steps)})
    frame = found["one"].frame
    assert frame["time"].tolist() == [0, 3, 6, 9, 12, 15, 18, 21]
    assert set(frame["at_risk"] % 5) == {0}
    assert frame["at_risk"].min() >= 10
    assert frame["events"].tolist()[1:] == [10] * 7
    assert report_on(report, "one")["status"] == "pass"


def test_a_curve_tells_its_start_alone(through, tmp_path):
    """The attacker and the ledger get those at risk at the start, never the few at the end."""
    steps = [(0, 100.0, np.nan, np.nan, 103, 0)]
    steps += [(t + 0.14159, 100 - t, 50, 100, 103 - 4 * t, 4) for t in range(1, 26)]
    found, _ = through({"one": curve(steps)})
    assert told(tmp_path) == [
        {"cell": str(EMPLOYEES), "about": "", "shown": 105.0, "low": 103.0, "high": 107.0}
    ]
    assert set(found["one"].frame["time"] % 1) == {0}, "no time is that of one event"


@pytest.mark.parametrize("organisations", [4.0, None])
def test_a_curve_of_few_organisations_is_withheld(through, organisations):
    known = behind("count", EMPLOYEES, organisations=organisations)
    steps = [(0, 100.0, np.nan, np.nan, 1003, 0), (1, 90.0, 80.0, 95.0, 1003, 100)]
    found, report = through({"one": curve(steps, known=known)})
    assert found["one"].withheld
    assert report_on(report, "one")["why"] == {"minimum_organisations": 1}


def test_a_curve_of_nine_people_is_withheld(through):
    found, _ = through({"one": curve([(0, 1.0, np.nan, np.nan, 9, 0), (1, 0.5, 0.1, 0.9, 9, 4)])})
    assert found["one"].withheld


# --- attacks on the attack ---------------------------------------------------------------------


def test_the_sum_behind_a_mean_is_not_told(through, tmp_path):
    """The width of its interval would be the exact weight, its middle the exact mean."""
    known = row("mean", value=7.5432, weight=237.0, largest_value=10.0).behind
    through({"one": number(237.0, estimate=7.5432, known=known)})
    assert [one["cell"] for one in told(tmp_path)] == [str(EMPLOYEES)]
    assert all(not one["about"] for one in told(tmp_path))


def part_of(numerator, n, *, cell=EMPLOYEES, kind="share", organisations=40.0):
    inside = cell.within(vernet=YES)
    return {
        "group": "2025", "measure": "people", "value": 100 * numerator / n, "unit": "percent",
        "n_persons": n, "n_organisations": organisations,
        "behind": behind(kind, cell, inside, numerator=numerator, part_organisations=20.0),
    }  # fmt: skip


def shares_by_branch(numerators, wholes):
    found = []
    for branch, numerator, n in zip(BRANCHES, numerators, wholes, strict=True):
        one = part_of(numerator, n, cell=EMPLOYEES.within(branch=branch))
        found.append({**one, "group": branch})
    return cells(found)


def test_a_share_of_nobody_is_told_too(through):
    """One branch has all that the total has: a fifth of 500 and a hidden 4 of 100."""
    parts = shares_by_branch([100.0, 0.0, 0.0, 0.0, 4.0], [500.0, 200.0, 200.0, 200.0, 100.0])
    whole = cells([part_of(104.0, 1200.0)])
    _, report = through({"parts": parts}, {"whole": whole})
    assert report["attack"]["found_out_at_first"] == 1
    assert report["attack"]["found_out_in_the_end"] == 0


def test_a_rounded_share_tells_which_multiple_of_five_fits(through):
    """40 percent of 250 is 100, whatever the decimals: counts and shares leak alike."""
    parts = shares_by_branch([100.0, 0.0, 0.0, 0.0, 4.0], [250.0, 200.0, 200.0, 200.0, 50.0])
    _, report = through({"parts": parts}, {"whole": cells([part_of(104.0, 900.0)])})
    assert report["attack"]["found_out_at_first"] == 1


def test_weighted_shares_that_add_up_to_all_hide_two(through):
    ages = {"under_25": 4.0, "25_to_34": 296.0, "35_to_44": 300.0, "45_to_54": 200.0,
            "55_plus": 200.0}  # fmt: skip
    result = cells(
        {
            "group": age, "value": count / 10, "unit": "percent", "n_persons": 1000.0,
            "behind": behind(
                "weighted share", EMPLOYEES, EMPLOYEES.within(age_band=age), numerator=count,
                part_organisations=20.0, magnitude="weighted", weight=1000.0,
            ),
        }
        for age, count in ages.items()
    )  # fmt: skip
    found, report = through({"t": result})
    assert report["attack"]["found_out_at_first"] == 1
    assert len(hidden_groups(found["t"])) == 2
    assert "under_25" in hidden_groups(found["t"])


def mean_of(value, weight, *, organisations, cell=EMPLOYEES, group="2025"):
    known = behind(
        "mean", cell, largest=0.1, largest_two=0.2, different=9, largest_value=10.0,
        magnitude="cost", weight=weight,
    )  # fmt: skip
    return {
        "group": group, "value": value, "unit": "euro", "n_persons": weight,
        "n_organisations": organisations, "behind": known,
    }  # fmt: skip


def test_a_hidden_mean_does_not_follow_from_the_others(through):
    others = EMPLOYEES.within(branch=["vvt", "ghz", "ggz", "hospitals"])
    welfare = EMPLOYEES.within(branch="welfare")
    result = cells(
        [
            mean_of(520.0, 3000.0, organisations=30.0),
            mean_of(500.0, 2700.0, organisations=27.0, cell=others, group="vvt"),
            mean_of(700.0, 300.0, organisations=3.0, cell=welfare, group="welfare"),
        ]
    )
    found, report = through({"t": result})
    assert report["attack"]["found_out_at_first"] >= 1
    assert len(hidden_groups(found["t"])) == 2


@pytest.mark.parametrize("kind", ["mean", "rate", "sum", "weighted share"])
@pytest.mark.parametrize("lacks", ["magnitude", "weight"])
def test_a_mean_says_what_it_sums_or_stays_inside(through, kind, lacks):
    known = row(kind).behind.model_copy(update={lacks: {"magnitude": "", "weight": None}[lacks]})
    with pytest.raises(AirlockError, match="unstated"):
        through({"one": number(known=known)})


def test_people_behind_organisations_are_people_all_the_same(through):
    """A quantile over organisations shows how many people work there."""
    organisations = Cell.of("organisations", year=2025, branch=["vvt", "ghz", "ggz", "hospitals"])
    quantile = cells(
        [
            {
                "group": "vvt", "value": 5.0, "unit": "percent", "n_persons": 1000.0,
                "n_organisations": 40.0,
                "behind": behind("quantile", organisations, quantile=0.5, different=30),
            }
        ]
    )  # fmt: skip
    rest = counts({"welfare": 4.0})
    _, report = through({"q": quantile}, {"rest": rest, "total": total(1004.0)})
    assert report["attack"]["found_out_at_first"] == 1


@pytest.mark.parametrize(("count", "withheld"), [(3.0, True), (9.0, True), (11.0, False)])
def test_a_count_of_organisations_is_judged_itself(through, count, withheld):
    known = behind("count", EMPLOYEES, Cell.of("organisations", year=2025), numerator=count)
    about = {"estimate": count, "unit": "organisations", "organisations": max(count, 10.0)}
    found, _ = through({"one": number(known=known, **about)})
    assert isinstance(found["one"], Absent) == withheld


@pytest.mark.parametrize(
    ("cell", "shown"),
    [(Cell.of("organisations", participant=YES), 18), (Cell.of("organisations", vernet=YES), 20)],
)
def test_a_published_count_is_exact_for_these_very_organisations(through, cell, shown):
    inside = Cell("employees", cell.levels)
    known = behind("count", inside, cell, numerator=18.0)
    about = {"estimate": 18.0, "unit": "organisations", "organisations": 18.0}
    found, _ = through({"one": number(known=known, **about)})
    assert found["one"].frame["estimate"].tolist() == [shown]


@pytest.mark.parametrize("unit", ["branches", "sources"])
def test_kinds_of_things_are_not_people_and_stay_as_they_are(through, unit):
    found, _ = through({"one": number(estimate=4.0, unit=unit, known=row("count").behind)})
    assert found["one"].frame["estimate"].tolist() == [4]


def test_a_count_of_persons_is_that_of_its_cell(through):
    with pytest.raises(AirlockError, match="unstated"):
        through({"one": number(1000.0, estimate=3.0, unit="persons", known=row("count").behind)})


def test_a_difference_is_hidden_with_either_of_its_shares(through):
    sides = [
        Cell.of("organisations", year=2025, branch=branch, eligible=YES)
        for branch in ("welfare", "vvt")
    ]

    def one(term, value, kind, side, numerator, organisations, **more):
        cell = Cell("employees", tuple(pair for pair in side.levels if pair[0] != "eligible"))
        return {
            "term": term, "estimate": value, "unit": "percent", "n": 5000.0, "df": 99.0,
            "n_organisations": organisations, "period": "2025JJ00",
            "behind": behind(kind, cell, side, numerator=numerator, **more),
        }  # fmt: skip

    rows = [
        one("mine", 10.0, "share", sides[0], 3.0, 30.0),
        one("others", 60.0, "share", sides[1], 60.0, 100.0),
        one("gap", -50.0, "difference", sides[0], 3.0, 130.0, sides=tuple(map(str, sides))),
    ]
    result = estimates(rows, tables=("payslips",), method=METHOD)
    found, _ = through({"t": result}, kinds={"t": "table"}, labels=dict.fromkeys(("mine", "others", "gap"), LABEL))  # fmt: skip
    assert found["t"].frame["term"].tolist() == ["others"]


def test_a_difference_of_shares_is_no_finer_than_the_counts_behind_them(through):
    side = Cell.of("statements", meaning="need", theme="board")
    known = behind("difference", Cell.of("attendees"), sides=(str(side),))
    about = {"unit": "percentage_points", "ci_low": -0.8, "ci_high": 4.3, "df": 17.0}
    one = number(705.0, estimate=2.9, organisations=18.0, known=known, **about)
    found, _ = through({"one": one})
    shown = found["one"].frame.iloc[0]
    assert shown["estimate"] == pytest.approx(3.2), "five of 705 people are 0.8 points"
    assert (shown["ci_low"], shown["ci_high"]) == pytest.approx((-0.8, 4.8))


def test_a_share_of_some_of_the_eighteen_does_not_tell_how_many_these_are(through):
    part = Cell.of("organisations", participant=YES, item="academy")
    for some, withheld in ((12.0, False), (9.0, True)):
        known = behind(
            "share", Cell.of("employees", participant=YES), part, numerator=8.0, organisations=some
        )
        about = {"estimate": 100 * 8 / some, "organisations": 18.0, "half_step": 0.0}
        found, _ = through({"one": number(50_000.0, known=known, **about)})
        assert isinstance(found["one"], Absent) == withheld, "fewer than ten are too few"
        if not withheld:
            shown = found["one"].frame.iloc[0]
            assert (shown["estimate"], shown["n_organisations"]) == (50, 20)


@pytest.mark.parametrize("column", ["period", "status"])
def test_free_text_in_any_column_is_refused(through, column):
    result = counts({"vvt": 100.0})
    result.frame[column] = "n=7 in De Kanarie"
    with pytest.raises(AirlockError, match="unlabelled") as error:
        through({"bad": result})
    assert "Kanarie" not in str(error.value)


def test_a_label_with_a_service_number_is_refused(through):
    with pytest.raises(AirlockError, match="identifier"):
        through({"bad": counts({"vvt": 100.0})}, labels={"vvt": {"nl": "123456782", "en": "x"}})


def test_a_number_that_is_none_is_nothing(through):
    """A source that was not delivered has a share that is missing."""
    result = cells([part_of(0.0, 1000.0) | {"value": np.nan}])
    found, _ = through({"t": result})
    assert np.isnan(found["t"].frame["value"][0])


# --- earlier releases ----------------------------------------------------------------------------


def recorded(tmp_path, data="synthetic", edition="2024"):
    entry = Entry(
        edition=edition, data=data, digest="0" * 64,
        told=tuple(Told.model_validate(one) for one in told(tmp_path)),
    )  # fmt: skip
    return Ledger(releases=(entry,))


@pytest.mark.parametrize(
    ("change", "shown"), [(0, 300), (4, 300), (9, 300), (-11, 300), (13, 315), (-13, 285)]
)
def test_a_revised_count_changes_by_ten_or_not_at_all(through, tmp_path, change, shown):
    through({"t": counts({"vvt": 300.0, "ghz": 500.0})})
    ledger = recorded(tmp_path)
    found, report = through({"t": counts({"vvt": 300.0 + change, "ghz": 500.0})}, ledger=ledger)
    assert found["t"].frame["value"].tolist() == [shown, 500]
    assert report["attack"]["earlier_releases"] == 1


def test_two_editions_subtracted_tell_nothing_of_the_few_who_came(through, tmp_path):
    """Hidden before, shown now: the difference of the totals would tell who came."""
    through({"t": counts({**BRANCHES, "welfare": 7.0})})
    found, report = through({"t": counts({**BRANCHES, "welfare": 12.0})}, ledger=recorded(tmp_path))
    assert hidden_groups(found["t"]) == {"welfare"}
    assert report_on(report, "t")["why"] == {"hidden_in_an_earlier_release": 1}


def test_what_was_published_and_may_not_be_any_more_fails(through, tmp_path):
    through({"t": counts({**BRANCHES, "welfare": 12.0})})
    with pytest.raises(AirlockError, match=r"edition 2024|computed|1.1-context/t"):
        through({"t": counts({**BRANCHES, "welfare": 8.0})}, ledger=recorded(tmp_path))


def test_a_revision_beside_a_hidden_cell_is_no_contradiction(through, tmp_path):
    through({"t": counts({**BRANCHES, "welfare": 7.0})}, {"total": total(1017.0)})
    ledger = recorded(tmp_path)
    found, _ = through(
        {"t": counts({**BRANCHES, "vvt": 433.0, "welfare": 7.0})}, {"total": total(1047.0)},
        ledger=ledger,
    )  # fmt: skip
    assert found["t"].frame["value"][0] == 435
    assert "welfare" in hidden_groups(found["t"])


def test_what_was_hidden_stays_hidden_when_its_neighbours_merge(through, tmp_path):
    ages = {"under_25": 400.0, "25_to_34": 300.0, "35_to_44": 300.0, "45_to_54": 300.0}
    through({"a": counts(ages | {"55_plus": 4.0}, by="age_band")})
    ledger = recorded(tmp_path)
    now = ages | {"under_25": 4.0, "55_plus": 12.0}
    everybody = total(sum(now.values()))
    found, _ = through({"a": counts(now, by="age_band")}, {"total": everybody}, ledger=ledger)
    shown = found["a"].frame.set_index("group")["value"]
    assert "55_plus" not in shown.index or np.isnan(shown["55_plus"])


def test_a_count_without_a_year_grows_and_is_not_frozen(through, tmp_path):
    ever = Cell.of("employees")
    through({"t": counts({"vvt": 300.0}, cell=ever)})
    found, _ = through({"t": counts({"vvt": 306.0}, cell=ever)}, ledger=recorded(tmp_path))
    assert found["t"].frame["value"].tolist() == [305]


def test_real_releases_are_not_joined_with_synthetic_ones(through, tmp_path):
    through({"t": counts({**BRANCHES, "welfare": 7.0})})
    _, report = through({"t": counts(BRANCHES)}, ledger=recorded(tmp_path, data="real"))
    assert report["attack"]["earlier_releases"] == 0


def test_the_report_says_what_changed(through, tmp_path):
    through({"t": counts({"vvt": 300.0, "ghz": 500.0, "ggz": 100.0})})
    ledger = recorded(tmp_path)
    _, report = through({"t": counts({"vvt": 400.0, "ghz": 500.0, "welfare": 60.0})}, ledger=ledger)
    assert report["changes"] == {
        "new": 1, "gone": 1, "same": 1, "newly_hidden": 0, "changed": 1
    }  # fmt: skip


def test_no_hidden_value_stands_in_the_report(through, tmp_path):
    through({"t": counts({**BRANCHES, "welfare": 7.0, "hospitals": 104.0})})
    report = (tmp_path / "released/disclosure.json").read_text()
    ledger = [one for one in told(tmp_path) if "welfare" in one["cell"]]
    assert ledger == [{"cell": "employees|branch=welfare|year=2025", "about": ""}]
    exhibit = report_on(json.loads(report), "t")
    assert exhibit["suppressed"] == 1
    assert 7 not in [value for value in exhibit.values() if isinstance(value, int)]


@pytest.mark.parametrize("published", ["part", "whole"])
def test_what_was_published_is_never_hidden_to_protect_another(through, published):
    """Hiding it would tell nothing less: the earlier figure is on the reader's desk."""
    cell, count = {"part": (EMPLOYEES.within(branch="vvt"), 60.0), "whole": (EMPLOYEES, 65.0)}[
        published
    ]
    entry = Entry(
        edition="2024",
        data="synthetic",
        digest="0" * 64,
        told=(Told(cell=str(cell), shown=count, low=count - 2, high=count + 2),),
    )
    found, _ = through(
        {"t": counts({"vvt": 60.0, "welfare": 4.0})},
        {"total": total(64.0)},
        ledger=Ledger(releases=(entry,)),
    )
    nothing = Absent(("payslips",), withheld=True)
    if published == "part":
        assert found["total"] == nothing
        assert hidden_groups(found["t"]) == {"welfare"}
    else:
        assert found["t"] == nothing
        assert found["total"].frame["value"].tolist() == [65]


def test_sums_that_differ_in_their_last_digits_do_not_contradict_each_other(through):
    """The weights of one sample, summed in two orders, are told by two tables."""

    def by(dimension, levels, weight):
        return cells(
            [
                {
                    "group": level, "value": share, "n_persons": 1000.0, "unit": "percent",
                    "behind": behind(
                        "weighted share", EMPLOYEES, EMPLOYEES.within(**{dimension: level}),
                        numerator=10 * share, magnitude="weights", weight=weight,
                    ),
                }
                for level, share in levels.items()
            ]
        )  # fmt: skip

    tables = {
        "ages": by("age_band", {"under_25": 40.0, "25_to_34": 60.0}, 1500060.0000000033),
        "sizes": by(
            "size_band",
            {"under_250": 0.3, "250_to_999": 0.7, "1000_to_2999": 40.0, "3000_plus": 59.0},
            1500060.0000000035,
        ),
    }
    found, _ = through(tables)
    assert found["ages"].frame["value"].tolist() == [40.0, 60.0]
    assert hidden_groups(found["sizes"]), "a part of three people is hidden"
