"""The synthetic world written as suppliers would deliver it."""

import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from analysis import files
from analysis.errors import EditionError
from analysis.linkage.pseudonyms import Key, Pseudonymiser
from analysis.sources.check import GLIMPSE
from analysis.sources.confidential import CONFIDENTIAL
from analysis.sources.delivered_files import NOTE, DeliveryNote, read_note
from analysis.sources.schema import DeliveredTable, about
from analysis.sources.series import SYNTHETIC_PREFIX
from analysis.sources.vocabulary import AGE_BANDS, FUNCTION_GROUPS
from analysis.stub.absence import Absence, draw_absence, vernet_table
from analysis.stub.accounts import accounts_table
from analysis.stub.background import background_table, draw_long_absences, training_table
from analysis.stub.choosing import standardised
from analysis.stub.draws import stream
from analysis.stub.organisations import (
    FUNCTION_OF_GROUP,
    FUNCTIONS,
    SCORES,
    Organisations,
    draw_organisations,
)
from analysis.stub.payslips import payslips
from analysis.stub.people import State
from analysis.stub.population import Population, simulate
from analysis.stub.sessions import interventions_table, programme_tables
from analysis.stub.survey import Survey
from analysis.stub.worlds import World

SOURCE = f"{SYNTHETIC_PREFIX}: made by preventieplan stub"
#: Under which the pseudonyms of the stub are made. It protects nobody: nobody is in there.
STUB_KEY = Key(b"the key of the synthetic world is no secret")
FIRST_YEAR, LAST_YEAR = 2019, 2025
#: Share of the sector's people in the files per person, unless told otherwise.
SCALE = 0.01
#: Share of organisations and persons that another source does not know.
UNKNOWN = 0.03
#: Tables in which some organisations or persons are unknown to PFZW.
_WITH_UNKNOWN = ("vernet_absence", "izz_care_use_care_use", "intrakoop_accounts")
GLIMPSE_ROWS = 12


@dataclass(frozen=True)
class SyntheticWorld:
    """A drawn world: everything from which the deliveries are written.

    Attributes
    ----------
    scale
        Share of people that the files per person hold.
    """

    world: World
    seed: int
    scale: float
    edition: str
    organisations: Organisations
    population: Population
    absence: Absence
    survey: pd.DataFrame
    programme: dict[str, pd.DataFrame]
    long_absences: pd.DataFrame

    def tables(self) -> Iterator[tuple[DeliveredTable, Iterable[pd.DataFrame]]]:
        """Yield each table with its pieces, pseudonymised and in the columns of its schema."""
        for name, frame in self._frames().items():
            yield CONFIDENTIAL[name], [self._finished(CONFIDENTIAL[name], frame)]
        slips = CONFIDENTIAL["pfzw_payslips"]
        pieces = payslips(self.organisations, self.population, self.seed)
        yield slips, (self._finished(slips, piece) for piece in pieces)

    def write_truth(self, path: Path) -> None:
        """Write what is true of the world; only tests read it, never a notebook."""
        truth = {
            "world": self.world.model_dump(),
            "seed": self.seed,
            "scale": self.scale,
            "absence": self.absence.truth,
            "absence_rate": self.absence.rate.round(9).tolist(),
            "organisations": list(
                self._pseudonyms("organisation", pd.Series(range(len(self.organisations))))
            ),
            "participants": self.absence.participants.tolist(),
            "years": list(self.organisations.years),
        }
        files.write_json(path, truth)

    def _frames(self) -> dict[str, pd.DataFrame]:
        place = self.organisations.frame[["branch", "region"]]
        population = self.population
        yearly = population.years.join(place, on="organisation")
        ages = population.ages.assign(
            age_band=np.array(list(AGE_BANDS))[population.ages["band"]],
            sex=np.where(population.ages["female"], "female", "male"),
        )
        functions = population.functions.assign(
            function=np.array(FUNCTIONS)[population.functions["function"]]
        )
        care = population.care.assign(
            age_band=np.array(list(AGE_BANDS))[population.care["band"]]
        ).rename(
            columns={"mental_care": "mental_care_users", "physiotherapy": "physiotherapy_users"}
        )
        scored = pd.DataFrame(
            {
                "function": FUNCTIONS,
                "function_group": np.array(list(FUNCTION_GROUPS))[FUNCTION_OF_GROUP],
                "injury_risk": SCORES[:, 0],
                "mental_load": SCORES[:, 1],
                "burdensome_conditions": SCORES[:, 2],
            }
        )
        ratios = ["temporary_share", "irregular_allowance_share", "team_churn", "manager_churn"]
        yearly[ratios] = yearly[ratios].round(6)
        frames = {
            "pfzw_organisation_years": yearly,
            "pfzw_organisation_ages": ages,
            "pfzw_organisation_functions": functions,
            "vernet_absence": vernet_table(self.organisations, population, self.absence, self.seed),
            "izz_monitor_respondents": self.survey,
            "izz_care_use_care_use": care[care["insured"] > 0],
            "fwg_functions": scored,
            "intrakoop_accounts": accounts_table(self.organisations, population, self.seed),
            **{f"programme_{name}": frame for name, frame in self.programme.items()},
            "inventory_interventions": interventions_table(self.world, self.seed),
            "additional_background": background_table(population, self.seed),
            "additional_long_absences": self.long_absences,
            "additional_training": training_table(population, self.seed),
        }
        for name in _WITH_UNKNOWN:
            frames[name] = self._with_unknown(frames[name], name)
        return frames

    def _with_unknown(self, frame: pd.DataFrame, name: str) -> pd.DataFrame:
        """Let a small part of the organisations bear an id that PFZW does not know."""
        random = stream(self.seed, f"unknown {name}")
        unknown = random.random(len(self.organisations)) < UNKNOWN
        # Participants looked at their own figures in all sources.
        unknown[self.absence.participants] = False
        place = frame["organisation"].to_numpy()
        # Places beyond the last organisation belong to nobody.
        return frame.assign(
            organisation=np.where(unknown[place], place + len(self.organisations), place)
        )

    def _finished(self, table: DeliveredTable, frame: pd.DataFrame) -> pd.DataFrame:
        finished = {}
        for name, column in table.columns.items():
            values = frame[name]
            domain = about(column).domain
            if domain == "team":
                values = self._teams(frame["organisation"], values)
            elif domain is not None:
                values = self._pseudonyms(domain, values)
            finished[name] = values
        return pd.DataFrame(finished).reset_index(drop=True)

    @cached_property
    def _known(self) -> dict[tuple[str, object], str]:
        return {}

    def _pseudonyms(self, domain: str, places: pd.Series) -> pd.Series:
        codes, distinct = pd.factorize(places)
        make = Pseudonymiser(STUB_KEY, self.edition, domain)
        prefix = domain[0].upper()
        names = []
        for place in distinct:
            if (domain, place) not in self._known:
                self._known[domain, place] = make.of(f"{prefix}{place}")
            names.append(self._known[domain, place])
        return pd.Series(pd.Categorical.from_codes(codes, names), index=places.index)

    def _teams(self, organisation: pd.Series, team: pd.Series) -> pd.Series:
        return self._pseudonyms("team", organisation.astype(np.int64) * 100_000 + team)


def draw_world(
    world: World,
    seed: int,
    *,
    scale: float = SCALE,
    years: tuple[int, int] = (FIRST_YEAR, LAST_YEAR),
    edition: str = "2025",
) -> SyntheticWorld:
    """Draw a world.

    Parameters
    ----------
    world
        What is planted.
    seed
        Equal seeds give equal worlds.
    scale
        Share of people that the files per person hold, above 0 up to 1. Files per organisation
        are at true size whatever the scale.
    years
        First and last calendar year.
    edition
        Edition under which the pseudonyms are made.
    """
    if not 0 < scale <= 1:
        raise EditionError(f"scale {scale:g} is not a share; allowed: above 0, up to 1.")
    first, last = years
    if not 2010 <= first < last <= 2030:
        raise EditionError(
            f"years {first}-{last} do not fit; allowed: two years or more between 2010 and 2030."
        )
    try:
        return _draw(world, seed, scale, tuple(range(first, last + 1)), edition)
    except ValueError:
        raise EditionError(
            "this world cannot be drawn: a plant is out of reason, such as a probability above 1. "
            "Compare the overrides with plants.yml."
        ) from None


def _draw(
    world: World, seed: int, scale: float, years: tuple[int, ...], edition: str
) -> SyntheticWorld:
    last = years[-1]
    organisations = draw_organisations(world, seed, years)
    survey = Survey(world, organisations, seed)
    final: list[State] = []

    def observe(year: int, state: State, employed: np.ndarray, counts: pd.DataFrame) -> None:
        survey.observe(year, state, employed, counts)
        if year == last:
            final.append(state)

    population = simulate(world, organisations, seed, scale, observe)
    absence = draw_absence(world, organisations, population, seed)
    less = -standardised(absence.rate[:, -1], organisations.branch_code)
    programme = programme_tables(
        world, absence.participants, less[absence.participants], final[0], last, seed
    )
    cases = draw_long_absences(world, population, seed)
    return SyntheticWorld(
        world, seed, scale, edition, organisations, population, absence, survey.table(),
        programme, cases,
    )  # fmt: skip


def write_world(
    folder: Path, drawn: SyntheticWorld, *, say: Callable[[str], None] = lambda text: None
) -> None:
    """Write the confidential deliveries of a world; each supplier's folder appears whole.

    Parameters
    ----------
    folder
        Deliveries folder; its other files stay.
    say
        Gets a line per table.

    Raises
    ------
    EditionError
        If a supplier's folder holds anything that the stub did not make.
    """
    suppliers = list(dict.fromkeys(table.supplier for table in CONFIDENTIAL.values()))
    refuse_to_overwrite(folder, suppliers)
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".stub-", dir=folder) as scratch:
        glimpses = Path(scratch) / GLIMPSE
        glimpses.mkdir()
        for table, pieces in drawn.tables():
            place = Path(scratch) / table.supplier
            place.mkdir(exist_ok=True)
            rows = _write(table, pieces, place, glimpses)
            say(f"{table.name}: {rows:,} rows")
        for supplier in suppliers:
            files.write_json(Path(scratch) / supplier / NOTE, _note(supplier, drawn))
        for name in [*suppliers, GLIMPSE]:
            with files.whole_folder(folder / name) as target:
                for path in sorted((Path(scratch) / name).iterdir()):
                    path.rename(target / path.name)


def _write(
    table: DeliveredTable, pieces: Iterable[pd.DataFrame], place: Path, glimpses: Path
) -> int:
    rows = 0
    writer = None
    try:
        for piece in pieces:
            batch = pa.Table.from_pandas(piece, schema=_arrow_schema(table), preserve_index=False)
            if writer is None:
                path = place / f"{table.file}.parquet"
                writer = pq.ParquetWriter(path, batch.schema, compression="zstd")
                piece.head(GLIMPSE_ROWS).to_csv(glimpses / f"{table.name}.csv", index=False)
            writer.write_table(batch)
            rows += len(piece)
    finally:
        if writer is not None:
            writer.close()
    return rows


def _arrow_schema(table: DeliveredTable) -> pa.Schema:
    kinds = {"int": pa.int64(), "float": pa.float64(), "datetime": pa.date32()}

    def kind(dtype: str) -> pa.DataType:
        found = next((kinds[name] for name in kinds if dtype.lower().startswith(name)), None)
        return found or pa.dictionary(pa.int32(), pa.string())

    return pa.schema([(name, kind(str(col.dtype))) for name, col in table.columns.items()])


def _note(supplier: str, drawn: SyntheticWorld) -> dict:
    fractions = {
        table.file: drawn.scale
        for table in CONFIDENTIAL.values()
        if table.supplier == supplier and table.sampled and supplier != "izz_monitor"
    }
    note = DeliveryNote(
        supplier=supplier,
        edition=drawn.edition,
        key_fingerprint=STUB_KEY.fingerprint if _has_pseudonyms(supplier) else None,
        fractions=fractions,
        source=SOURCE,
    )
    return note.model_dump(mode="json")


def _has_pseudonyms(supplier: str) -> bool:
    return any(
        about(column).domain is not None
        for table in CONFIDENTIAL.values()
        if table.supplier == supplier
        for column in table.columns.values()
    )


def refuse_to_overwrite(folder: Path, suppliers: list[str]) -> None:
    """Replace a supplier's folder only while its note says that the stub made it."""
    for supplier in suppliers:
        place = folder / supplier
        if not place.exists() or not any(place.iterdir()):
            continue
        if not (place / NOTE).exists() or not read_note(place, folder).synthetic:
            raise EditionError(
                f"{place}: holds files that the stub did not make; allowed: a new folder, or one "
                "with synthetic deliveries only. Name another folder."
            )
