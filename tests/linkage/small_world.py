"""A world of three organisations that can be checked by hand."""

import json
from pathlib import Path

import pandas as pd

from analysis.sources import vocabulary
from analysis.sources.confidential import CONFIDENTIAL

FINGERPRINT = "0123456789abcdef"
NURSING, CLINIC, WELFARE = ("a" * 32, "b" * 32, "c" * 32)
STRANGER = "d" * 32


def person(number: int) -> str:
    return f"{number:032x}"


def slips(number, organisation, first, last, **told) -> pd.DataFrame:
    """Payslips of a person from a first to a last month."""
    months = pd.date_range(first, last, freq="MS")
    row = {
        "person": person(number), "organisation": organisation, "month": months, "branch": "vvt",
        "function_group": "care", "team": person(900), "birth_year": 1980, "sex": "female",
        "hours": 24.0, "fte": 0.6667, "wage": 2000.1, "irregular_allowance": 100.05,
        "contract": "permanent", "start_date": pd.Timestamp(first), "end_date": pd.NaT,
        "destination": None,
    }  # fmt: skip
    frame = pd.DataFrame(row | told)
    end = told.get("end_date")
    if end is not None:
        # Destination and end stand on the last payslip.
        frame.loc[frame.index[:-1], ["end_date", "destination"]] = [pd.NaT, None]
    return frame


def payslips() -> pd.DataFrame:
    parts = [
        # Always at the nursing home, with an older start.
        slips(1, NURSING, "2023-01-01", "2024-12-01", start_date=pd.Timestamp("2013-01-01")),
        # From the nursing home to the clinic after a gap of two months; becomes permanent there.
        slips(2, NURSING, "2023-01-01", "2023-06-01", contract="temporary", birth_year=1999,
              start_date=pd.Timestamp("2022-07-01")),
        slips(2, CLINIC, "2023-09-01", "2023-12-01", branch="ggz", contract="on_call",
              birth_year=1999),
        slips(2, CLINIC, "2024-01-01", "2024-12-01", branch="ggz", birth_year=1999,
              function_group="treatment", start_date=pd.Timestamp("2023-09-01")),
        # Retires.
        slips(3, NURSING, "2023-01-01", "2024-03-01", birth_year=1957, sex="male",
              start_date=pd.Timestamp("2000-01-01"), end_date=pd.Timestamp("2024-03-31"),
              destination="pension"),
        # Leaves and comes back after half a year: two periods.
        slips(4, CLINIC, "2023-01-01", "2023-09-01", branch="ggz", team=None),
        slips(4, CLINIC, "2024-04-01", "2024-12-01", branch="ggz", team=None),
    ]  # fmt: skip
    return pd.concat(parts, ignore_index=True)


def organisation_years() -> pd.DataFrame:
    rows = [
        (NURSING, 2023, "vvt", "noord", 240, 160.0, 40, 0, 10, 5, 5, 5, 5),
        (NURSING, 2024, "vvt", "noord", 250, 170.0, 30, 0, 10, 4, 4, 1, 1),
        (CLINIC, 2023, "ggz", "oost", 1000, 800.0, 100, 0, 25, 25, 0, 0, 0),
        (CLINIC, 2024, "ggz", "oost", 3000, 2500.0, 2100, 0, 50, 20, 10, 10, 10),
        (WELFARE, 2024, "welfare", "limburg", 10, 6.0, 0, 0, 0, 0, 0, 0, 0),
    ]
    frame = pd.DataFrame([row[:7] for row in rows], columns=[
        "organisation", "year", "branch", "region", "employees", "fte", "joiners"])  # fmt: skip
    flows = ["to_same_branch", "to_other_branch", "to_pension", "to_other_sector", "to_inactive"]
    for place, flow in enumerate(flows):
        frame[flow] = [row[8 + place] for row in rows]
    frame.insert(7, "joiners_from_sector", 0)
    frame.insert(8, "leavers", frame[flows].sum(axis=1))
    return frame.assign(
        temporary_share=0.2,
        irregular_allowance_share=0.05,
        team_churn=None,
        manager_churn=None,
        span_of_control=20.0,
    )


def organisation_ages() -> pd.DataFrame:
    rows = []
    for row in organisation_years().itertuples():
        shares = {
            "under_25": 0.1,
            "25_to_34": 0.2,
            "35_to_44": 0.2,
            "45_to_54": 0.3,
            "55_plus": 0.2,
        }
        for band, share in shares.items():
            for sex, part in (("female", 0.8), ("male", 0.2)):
                rows.append(
                    (row.organisation, row.year, band, sex, round(row.employees * share * part))
                )
    frame = pd.DataFrame(rows, columns=["organisation", "year", "age_band", "sex", "employees"])
    return frame.assign(
        student_jobs=0, at_risk=frame["employees"], students_at_risk=0, sector_leavers=0,
        student_leavers=0,
    )  # fmt: skip


def absence() -> pd.DataFrame:
    rows = [
        (NURSING, 2024, "all", "all", 165.0, 8.0),
        (NURSING, 2024, "under_25", "all", 65.0, 6.0),
        (NURSING, 2024, "25_to_34", "all", 100.0, 9.3),
        (CLINIC, 2024, "all", "all", 200.0, 6.5),
        (STRANGER, 2024, "all", "all", 50.0, 7.0),
        (WELFARE, 2023, "all", "all", 50.0, 7.0),
    ]
    frame = pd.DataFrame(
        rows,
        columns=[
            "organisation", "year", "age_band", "function_group", "person_years", "absence_rate"
        ],
    )  # fmt: skip
    return frame.assign(frequency=1.2, mean_duration=20.0, long_term_share=60.0)


def care_use() -> pd.DataFrame:
    return pd.DataFrame(
        {"organisation": NURSING, "year": 2024, "age_band": ["under_25", "25_to_34"],
         "insured": [10, 30], "mental_care_users": [1, 5], "physiotherapy_users": [2, 10]}
    )  # fmt: skip


def functions() -> pd.DataFrame:
    return pd.DataFrame(
        {"function": ["nurse", "carer"], "function_group": ["nursing", "care"],
         "injury_risk": [40.0, 60.0], "mental_load": [50.0, 30.0],
         "burdensome_conditions": [10.0, 20.0]}
    )  # fmt: skip


def organisation_functions() -> pd.DataFrame:
    rows = [(NURSING, "nurse", 50), (NURSING, "carer", 150), (NURSING, "pilot", 50)]
    frame = pd.DataFrame(rows, columns=["organisation", "function", "employees"])
    frame.insert(1, "year", 2024)
    return frame.assign(at_risk=frame["employees"], leavers=5)


def inventory() -> dict[str, pd.DataFrame]:
    return {
        "interventions": pd.DataFrame(
            {"intervention": ["i1"], "level": "individual", "aim": "early", "theme": "rosters",
             "overlaps": "none", "problem_stated": "yes", "coder": "a"}
        )
    }  # fmt: skip


def accounts() -> pd.DataFrame:
    return pd.DataFrame(
        {"organisation": [NURSING], "year": 2024, "revenue_zvw": 25e6, "revenue_wlz": 75e6,
         "revenue_wmo": 0.0, "revenue_youth_act": 0.0, "revenue_other": 0.0, "revenue_total": 100e6,
         "costs_total": 98e6, "overhead_costs": 19.6e6, "result": 2e6, "fte": 168.0}
    )  # fmt: skip


def respondents(per_cell: int = 2) -> pd.DataFrame:
    rows, number = [], 0
    for organisation in (NURSING, CLINIC):
        for place, band in enumerate(vocabulary.AGE_BANDS):
            for sex in vocabulary.SEXES:
                for copy in range(per_cell + place % 2):
                    number += 1
                    rows.append((number, organisation, band, sex, number % 5 + 1, copy % 2))
    frame = pd.DataFrame(
        {
            "respondent": [person(row[0]) for row in rows],
            "organisation": [row[1] for row in rows],
            "year": 2024,
            "age_band": [row[2] for row in rows],
            "sex": [row[3] for row in rows],
            "education": "mbo",
            "function_group": ["nursing" if row[0] % 3 else "care" for row in rows],
            "contract": "permanent",
            "hours": 24.0,
        }
    )
    for scale in vocabulary.SCALES:
        for place, item in enumerate(vocabulary.items(scale)):
            frame[item] = pd.array([(row[4] + place) % 5 + 1 for row in rows], dtype="Int64")
    return frame.assign(
        intention_to_leave=pd.array([row[5] for row in rows], dtype="Int64"),
        self_reported_absence=pd.array([1 - row[5] for row in rows], dtype="Int64"),
        work_related=None,
    )


def programme() -> dict[str, pd.DataFrame]:
    day = pd.Timestamp("2024-05-01")
    return {
        "participants": pd.DataFrame({"organisation": [NURSING], "start_date": day}),
        "sessions": pd.DataFrame(
            {"session": ["s1", "s2"], "organisation": NURSING, "kind": ["listening", "reflection"],
             "form": "group", "date": day, "facilitator": person(800)}
        ),
        "attendees": pd.DataFrame(
            {"attendee": [person(701), person(702), person(701)], "session": ["s1", "s1", "s2"],
             "role": "professional", "age_band": None, "education": "mbo", "origin": None}
        ),
        "codings": pd.DataFrame(
            {"attendee": [person(701)], "session": "s1", "theme": "workload", "coder": "a",
             "mentioned": 1, **dict.fromkeys(vocabulary.MEANINGS, 1)}
        ),
        "action_points": pd.DataFrame(
            {"action": ["a1"], "organisation": NURSING, "theme": "rosters", "level": "individual",
             "owner": "hr"}
        ),
        "checklist": pd.DataFrame(
            {"organisation": [NURSING], "item": "academy", "coder": "a", "present": "yes"}
        ),
        "hr_offer": pd.DataFrame(
            {"organisation": [NURSING], "theme": "rosters", "offered": 3, "used": 1}
        ),
    }  # fmt: skip


def additional() -> dict[str, pd.DataFrame]:
    day = pd.Timestamp("2024-02-01")
    return {
        "background": pd.DataFrame(
            {"person": [person(1), person(2), person(99)], "year": 2024, "education": "hbo",
             "origin": "netherlands", "ses_rank": 0.5, "household_income": 40000.0}
        ),
        "long_absences": pd.DataFrame(
            {"person": [person(1)], "organisation": NURSING, "start_date": day,
             "end_date": pd.NaT, "case": 1}
        ),
        "training": pd.DataFrame(
            {"person": [person(2)], "date": day, "event": "diploma", "programme": "mbo_4"}
        ),
    }  # fmt: skip


def world() -> dict[str, pd.DataFrame]:
    """Every delivered table by name."""
    return {
        "pfzw_payslips": payslips(),
        "pfzw_organisation_years": organisation_years(),
        "pfzw_organisation_ages": organisation_ages(),
        "pfzw_organisation_functions": organisation_functions(),
        "vernet_absence": absence(),
        "izz_monitor_respondents": respondents(),
        "izz_care_use_care_use": care_use(),
        "fwg_functions": functions(),
        "intrakoop_accounts": accounts(),
        **{f"programme_{name}": frame for name, frame in programme().items()},
        **{f"inventory_{name}": frame for name, frame in inventory().items()},
        **{f"additional_{name}": frame for name, frame in additional().items()},
    }


def deliver(
    folder: Path,
    tables: dict[str, pd.DataFrame] | None = None,
    *,
    ending: str = "parquet",
    shuffled: int | None = None,
    notes: dict[str, dict] | None = None,
) -> Path:
    """Write tables as deliveries."""
    for name, frame in (world() if tables is None else tables).items():
        table = CONFIDENTIAL[name]
        assert list(frame.columns) == list(table.columns), name
        place = folder / table.supplier
        place.mkdir(parents=True, exist_ok=True)
        if shuffled is not None:
            frame = frame.sample(frac=1, random_state=shuffled)
        if ending == "csv":
            frame.to_csv(place / f"{table.file}.csv", index=False)
        else:
            frame.to_parquet(place / f"{table.file}.parquet", index=False)
        note = {
            "supplier": table.supplier, "edition": "2025", "key_fingerprint": FINGERPRINT,
            "fractions": {"payslips": 0.5} if table.supplier == "pfzw" else {},
        }  # fmt: skip
        note |= (notes or {}).get(table.supplier, {})
        (place / "delivery.json").write_text(json.dumps(note))
    return folder
