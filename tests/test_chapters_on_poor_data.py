"""Each chapter of the data models runs to its end on data from which hardly anything follows."""

import importlib
import inspect
import json
import pkgutil
from collections.abc import Callable

import numpy as np
import pandas as pd
import pytest

import analysis
from analysis import methods
from analysis.claims.judge import judge
from analysis.claims.register import read_register
from analysis.dataset import DataTable
from analysis.exhibits import chapter as chapters
from analysis.linkage.link import link
from analysis.methods.progress import quietly
from analysis.methods.results import Absent
from analysis.sources.delivery import read_tables
from analysis.stub.deliveries import write_world
from tests.conftest import ROOT
from tests.stub.drawn import drawn

# Beside the tests that draw the same world.
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("favourable-1")]

Tables = dict[str, pd.DataFrame | None]
Damage = Callable[[Tables], None]

ORGANISATIONS, RESPONDENTS = 80, 3000
OF_PEOPLE = ("2.2a-factors", "2.2b-processes", "a3-scales")
OF_ORGANISATIONS = (
    "2.2c-organisations", "2.2d-early-warning", "3.2d-branch-gap", "3.2e-overhead-and-funding",
)  # fmt: skip
OF_AGES = ("2.2e-age-bands",)
OF_PARTICIPANTS = ("2.3-participants", "3.4-target")
OF_PRACTICES = ("2.3a-practices",)
OF_SESSIONS = ("2.2f-sessions",)
OF_PRECONDITIONS = ("2.4-preconditions",)
OF_CAREERS = ("3.2a-careers",)
OF_INEQUALITY = ("3.2b-inequality", "3.2c-irregular-hours")
OF_SCENARIOS = ("3.2f-scenarios",)
CHAPTERS = (
    *OF_PEOPLE,
    *OF_ORGANISATIONS,
    *OF_AGES,
    *OF_PARTICIPANTS,
    *OF_SESSIONS,
    *OF_PRACTICES,
    *OF_PRECONDITIONS,
    *OF_CAREERS,
    *OF_INEQUALITY,
    *OF_SCENARIOS,
)
#: Tables of the sessions, which are kept whole whatever their organisations hold besides.
HEARD = ("codings", "attendees")
#: What each chapter lives on; the chapters read nothing else.
READ = (
    "individuals", "organisation_years", "organisation_ages", "absence_parts", "care_use",
    "participants", *HEARD, "action_points", "checklist", "organisation_functions",
    "hr_offer", "careers", "employment_years", "training", "background", "long_absences",
)  # fmt: skip
#: Published tables that a chapter reads beside them.
PUBLISHED = ("absence", "employment", "flows", "moves", "vacancies")


def without(*names: str) -> Damage:
    def damage(tables: Tables) -> None:
        tables.update(dict.fromkeys(names))

    return damage


def rows(keep: Callable[[pd.DataFrame], pd.DataFrame], of: str | None = None) -> Damage:
    """Keep some rows of every table, or of those with the column that the choice is about."""

    def damage(tables: Tables) -> None:
        for name, frame in tables.items():
            if of is None or of in frame:
                tables[name] = keep(frame)

    return damage


def column(table: str, value: object, *columns: str) -> Damage:
    def damage(tables: Tables) -> None:
        tables[table] = tables[table].assign(**dict.fromkeys(columns, value))

    return damage


def copy(table: str, source: str, target: str) -> Damage:
    def damage(tables: Tables) -> None:
        tables[table] = tables[table].assign(**{target: tables[table][source]})

    return damage


def numbers(table: str, value: Callable[[pd.Series], object]) -> Damage:
    """Change all measured columns of a table."""

    def damage(tables: Tables) -> None:
        frame = tables[table]
        chosen = [name for name in frame.select_dtypes("number") if name != "year"]
        tables[table] = frame.assign(**{name: value(frame[name]) for name in chosen})

    return damage


def of_organisations(count: int) -> Damage:
    def some(frame: pd.DataFrame) -> pd.DataFrame:
        return frame[frame["organisation"].isin(sorted(set(frame["organisation"]))[:count])]

    return rows(some, of="organisation")


def nothing_known(values: pd.Series) -> float:
    return np.nan


def first_of(values: pd.Series) -> object:
    return values.dropna().iloc[0]


def the_young(tables: Tables) -> None:
    ages = tables[OF_BANDS]
    tables[OF_BANDS] = ages[ages["age_band"] == "under_25"]


def newest(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[frame["year"] == frame["year"].max()]


OF_YEARS, OF_BANDS = "organisation_years", "organisation_ages"
EVERY = {
    "nothing delivered": without(*READ),
    "no rows": rows(lambda frame: frame.iloc[:0]),
    "one year": rows(newest, of="year"),
    "one branch": rows(lambda frame: frame[frame["branch"] == "vvt"], of="branch"),
    "no branch known": rows(lambda frame: frame.assign(branch=None), of="branch"),
    "eight organisations": of_organisations(8),
    "one organisation": of_organisations(1),
}
PEOPLE = {
    "30 respondents": lambda tables: tables.update(individuals=tables["individuals"].iloc[:30]),
    "no answer": numbers("individuals", nothing_known),
    "equal answers": numbers("individuals", first_of),
    "no weights": column("individuals", np.nan, "weight"),
    "outcomes not asked": column("individuals", None, "intention_to_leave", "work_related"),
    "everybody wants to leave": column("individuals", 1.0, "intention_to_leave"),
    "nobody was absent": column("individuals", 0.0, "self_reported_absence"),
    "a scale not asked": column("individuals", np.nan, "engagement"),
    "a scale without differences": column("individuals", 3.0, "exhaustion"),
    "two equal scales": copy("individuals", "workload", "work_life"),
    "mediator is a copy": copy("individuals", "workload", "exhaustion"),
    "no sex known": column("individuals", None, "sex"),
}
RATES = ("absence_rate", "turnover_rate", "mobility_rate", "sector_exit_rate", "inflow_rate")
ORGANISATION = {
    "nothing known": numbers(OF_YEARS, nothing_known),
    "equal organisations": numbers(OF_YEARS, first_of),
    "zero rates": column(OF_YEARS, 0.0, *RATES),
    "equal losses": column(OF_YEARS, -5.0, "result_share", "result"),
    "absence not known": column(OF_YEARS, np.nan, "absence_rate"),
    "equal exit": column(OF_YEARS, 5.0, "sector_exit_rate"),
    "two equal drivers": copy(OF_YEARS, "inflow_rate", "mobility_rate"),
    "a signal not known": column(OF_YEARS, np.nan, "mental_care_share"),
    "teams not known": column(OF_YEARS, np.nan, "team_churn", "manager_churn"),
    "no survey": column(OF_YEARS, np.nan, "engagement", "exhaustion", "workload", "leadership"),
}
AGES = {
    "nobody left": column(OF_BANDS, 0, "sector_leavers", "student_leavers"),
    "everybody left": copy(OF_BANDS, "at_risk", "sector_leavers"),
    "no students": column(OF_BANDS, 0, "student_jobs", "students_at_risk", "student_leavers"),
    "nobody at the start": column(OF_BANDS, 0, "at_risk", "students_at_risk"),
    "the young alone": the_young,
    "no absence by age": without("absence_parts", "care_use"),
}
PARTICIPANTS = {
    "participants not known": without("participants"),
    "nobody takes part": column(OF_YEARS, 0, "participant"),
    "not said who takes part": column(OF_YEARS, None, "participant"),
    "everybody takes part": column(OF_YEARS, 1, "participant"),
    "no start known": column("participants", None, "start_date"),
    "equal rates": column(OF_YEARS, 7.0, "absence_rate", "turnover_rate"),
    "nobody was ill": column(OF_YEARS, 0.0, "absence_rate"),
    "absence not known": column(OF_YEARS, np.nan, "absence_rate"),
    "equal sizes": column(OF_YEARS, 800.0, "employees", "person_years"),
}
SESSIONS = {
    "no second coder": lambda tables: tables.update(
        codings=tables["codings"][tables["codings"]["coder"] == "a"]
    ),
    "no meaning coded": column("codings", None, "stressor", "energy", "need", "keep", "stop"),
    "nothing named": column(
        "codings", 0, "mentioned", "stressor", "energy", "need", "keep", "stop"
    ),
    "everything named": column("codings", 1, "mentioned"),
    "professionals alone": column("codings", "professional", "role"),
    "reflection sessions alone": column("codings", "reflection", "kind"),
    "no survey": without("individuals"),
}
PRACTICES = {
    "everything is there": column("checklist", "yes", "present"),
    "nothing was discussed": column("checklist", None, "present"),
    "nothing is used": column("hr_offer", 0, "used"),
    "meaning was not asked": column("codings", np.nan, "energy", "need", "keep"),
    "everybody stays": column("organisation_functions", 0, "leavers"),
    "absence not known": column(OF_YEARS, np.nan, "absence_rate"),
    "equal absence": column(OF_YEARS, 5.0, "absence_rate"),
    "nobody takes part": column(OF_YEARS, 0, "participant"),
}
PRECONDITIONS = {
    "no sessions": without("codings", "attendees"),
    "no agendas": without("action_points", "checklist"),
    "nobody says anything": column("codings", 0, "mentioned", "stressor", "energy", "need", "keep"),
    "everybody says everything": column("codings", 1, "mentioned", "stressor", "need", "keep"),
    "the second coder alone": column("codings", "b", "coder"),
    "no dates of sessions": column("attendees", None, "date"),
    "one theme in all agendas": column("action_points", "craft", "theme"),
    "teams not known": column(OF_YEARS, np.nan, "team_churn", "manager_churn"),
    "two equal kinds of unrest": copy(OF_YEARS, "team_churn", "manager_churn"),
    "spans not known": column(OF_YEARS, np.nan, "span_of_control"),
    "equal spans": column(OF_YEARS, 15.0, "span_of_control"),
    "results not known": column(OF_YEARS, np.nan, "result_share"),
    "nobody left": column(
        OF_YEARS, 0, "to_same_branch", "to_other_branch", "to_other_sector", "to_inactive",
        "to_pension",
    ),
    "no function left": column("organisation_functions", 0, "leavers"),
    "functions not known": column("organisation_functions", None, "function_group"),
    "the manager not asked about": column(
        "individuals", np.nan, *(f"climate_supervisor_{number}" for number in (1, 2, 3))
    ),
}  # fmt: skip
CAREERS = {
    "training not known": without("training"),
    "nobody left": column("careers", 0, "ended"),
    "where they went not known": column("careers", None, "destination"),
    "nobody comes back": column("careers", None, "next_organisation", "next_gap_months"),
    "everybody was there before": column("careers", 1, "left_truncated"),
    "one function": column("employment_years", "nursing", "function_group"),
    "one contract": column("employment_years", "permanent", "contract"),
    "no year of birth": column("employment_years", np.nan, "birth_year"),
}
INEQUALITY = {
    "no background": without("background"),
    "no absences": without("long_absences"),
    "nobody was ill": lambda tables: tables.update(long_absences=tables["long_absences"].iloc[:0]),
    "few were ill": lambda tables: tables.update(long_absences=tables["long_absences"].iloc[:8]),
    "nobody recovers": column("long_absences", pd.NaT, "end_date"),
    "one origin": column("background", "netherlands", "origin"),
    "one education": column("background", "mbo", "education"),
    "equal status": column("background", 0.5, "ses_rank"),
    "one contract": column("employment_years", "permanent", "contract"),
    "no allowance": column("employment_years", 0.0, "irregular_allowance"),
    "no wage": column("employment_years", 0.0, "wage"),
    "no weights": column("background", np.nan, "weight"),
    "one sex": column("employment_years", "female", "sex"),
}
SCENARIOS = {
    **{f"{table} not known": without(table) for table in PUBLISHED},
    "nothing published": without(*PUBLISHED),
    "nobody left": column(OF_YEARS, 0, "to_other_sector", "to_inactive", "to_pension"),
}
CASES = [
    pytest.param(name, damage, id=f"{name}: {said}")
    for names, damages in (
        (CHAPTERS, EVERY),
        (OF_PEOPLE, PEOPLE),
        (OF_ORGANISATIONS, ORGANISATION),
        (OF_AGES, AGES),
        (OF_PARTICIPANTS, PARTICIPANTS),
        (OF_SESSIONS, SESSIONS),
        (OF_PRACTICES, PRACTICES),
        (OF_PRECONDITIONS, PRECONDITIONS),
        (OF_CAREERS, CAREERS),
        (OF_INEQUALITY, INEQUALITY),
        (OF_SCENARIOS, SCENARIOS),
    )
    for name in names
    for said, damage in damages.items()
]


@pytest.fixture(scope="module")
def small_world(tmp_path_factory) -> Tables:
    """Some organisations of the favourable world, those with most respondents; not to be changed."""
    folder = tmp_path_factory.mktemp("favourable")
    write_world(folder / "deliveries", drawn("favourable", 1))
    link(folder / "deliveries", folder / "linked", "2025")
    tables = {name: pd.read_parquet(folder / "linked" / f"{name}.parquet") for name in READ}
    most = tables[OF_YEARS].groupby("organisation")["respondents"].sum().nlargest(ORGANISATIONS)
    chosen = {*most.index, *tables["participants"]["organisation"]}
    people = tables["employment_years"]
    people = set(people.loc[people["organisation"].isin(chosen), "person"])
    tables = {name: _small(name, frame, chosen, people) for name, frame in tables.items()}
    found, _ = read_tables(ROOT / "data_stub", needed=False)
    tables |= {name: found[name].frame for name in PUBLISHED}
    tables["individuals"] = tables["individuals"].sample(RESPONDENTS, random_state=1)
    return tables


def _small(
    name: str, frame: pd.DataFrame, organisations: set[str], people: set[str]
) -> pd.DataFrame:
    """Keep the people of some organisations with their whole careers, and else these alone."""
    if name in HEARD:
        return frame
    column, kept = ("person", people) if "person" in frame else ("organisation", organisations)
    return frame[frame[column].isin(kept)].reset_index(drop=True)


@pytest.fixture(scope="module", autouse=True)
def few_draws():
    """Bootstraps of a few draws: this is about what does not run, not about numbers."""
    changed = []
    for found in pkgutil.iter_modules(methods.__path__):
        module = importlib.import_module(f"{methods.__name__}.{found.name}")
        for function in vars(module).values():
            plain = inspect.unwrap(function) if inspect.isfunction(function) else None
            defaults = getattr(plain, "__kwdefaults__", None) or {}
            if "draws" in defaults and defaults["draws"] > 40:
                changed.append((defaults, defaults["draws"]))
                defaults["draws"] = 40
    yield
    for defaults, draws in changed:
        defaults["draws"] = draws


@pytest.fixture
def run(monkeypatch):
    """Run the code of a chapter on some tables; return what it submitted by kind and id."""
    register = read_register()
    monkeypatch.setattr(chapters, "read_register", lambda: register)
    monkeypatch.setattr(chapters, "display", lambda *shown, **options: None)
    monkeypatch.chdir(ROOT / "notebooks")

    def running(name: str, tables: Tables) -> dict[tuple[str, str], object]:
        class Poor:
            def __getattr__(self, table: str) -> DataTable:
                return DataTable(table, tables[table])

        submitted = {}
        submit = chapters.Chapter._submit

        def noted(self, kind, id, result, *given):
            submit(self, kind, id, result, *given)
            submitted[kind, id] = result
            if kind == "finding" and not isinstance(result, Absent):
                judge(register[id], result.frame, reference_year=2025, method=result.method)

        monkeypatch.setattr(chapters.Chapter, "_submit", noted)
        monkeypatch.setattr(analysis, "open_dataset", lambda folder: Poor())
        notebook = json.loads((ROOT / "notebooks" / f"{name}.ipynb").read_text(encoding="utf-8"))
        space: dict = {}
        with quietly():
            for cell in notebook["cells"]:
                if cell["cell_type"] == "code":
                    exec(compile("".join(cell["source"]), f"{name} {cell['id']}", "exec"), space)
        monkeypatch.setattr(chapters.Chapter, "_submit", submit)
        return submitted

    return running


@pytest.fixture(scope="module")
def expected() -> dict[str, set[tuple[str, str]]]:
    """What each chapter submits, from the run on what is not damaged."""
    return {}


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("name", "damage"), CASES)
def test_a_chapter_submits_everything_on_poor_data(name, damage, small_world, run, expected):
    if name not in expected:
        whole = run(name, small_world)
        told = [result for result in whole.values() if not isinstance(result, Absent)]
        assert len(told) > len(whole) / 2, "the small world is too small to say anything"
        expected[name] = set(whole)
    tables = dict(small_world)
    damage(tables)
    assert set(run(name, tables)) == expected[name], "an exhibit is missing from the book"
