"""A delivery of everything in miniature, made by hand so that all rules hold: for mutations."""

import hashlib
import itertools
import json
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from analysis.sources import vocabulary
from analysis.sources.confidential import CONFIDENTIAL
from analysis.sources.intrakoop import STREAMS
from analysis.sources.schema import sql_type

YEARS = (2023, 2024)
ORGANISATIONS = 6
STAFF = 40
FUNCTIONS = [f"function_{i}" for i in range(4)]
FINGERPRINT = "0123456789abcdef"
_ARROW = {"BIGINT": pa.int64(), "DOUBLE": pa.float64(), "DATE": pa.date32(), "VARCHAR": pa.string()}
_BANDS, _GROUPS = list(vocabulary.AGE_BANDS), list(vocabulary.FUNCTION_GROUPS)


def pseudonym(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def frames() -> dict[str, pd.DataFrame]:
    """All tables by name, each with the columns of its schema."""
    places = [pseudonym(f"organisation {i}") for i in range(ORGANISATIONS)]
    branches = [list(vocabulary.BRANCHES)[i % 5] for i in range(ORGANISATIONS)]
    people = range(ORGANISATIONS * STAFF)
    person = [pseudonym(f"person {i}") for i in people]
    payslips = [
        {
            "person": person[i],
            "organisation": places[i % ORGANISATIONS],
            "month": pd.Timestamp(year, month, 1),
            "branch": branches[i % ORGANISATIONS],
            "function_group": _GROUPS[i % 8],
            "team": None if i % 7 == 0 else pseudonym(f"team {i % ORGANISATIONS} {i % 8}"),
            "birth_year": 1960 + i % 40,
            "sex": "male" if i % 4 == 0 else "female",
            "hours": 24.5 if i % 3 else 36.0,
            "fte": 0.6806 if i % 3 else 1.0,
            "wage": 2345.67 + i,
            "irregular_allowance": 12.5 if i % 2 else 0.0,
            "contract": "temporary" if i % 9 == 0 else "permanent",
            "start_date": pd.Timestamp(2020, 3, 15),
            "end_date": pd.Timestamp(2025, 1, 31) if i % 50 == 1 else None,
            "destination": "pension" if i % 50 == 1 else None,
        }
        for i, year, month in itertools.product(people, YEARS, (1, 12))
    ]
    yearly = list(itertools.product(range(ORGANISATIONS), YEARS))
    organisation_years = [
        {
            "organisation": places[o],
            "year": year,
            "branch": branches[o],
            "region": list(vocabulary.REGIONS)[o],
            "employees": STAFF,
            "fte": 31.5,
            "joiners": 3,
            "joiners_from_sector": 2,
            "leavers": 3,
            "to_same_branch": 1,
            "to_other_branch": 0,
            "to_pension": 1,
            "to_other_sector": 1,
            "to_inactive": 0,
            "temporary_share": 0.25,
            "irregular_allowance_share": 0.05,
            "team_churn": 0.125 if o else None,
            "manager_churn": 0.5 if o else None,
            "span_of_control": 18.5 if o else None,
        }
        for o, year in yearly
    ]
    organisation_ages = [
        {
            "organisation": places[o],
            "year": year,
            "age_band": band,
            "sex": sex,
            "employees": 4,
            "student_jobs": 1,
            "at_risk": 4,
            "students_at_risk": 2,
            "sector_leavers": 1,
            "student_leavers": 1,
        }
        for (o, year), band, sex in itertools.product(yearly, _BANDS, vocabulary.SEXES)
    ]
    organisation_functions = [
        {
            "organisation": places[o],
            "year": year,
            "function": function,
            "employees": 10,
            "at_risk": 9 if o else None,
            "leavers": 1 if o else None,
        }
        for (o, year), function in itertools.product(yearly, FUNCTIONS)
    ]
    cells = [("all", "all", 36.0), *((b, g, 9.0) for b in _BANDS[:2] for g in _GROUPS[:2])]
    absence = [
        {
            "organisation": places[o],
            "year": year,
            "age_band": band,
            "function_group": group,
            "person_years": size,
            "absence_rate": 7.25,
            "frequency": 1.1,
            "mean_duration": 20.5,
            "long_term_share": None if band == "all" else 40.5,
        }
        for (o, year), (band, group, size) in itertools.product(yearly, cells)
    ]
    items = [item for scale in vocabulary.SCALES for item in vocabulary.items(scale)]
    respondents = [
        {
            "respondent": pseudonym(f"respondent {i}"),
            "organisation": places[i % ORGANISATIONS],
            "year": year,
            "age_band": _BANDS[i % 5],
            "sex": "female",
            "education": None if i % 6 == 0 else "hbo",
            "function_group": _GROUPS[i % 8],
            "contract": "permanent",
            "hours": 32.5,
            **{item: (i + j) % 5 + 1 for j, item in enumerate(items)},
            "intention_to_leave": i % 2,
            "self_reported_absence": 1,
            "work_related": "partly" if i % 3 else None,
        }
        for i, year in itertools.product(range(60), YEARS)
    ]
    care_use = [
        {
            "organisation": places[o],
            "year": year,
            "age_band": band,
            "insured": 5,
            "mental_care_users": 1,
            "physiotherapy_users": 2,
        }
        for (o, year), band in itertools.product(yearly, _BANDS)
    ]
    functions = [
        {
            "function": function,
            "function_group": _GROUPS[i],
            "injury_risk": 20.5 + i,
            "mental_load": 30.25,
            "burdensome_conditions": 12.0,
        }
        for i, function in enumerate(FUNCTIONS)
    ]
    accounts = [
        {
            "organisation": places[o],
            "year": year,
            **{f"revenue_{stream}": 1000.5 for stream in STREAMS},
            "revenue_total": 5002.5,
            "costs_total": 4900.0,
            "overhead_costs": 800.0,
            "result": 102.5,
            "fte": 31.0,
        }
        for o, year in yearly
    ]
    participants = [
        {"organisation": places[o], "start_date": pd.Timestamp(2024, 2, 1 + o)} for o in range(5)
    ]
    sessions = [
        {
            "session": f"session_{i}",
            "organisation": places[i % 5],
            "kind": "listening",
            "form": "group",
            "date": pd.Timestamp(2024, 5, 20 + i),
            "facilitator": pseudonym(f"facilitator {i % 2}"),
        }
        for i in range(10)
    ]
    attendees = [
        {
            "attendee": pseudonym(f"attendee {i}"),
            "session": f"session_{i % 10}",
            "role": "professional",
            "age_band": _BANDS[i % 5],
            "education": "mbo",
            "origin": None if i % 2 else "netherlands",
        }
        for i in range(20)
    ]
    codings = [
        {
            "attendee": pseudonym(f"attendee {i}"),
            "session": f"session_{i % 10}",
            "theme": theme,
            "coder": "a",
            "mentioned": j % 2,
            **dict.fromkeys(vocabulary.MEANINGS, j % 2),
        }
        for i, (j, theme) in itertools.product(range(20), enumerate(vocabulary.THEMES))
    ]
    action_points = [
        {
            "action": f"action_{i}",
            "organisation": places[i % 5],
            "theme": "workload",
            "level": "organisational",
            "owner": "hr",
        }
        for i in range(10)
    ]
    interventions = [
        {
            "intervention": f"intervention_{i}",
            "level": "individual",
            "aim": "source",
            "theme": None if i % 3 else "workload",
            "overlaps": "none",
            "problem_stated": "yes",
            "coder": "a",
        }
        for i in range(10)
    ]
    checklist = [
        {
            "organisation": places[o],
            "item": item,
            "coder": "a",
            "present": None if i % 4 == 0 else "yes",
        }
        for o, (i, item) in itertools.product(range(5), enumerate(vocabulary.CHECKLIST))
    ]
    hr_offer = [
        {"organisation": places[o], "theme": theme, "offered": 4, "used": 1}
        for o, theme in itertools.product(range(5), vocabulary.THEMES)
    ]
    background = [
        {
            "person": person[i],
            "year": 2024,
            "education": "mbo",
            "origin": "netherlands",
            "ses_rank": i / 1000,
            "household_income": 30_000.5 + i,
        }
        for i in people
    ]
    long_absences = [
        {
            "person": person[i],
            "organisation": places[i % ORGANISATIONS],
            "start_date": pd.Timestamp(2024, 1, 10),
            "end_date": None if i % 5 == 0 else pd.Timestamp(2024, 6, 10),
            "case": 1,
        }
        for i in range(30)
    ]
    training = [
        {
            "person": person[i],
            "date": pd.Timestamp(2024, 9, 1),
            "event": "diploma",
            "programme": "nursing_4",
        }
        for i in range(30)
    ]
    rows = {
        "pfzw_payslips": payslips,
        "pfzw_organisation_years": organisation_years,
        "pfzw_organisation_ages": organisation_ages,
        "pfzw_organisation_functions": organisation_functions,
        "vernet_absence": absence,
        "izz_monitor_respondents": respondents,
        "izz_care_use_care_use": care_use,
        "fwg_functions": functions,
        "intrakoop_accounts": accounts,
        "programme_participants": participants,
        "programme_sessions": sessions,
        "programme_attendees": attendees,
        "programme_codings": codings,
        "programme_action_points": action_points,
        "programme_checklist": checklist,
        "programme_hr_offer": hr_offer,
        "inventory_interventions": interventions,
        "additional_background": background,
        "additional_long_absences": long_absences,
        "additional_training": training,
    }
    return {name: pd.DataFrame(content).astype(object) for name, content in rows.items()}


def note(supplier: str, **changes) -> dict:
    """The note of a supplier."""
    return {
        "supplier": supplier,
        "edition": "2025",
        "key_fingerprint": None if supplier in ("fwg", "inventory") else FINGERPRINT,
        "source": "synthetic: made for a test",
        **changes,
    }


def write_note(folder: Path, supplier: str, **changes) -> None:
    place = folder / supplier / "delivery.json"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(json.dumps(note(supplier, **changes)))


def write_parquet(folder: Path, name: str, frame: pd.DataFrame, **types: pa.DataType) -> Path:
    """Write a table as Parquet; columns beside the schema's are text."""
    table = CONFIDENTIAL[name]
    path = folder / table.supplier / f"{table.file}.parquet"
    path.parent.mkdir(parents=True, exist_ok=True)
    kinds = {column: _ARROW[sql_type(told)] for column, told in table.columns.items()} | types
    arrays = [
        pa.array([None if pd.isna(v) else v for v in frame[column]], kinds.get(column, pa.string()))
        for column in frame.columns
    ]
    pq.write_table(pa.Table.from_arrays(arrays, names=list(frame.columns)), path)
    return path


def write_all(folder: Path, content: dict[str, pd.DataFrame]) -> Path:
    """Write tables and the notes of their suppliers."""
    for name, frame in content.items():
        write_parquet(folder, name, frame)
        write_note(folder, CONFIDENTIAL[name].supplier)
    return folder


def as_text(name: str, frame: pd.DataFrame, *, decimal: str = ".", date: str = "%Y-%m-%d"):
    """A frame as the text of its cells."""
    kinds = {c: sql_type(column) for c, column in CONFIDENTIAL[name].columns.items()}

    def shown(value, kind):
        if pd.isna(value):
            return ""
        if kind == "DATE":
            return value.strftime(date)
        if kind == "DOUBLE":
            return repr(float(value)).replace(".", decimal)
        return str(value)

    return frame.apply(lambda column: [shown(v, kinds.get(column.name)) for v in column])
