"""Every check of a column, every rule and every query rule: broken once, named once."""

import datetime as dt
import itertools

import pandas as pd
import pyarrow as pa
import pytest

from analysis.sources import vocabulary
from analysis.sources.bsn import passes_eleven_test
from analysis.sources.confidential import CONFIDENTIAL, QUERY_RULES
from analysis.sources.schema import about, conditions, sql_type
from tests.conftest import ROOT
from tests.sources import tiny_delivery as tiny
from tests.sources.checking import CANARY, CANARY_NUMBER, found, run_check

FRAMES = tiny.frames()
BSN = [str(n) for n in range(987_650_000, 987_660_000) if passes_eleven_test(str(n))]


def deliver(folder, frames):
    folder.mkdir(exist_ok=True)
    return tiny.write_all(folder, frames)


def only(*names):
    return {name: FRAMES[name].copy() for name in names}


def test_the_miniature_is_fine(tmp_path):
    report = run_check(deliver(tmp_path / "d", FRAMES))
    assert not report.problems
    assert not report.not_checked
    assert report.tables == tuple(CONFIDENTIAL)


def bad_value(name, column, condition):
    """A value that breaks one condition of a column."""
    kind = sql_type(column)
    if condition == "missing":
        return None
    if kind == "VARCHAR":
        return CANARY.upper()
    if (name, kind) == ("year", "BIGINT"):
        return 1987
    return -CANARY_NUMBER if kind == "BIGINT" else -float(CANARY_NUMBER)


@pytest.mark.parametrize("name", CONFIDENTIAL)
def test_every_check_of_every_column_is_named_with_its_rows(tmp_path, name):
    """All columns are broken at once, each in a row of its own."""
    table = CONFIDENTIAL[name]
    checks = [
        (column, condition.name)
        for column, told in table.columns.items()
        for condition in conditions(column, told)
    ]
    frame = FRAMES[name]
    while len(frame) < len(checks):
        frame = pd.concat([frame, frame], ignore_index=True)
    frame = frame.copy()
    for row, (column, condition) in enumerate(checks):
        frame.loc[row, column] = bad_value(column, table.columns[column], condition)
    report = run_check(deliver(tmp_path / "d", {name: frame}))
    counted = {(p.column, p.rule): p.rows for p in report.refused if p.unit == "rows"}
    for check in checks:
        assert counted.pop(check) == 1, check
    follow = {rule.name for rule in table.rules} | {"row repeated", "one pseudonym for many rows"}
    assert {rule for _, rule in counted} <= follow


def change(name, column, value, rows=slice(0, 1)):
    """A mutation that sets a column in some rows."""

    def mutate(frames):
        frame = frames[name]
        places = frame.index[rows]
        values = value(frame.loc[places]) if callable(value) else value
        frame.loc[places, column] = values

    return mutate


def several(*mutations):
    def mutate(frames):
        for one in mutations:
            one(frames)

    return mutate


def drop(name, rows):
    def mutate(frames):
        frames[name] = frames[name].drop(frames[name].index[rows]).reset_index(drop=True)

    return mutate


def add_year(name):
    """Move an organisation's second year one on, so that there is a gap."""

    def mutate(frames):
        frame = frames[name]
        place = frame["organisation"].iloc[0]
        frame.loc[(frame["organisation"] == place) & (frame["year"] == 2024), "year"] = 2025

    return mutate


def unknown(name, column="organisation"):
    """Give half of a table's organisations or persons a pseudonym of another key."""

    def mutate(frames):
        frame = frames[name]
        half = set(sorted(frame[column].unique())[::2])
        frame[column] = [tiny.pseudonym(v + CANARY) if v in half else v for v in frame[column]]

    return mutate


def leave_year_before(frames):
    frame = frames["pfzw_organisation_years"]
    frame.loc[0, ["leavers", "to_pension"]] = [4, 2]
    frame.loc[1, ["leavers", "to_pension"]] = [4, 2]


def by_key(rule):
    return rule.table, rule.name, rule.needs


_ABSENCE, _YEARS = "vernet_absence", "pfzw_organisation_years"
_SLIPS, _SURVEY = "pfzw_payslips", "izz_monitor_respondents"
_OTHER = {("programme_" + n): ("programme_participants",) for n in ("sessions", "action_points")}

#: Table and rule → a mutation that breaks it, with the other rules that then break unavoidably.
ROW_RULES = {
    (_SLIPS, "end before start"): (
        several(
            change(_SLIPS, "end_date", dt.date(2020, 1, 31)),
            change(_SLIPS, "destination", None),
        ),
        {"month outside the employment"},
    ),
    (_SLIPS, "month outside the employment"): (change(_SLIPS, "start_date", dt.date(2023, 3, 1)), ()),
    (_SLIPS, "not a first day"): (change(_SLIPS, "month", dt.date(2023, 1, 2)), ()),
    (_SLIPS, "destination without an end"): (change(_SLIPS, "destination", "pension"), ()),
    (_SLIPS, "impossible age"): (change(_SLIPS, "birth_year", 1935), ()),
    (_SLIPS, "allowance above the wage"): (
        change(_SLIPS, "irregular_allowance", float(CANARY_NUMBER)), (),
    ),
    (_YEARS, "leavers do not add up"): (change(_YEARS, "to_inactive", 1), ()),
    (_YEARS, "more from the sector than joined"): (change(_YEARS, "joiners_from_sector", 4), ()),
    (_YEARS, "more fte than people"): (change(_YEARS, "fte", 61.0), ()),
    ("pfzw_organisation_ages", "more students than employees"): (
        change("pfzw_organisation_ages", "student_jobs", 5), (),
    ),
    ("pfzw_organisation_ages", "more leavers than employees"): (
        change("pfzw_organisation_ages", "sector_leavers", 5), (),
    ),
    ("pfzw_organisation_functions", "more leavers than employees"): (
        change("pfzw_organisation_functions", "leavers", 10, slice(20, 21)), (),
    ),
    ("programme_codings", "meant but not mentioned"): (
        change("programme_codings", "mentioned", 0, slice(1, 2)), (),
    ),
    ("programme_hr_offer", "more used than offered"): (
        change("programme_hr_offer", "used", 5), (),
    ),
    (_ABSENCE, "rate without person-years"): (
        # An organisation of its own, without people.
        several(change(_ABSENCE, "person_years", 0.0, slice(0, 5))), (),
    ),
    (_ABSENCE, "person-years without a rate"): (change(_ABSENCE, "absence_rate", None), ()),
    (_SURVEY, "cause without absence"): (
        several(
            change(_SURVEY, "self_reported_absence", 0, slice(2, 3)),
            change(_SURVEY, "work_related", "partly", slice(2, 3)),
        ),
        (),
    ),
    ("izz_care_use_care_use", "more users than insured"): (
        change("izz_care_use_care_use", "mental_care_users", 6), (),
    ),
    ("intrakoop_accounts", "streams do not add up"): (
        change("intrakoop_accounts", "revenue_zvw", 1020.5), (),
    ),
    ("intrakoop_accounts", "result does not follow"): (
        change("intrakoop_accounts", "result", 142.5), (),
    ),
    ("intrakoop_accounts", "more overhead than costs"): (
        change("intrakoop_accounts", "overhead_costs", 4901.0), (),
    ),
    ("intrakoop_accounts", "revenue without people"): (change("intrakoop_accounts", "fte", 0.0), ()),
    ("additional_long_absences", "end before start"): (
        change("additional_long_absences", "end_date", dt.date(2024, 1, 9)), {"not long"},
    ),
    ("additional_long_absences", "not long"): (
        change("additional_long_absences", "end_date", dt.date(2024, 1, 20)), (),
    ),
}  # fmt: skip

_PARTS = "parts do not add up to the organisation"
#: As ``ROW_RULES``, with the tables that a rule needs.
QUERIES = {
    (_YEARS, "stock does not follow from the flows", ()): (
        change(_YEARS, "joiners", 4, slice(1, 2)), (),
    ),
    (_YEARS, "year missing in between", ()): (
        several(
            change(_YEARS, "year", 2025, slice(1, 2)),
        ), (),
    ),
    ("pfzw_organisation_ages", _PARTS, (_YEARS,)): (
        change("pfzw_organisation_ages", "employees", 5), (),
    ),
    ("pfzw_organisation_functions", _PARTS, (_YEARS,)): (
        change("pfzw_organisation_functions", "employees", 11), (),
    ),
    (_SLIPS, "branch differs from the organisation's", (_YEARS,)): (
        # One row in forty changes no total by more than two percent of the branch.
        change(_SLIPS, "branch", "ghz"), (),
    ),
    (_SLIPS, "branch totals do not add up", (_YEARS,)): (
        drop(_SLIPS, [1 + 4 * ORGANISATION for ORGANISATION in range(0, 60, 6)]), (),
    ),
    (_ABSENCE, _PARTS, ()): (change(_ABSENCE, "absence_rate", 9.25), ()),
    (_ABSENCE, "no row for all", ()): (drop(_ABSENCE, [0]), ()),
    (_ABSENCE, "year missing in between", ()): (add_year(_ABSENCE), ()),
    ("intrakoop_accounts", "accounts of another organisation", (_YEARS,)): (
        change("intrakoop_accounts", "fte", 70.0), (),
    ),
    (_ABSENCE, "absence of another organisation", (_YEARS,)): (
        change(_ABSENCE, "person_years", lambda f: f["person_years"] / 4, slice(0, 5)), (),
    ),
    ("izz_care_use_care_use", "more insured than employed", (_YEARS,)): (
        change("izz_care_use_care_use", "insured", 30), (),
    ),
    ("programme_attendees", "unknown session", ("programme_sessions",)): (
        several(
            change("programme_attendees", "session", CANARY),
            change("programme_codings", "session", CANARY, slice(0, len(vocabulary.THEMES))),
        ), (),
    ),
    ("programme_codings", "unknown attendee", ("programme_attendees",)): (
        change("programme_codings", "session", "session_9"), (),
    ),
    ("inventory_interventions", "overlap with an unknown intervention", ()): (
        change("inventory_interventions", "overlaps", CANARY, slice(1, 2)), (),
    ),
    ("pfzw_organisation_functions", "unknown function", ("fwg_functions",)): (
        change("pfzw_organisation_functions", "function", CANARY), (),
    ),
    **{
        by_key(rule): (unknown(rule.table), ())
        for rule in QUERY_RULES
        if rule.name == "unknown organisation"
    },
    **{
        by_key(rule): (unknown(rule.table, "person"), ())
        for rule in QUERY_RULES
        if rule.name == "unknown person"
    },
}  # fmt: skip


def test_there_is_a_mutation_for_every_rule():
    rules = {(t.name, rule.name) for t in CONFIDENTIAL.values() for rule in t.rules}
    assert set(ROW_RULES) == rules
    assert set(QUERIES) == {by_key(rule) for rule in QUERY_RULES}


@pytest.mark.parametrize("case", ROW_RULES, ids="-".join)
def test_a_broken_row_is_named_once(tmp_path, case):
    name, rule = case
    mutate, follow = ROW_RULES[case]
    frames = only(name)
    mutate(frames)
    report = run_check(deliver(tmp_path / "d", frames))
    assert {problem.rule for problem in report.refused} == {rule, *follow}
    problem = next(p for p in report.refused if p.rule == rule)
    stated = next(r for r in CONFIDENTIAL[name].rules if r.name == rule)
    assert problem.column == stated.columns[0]
    assert problem.expected == stated.expected
    assert 1 <= problem.rows <= 5
    assert problem.of == len(FRAMES[name])


@pytest.mark.parametrize("case", QUERIES, ids=lambda case: f"{case[0]}-{case[1]}-{len(case[2])}")
def test_a_broken_whole_is_named_once(tmp_path, case):
    name, rule, needs = case
    mutate, follow = QUERIES[case]
    names = {name, *needs}
    if name.startswith("programme_"):
        # Whoever attends is coded too.
        names |= {"programme_codings"} if rule == "unknown session" else set()
    frames = only(*names)
    mutate(frames)
    report = run_check(deliver(tmp_path / "d", frames))
    assert {problem.rule for problem in report.refused} == {rule, *follow}
    stated = next(r for r in QUERY_RULES if by_key(r) == case)
    problem = next(p for p in report.refused if p.rule == rule)
    assert problem.table == name
    assert problem.column == stated.columns[0]
    assert problem.expected == stated.expected


@pytest.mark.parametrize("row", [0, 2])
def test_an_intervention_may_repeat_another_one_and_not_itself(tmp_path, row):
    frames = only("inventory_interventions")
    frame = frames["inventory_interventions"]
    frame.loc[2, "overlaps"] = frame.loc[row, "intervention"]
    report = run_check(deliver(tmp_path / "d", frames))
    assert bool(report.refused) == (row == 2)


def test_a_tolerated_break_is_a_note(tmp_path):
    frames = only(_YEARS, "additional_background", _SLIPS)
    frame = frames["additional_background"]
    frame.loc[0, "person"] = tiny.pseudonym(CANARY)
    report = run_check(deliver(tmp_path / "d", frames))
    assert [problem.rule for problem in report.notes] == ["unknown person"]
    assert not report.refused


def test_a_rule_without_its_tables_is_listed(tmp_path):
    report = run_check(deliver(tmp_path / "d", only(_ABSENCE)))
    assert not report.refused
    assert {(n.rule, n.reason.en) for n in report.not_checked} == {
        ("unknown organisation", f"{_YEARS} was not delivered."),
        ("absence of another organisation", f"{_YEARS} was not delivered."),
    }


def test_a_table_that_cannot_be_read_leaves_rules_unchecked(tmp_path):
    folder = deliver(tmp_path / "d", only(_ABSENCE, _YEARS))
    (folder / "pfzw" / "organisation_years.parquet").write_bytes(b"")
    report = run_check(folder)
    assert found(report) == [("pfzw/organisation_years.parquet", "empty file", None)]
    assert {n.reason.en for n in report.not_checked if n.table == _ABSENCE} == {
        f"{_YEARS} could not be read."
    }


def test_a_key_that_cannot_be_compared_is_listed(tmp_path):
    frames = only("fwg_functions")
    frames["fwg_functions"] = frames["fwg_functions"].drop(columns="function")
    report = run_check(deliver(tmp_path / "d", frames))
    assert found(report) == [("fwg/functions.parquet", "column missing", "function")]
    assert [(n.table, n.rule) for n in report.not_checked] == [("fwg_functions", "row repeated")]


def test_rows_repeated_within_and_between_files(tmp_path):
    frames = only(_ABSENCE)
    folder = deliver(tmp_path / "d", frames)
    tiny.write_parquet(folder / "more", _ABSENCE, FRAMES[_ABSENCE].iloc[:5])
    (folder / "more" / "vernet" / "absence.parquet").rename(folder / "vernet" / "absence-2.parquet")
    report = run_check(folder)
    repeated = next(p for p in report.refused if p.rule == "row repeated")
    assert (repeated.place, repeated.rows, repeated.of) == (_ABSENCE, 5, 65)
    assert {p.rule for p in report.refused} == {"row repeated", "no row for all"}


PSEUDONYMS = [
    (table.name, column)
    for table in CONFIDENTIAL.values()
    for column, told in table.columns.items()
    if about(told).domain
]


@pytest.mark.parametrize(("name", "column"), PSEUDONYMS)
def test_a_dummy_pseudonym_is_refused(tmp_path, name, column):
    frames = only(name)
    frames[name].loc[0, column] = "0" * 32
    report = run_check(deliver(tmp_path / "d", frames))
    assert (column, "dummy pseudonym") in {(p.column, p.rule) for p in report.refused}
    assert {p.rule for p in report.refused} <= {"dummy pseudonym", _PARTS, "no row for all"}


#: Fewer than ten different numbers tell nothing: five participants do not.
NUMBERED = [
    (name, column, form)
    for name, column in PSEUDONYMS
    for form in ("text", "integer", "eight digits", "points")
    if name != "programme_participants" and (form == "text" or name in (_SLIPS, _ABSENCE))
]


@pytest.mark.parametrize(("name", "column", "form"), NUMBERED)
def test_citizen_service_numbers_are_refused_by_column(tmp_path, name, column, form):
    numbers = BSN[: len(FRAMES[name])]
    if form == "eight digits":
        numbers = [n for n in map(str, range(98_765_000, 98_766_000)) if passes_eleven_test(n)]
    if form == "points":
        numbers = [f"{n[:3]}.{n[3:6]}.{n[6:]}" for n in numbers]
    frames = only(name)
    frame = frames[name]
    known = dict(zip(frame[column].unique(), itertools.cycle(numbers), strict=False))
    if len(known) < 10:
        known = dict(enumerate(numbers))
        frame[column] = [known[i % len(known)] for i in range(len(frame))]
    else:
        frame[column] = [known[value] for value in frame[column]]
    folder = tmp_path / "d"
    kind = pa.int64() if form == "integer" else pa.string()
    if form == "integer":
        frame[column] = frame[column].astype(int).astype(object)
    path = tiny.write_parquet(folder, name, frame, **{column: kind})
    tiny.write_note(folder, CONFIDENTIAL[name].supplier)
    report = run_check(folder)
    file = path.relative_to(folder).as_posix()
    assert (file, "citizen service numbers", column) in found(report)
    assert {p.rule for p in report.refused if p.column == column} == {"citizen service numbers"}


def test_a_column_of_service_numbers_that_nobody_asked_for(tmp_path):
    frames = only("additional_background")
    frames["additional_background"]["nummer"] = BSN[: len(frames["additional_background"])]
    report = run_check(deliver(tmp_path / "d", frames))
    assert found(report) == [
        ("additional/background.parquet", "citizen service numbers", "#7"),
    ]


def test_other_numbers_of_nine_digits_pass(tmp_path):
    frames = only("intrakoop_accounts")
    frame = frames["intrakoop_accounts"]
    frame["result"] = frame["result"].astype(float)
    for column in ("revenue_zvw", "revenue_total", "costs_total"):
        frame[column] = [frame[column].iloc[i] + 123_456_000.0 + 7 * i for i in range(len(frame))]
    assert not run_check(deliver(tmp_path / "d", frames)).problems


def test_one_pseudonym_for_many_persons(tmp_path):
    frames = only("additional_background")
    frame = frames["additional_background"]
    frame.loc[:19, "person"] = tiny.pseudonym(CANARY)
    frame.loc[:19, "year"] = range(2000, 2020)
    report = run_check(deliver(tmp_path / "d", frames))
    assert found(report) == [
        ("additional/background.parquet", "one pseudonym for many rows", "person")
    ]
    assert report.refused[0].rows == 20


def test_all_problems_at_once_in_a_fixed_order(tmp_path):
    frames = only(_ABSENCE, "fwg_functions", "intrakoop_accounts")
    frames[_ABSENCE].loc[0, "function_group"] = CANARY
    frames["fwg_functions"].loc[0, "mental_load"] = -1.0
    frames["intrakoop_accounts"].loc[0, "result"] = 142.5
    folder = deliver(tmp_path / "d", frames)
    (folder / "fwg" / "delivery.json").unlink()
    first, second = run_check(folder), run_check(folder)
    assert first == second
    assert [problem.place for problem in first.refused] == sorted(p.place for p in first.refused)
    assert {place for place, _, _ in found(first)} == {
        "fwg/delivery.json", "fwg/functions.parquet", "intrakoop/accounts.parquet",
        "vernet/absence.parquet",
    }  # fmt: skip


def test_the_stub_passes(tmp_path):
    # A link, so that the report of the test does not land in the project.
    stub = tmp_path / "stub"
    stub.symlink_to(ROOT / "data_stub")
    report = run_check(stub)
    assert not report.refused
    assert set(CONFIDENTIAL) <= set(report.tables)
