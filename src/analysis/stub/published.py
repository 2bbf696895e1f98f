"""Synthetic StatLine and AZW deliveries in the form in which the suppliers deliver them."""

import csv
import io
import json
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

from analysis import files
from analysis.errors import DeliveryError, EditionError
from analysis.sources.azw import BRANCHES
from analysis.sources.delivery import read_tables
from analysis.sources.series import SYNTHETIC_PREFIX
from analysis.stub.worlds import FLEXIBLE_GHZ, FLEXIBLE_SECTOR, TOTALS, World

FIRST_YEAR = 2010
LAST_YEAR = 2025
#: The report appeared before the end of 2025: its newest quarter is the second.
LAST_QUARTER = 2
FLEXIBLE_FIRST_YEAR = 2019
_SOURCE = f"{SYNTHETIC_PREFIX}: made by preventieplan stub"

#: StatLine key → title and level relative to care and welfare.
_INDUSTRIES = {
    "T001081": ("A-U Alle economische activiteiten", 0.70),
    "422400": ("Q Gezondheids- en welzijnszorg", 1.00),
    "422500": ("86 Gezondheidszorg", 0.86),
    "422600": ("861 Ziekenhuizen", 0.89),
    "425300": ("87 Verpleging en zorg met overnachting", 1.15),
    "426600": ("88 Welzijnszorg zonder overnachting", 1.05),
}
_SEASON = {1: 0.55, 2: -0.15, 3: -0.50, 4: 0.10}
_LABELS = {code: label for label, code in BRANCHES.items()}


def write_published(folder: Path, world: World, seed: int) -> None:
    """Write the deliveries of one world; the folders ``cbs`` and ``azw`` appear whole.

    Parameters
    ----------
    folder
        Deliveries folder; its other files stay.
    world
        What is planted.
    seed
        Equal seeds give equal bytes.

    Raises
    ------
    EditionError
        If ``cbs`` or ``azw`` are there and hold anything that the stub did not make.
    """
    with tempfile.TemporaryDirectory(prefix="preventieplan-") as scratch:
        made = Path(scratch)
        _write_all(made, world, seed)
        _refuse_to_overwrite(folder, {path.relative_to(made) for path in made.rglob("*")})
        for name in ("cbs", "azw"):
            with files.whole_folder(folder / name) as target:
                shutil.copytree(made / name, target, dirs_exist_ok=True)


def _write_all(folder: Path, world: World, seed: int) -> None:
    random = np.random.default_rng(seed)
    _write_absence(folder / "cbs" / "80072ned_odata_v4", random)
    _write_vacancies(folder / "cbs" / "80472ned_csv", random)
    tables = {
        "azw_24015NED_ziekteverzuim_branches": _branch_absence(world, random),
        "azw_in_uitstroom_zorg_en_welzijn_breed_kwartaal": _flows(random),
        "cbs_werkzame_personen_zorg_en_welzijn": _employment(random),
        "azw_mobiliteit_zorg_en_welzijn": _moves(random),
        "azw_flexibele_schil_branches": _flexible_share(world, random),
    }
    for name, rows in tables.items():
        files.write_text(folder / "azw" / f"{name}.csv", _csv(rows))


def _refuse_to_overwrite(folder: Path, own: set[Path]) -> None:
    """Replace only what the stub writes, and that only while it is synthetic."""
    taken = [name for name in ("cbs", "azw") if (folder / name).exists()]
    if not taken:
        return
    present = {path.relative_to(folder) for name in taken for path in (folder / name).rglob("*")}
    try:
        synthetic = all(table.synthetic for table in read_tables(folder)[0].values())
    except DeliveryError:
        synthetic = False
    if present - own or not synthetic:
        raise EditionError(
            f"{folder}: holds {' and '.join(taken)} that the stub did not make; allowed: a new "
            "folder, or one with synthetic deliveries only. Name another folder."
        )


def quarters() -> list[tuple[int, int]]:
    """Return the quarters that the stub covers, oldest first."""
    return [
        (year, quarter)
        for year in range(FIRST_YEAR, LAST_YEAR + 1)
        for quarter in (1, 2, 3, 4)
        if (year, quarter) <= (LAST_YEAR, LAST_QUARTER)
    ]


def _absence_path(random: np.random.Generator) -> dict[tuple[int, int], float]:
    """Care and welfare by quarter: slow rise, a peak in 2022, and the report's mean at the end."""
    path = {}
    for year, quarter in quarters():
        moment = year + (quarter - 1) / 4
        level = 5.3 + 0.14 * (moment - FIRST_YEAR) + 1.3 * np.exp(-((moment - 2022.2) ** 2))
        path[year, quarter] = level + _SEASON[quarter] + random.normal(0, 0.08)
    last_four = quarters()[-4:]
    shift = TOTALS["absence_rate"] - np.mean([path[moment] for moment in last_four])
    for moment in quarters():
        path[moment] += shift
    rounded = {moment: round(value, 1) for moment, value in path.items()}
    # Four rounded quarters may miss the published mean by a tenth or two: give it to the last.
    rest = 4 * TOTALS["absence_rate"] - sum(rounded[moment] for moment in last_four)
    rounded[last_four[-1]] = round(rounded[last_four[-1]] + rest, 1)
    return rounded


def _write_absence(folder: Path, random: np.random.Generator) -> None:
    sector = _absence_path(random)
    observations = []
    for key, (_, ratio) in _INDUSTRIES.items():
        level = {
            moment: value if ratio == 1 else round(value * ratio + random.normal(0, 0.05), 1)
            for moment, value in sector.items()
        }
        rows = [(f"{year}KW{quarter:02d}", value) for (year, quarter), value in level.items()]
        rows += [
            (f"{year}JJ00", round(float(np.mean([level[year, q] for q in (1, 2, 3, 4)])), 1))
            for year in range(FIRST_YEAR, LAST_YEAR)
        ]
        observations += [
            {
                "Measure": "M001924",
                "ValueAttribute": "None",
                "Value": value,
                "BedrijfskenmerkenSBI2008": key,
                "Perioden": period,
            }
            for period, value in sorted(rows)
        ]
    periods = sorted({row["Perioden"] for row in observations})
    _write_json_list(
        folder / "Observations.json", [{"Id": i, **row} for i, row in enumerate(observations)]
    )
    _write_json_list(
        folder / "MeasureCodes.json",
        [{"Identifier": "M001924", "Title": "Ziekteverzuimpercentage", "Unit": "%"}],
    )
    _write_json_list(
        folder / "PeriodenCodes.json",
        [
            {
                "Identifier": period,
                "Status": "Voorlopig" if period.startswith(str(LAST_YEAR)) else "Definitief",
            }
            for period in periods
        ],
    )
    _write_json_list(
        folder / "BedrijfskenmerkenSBI2008Codes.json",
        [{"Identifier": key, "Title": title} for key, (title, _) in _INDUSTRIES.items()],
    )


def _write_vacancies(folder: Path, random: np.random.Generator) -> None:
    """Write the untyped form: byte order mark, padded cells, a point where a figure is missing."""

    def level(moment: float) -> float:
        return 22 + 38 / (1 + np.exp(-(moment - 2018.5))) + 9 * np.exp(-((moment - 2022.5) ** 2))

    end = level(LAST_YEAR + (LAST_QUARTER - 1) / 4)
    lines = [
        '"ID";"Bedrijfskenmerken";"Perioden";"OpenstaandeVacatures_1";'
        '"OntstaneVacatures_2";"VervuldeVacatures_3";"source"'
    ]
    for key, share in {"T001081": 6.9, "422400": 1.0}.items():
        rows: list[tuple[str, float | None, float | None, float | None]] = []
        for year in range(FIRST_YEAR, LAST_YEAR + 1):
            of_year = []
            for quarter in (1, 2, 3, 4):
                if (year, quarter) > (LAST_YEAR, LAST_QUARTER):
                    break
                last = (year, quarter) == (LAST_YEAR, LAST_QUARTER)
                moment = year + (quarter - 1) / 4
                noise = 0 if last else random.normal(0, 0.8)
                open_ = share * (level(moment) * TOTALS["open_vacancies"] / end + noise)
                new = 0.85 * open_ + share * random.normal(0, 1)
                filled = new + share * random.normal(0, 1.5)
                of_year.append((open_, new, filled))
                rows.append((f"{year}KW{quarter:02d}", open_, new, filled))
            if len(of_year) == 4:
                sums = np.array(of_year)
                rows.append((f"{year}JJ00", sums[:, 0].mean(), sums[:, 1].sum(), sums[:, 2].sum()))
            else:
                rows.append((f"{year}JJ00", None, None, None))
        for period, open_, new, filled in rows:
            cells = [
                "." if open_ is None else f"{open_:.1f}",
                *("." if value is None else f"{value:.0f}" for value in (new, filled)),
            ]
            padded = ";".join(f'"{cell:>8}"' for cell in cells)
            lines.append(f'"{len(lines) - 1}";"{key:<7}";"{period}";{padded};"{_SOURCE}"')
    folder.mkdir(parents=True)
    files.write_text(folder / "80472ned.csv", "\ufeff" + "\r\n".join(lines) + "\r\n")


def _branch_absence(world: World, random: np.random.Generator) -> list[dict]:
    """Four years by quarter around the planted level, in balance over the last four quarters."""
    rows = []
    levels = {key: level for key, level in world.branch_absence.items() if key != "welfare"}
    # AZW publishes the parts of welfare, the plant is one level for all of it.
    levels |= dict.fromkeys(("youth_care", "social_work"), world.branch_absence["welfare"])
    for branch, level in levels.items():
        for year, quarter in quarters()[-14:]:
            value = level + _SEASON[quarter] + random.normal(0, 0.05)
            rows.append(
                {
                    "Perioden": f"{year}KW{quarter:02d}",
                    "azw_branche": _LABELS[branch],
                    "ziekteverzuimpercentage": f"{value:.1f}",
                    "status": "voorlopig" if year == LAST_YEAR else "definitief",
                }
            )
    return rows


def _flows(random: np.random.Generator) -> list[dict]:
    inflow = _ending_at(TOTALS["inflow"], 45, random)
    outflow = _ending_at(TOTALS["outflow"], 35, random)
    rows = []
    for place, (year, quarter) in enumerate(quarters()):
        into, out = round(inflow(place), 1), round(outflow(place), 1)
        rows.append(
            {
                "Perioden": f"{year}KW{quarter:02d}",
                "instroom_x1000": f"{into:.1f}",
                "uitstroom_x1000": f"{out:.1f}",
                "saldo_x1000": f"{into - out:.1f}",
            }
        )
    return rows


def _ending_at(total: float, rise: float, random: np.random.Generator) -> Callable[[int], float]:
    """Return a series over the quarters that rises by ``rise`` and ends at ``total`` exactly."""
    last = len(quarters()) - 1

    def at(place: int) -> float:
        noise = 0 if place == last else random.normal(0, 1.5)
        return total - rise * (last - place) / last + noise

    return at


def _employment(random: np.random.Generator) -> list[dict]:
    span = LAST_YEAR - FIRST_YEAR
    return [
        {
            "jaar": str(year),
            "werknemers_x1000": f"{_towards('employees', 0.8, year, span, random):.0f}",
            "zelfstandigen_x1000": f"{_towards('self_employed', 0.72, year, span, random):.0f}",
            "status": "voorlopig" if year >= LAST_YEAR - 1 else "definitief",
        }
        for year in range(FIRST_YEAR, LAST_YEAR + 1)
    ]


def _towards(
    measure: str, start: float, year: int, span: int, random: np.random.Generator
) -> float:
    total = TOTALS[measure]
    noise = 0 if year == LAST_YEAR else random.normal(0, 0.003 * total)
    return total * (start + (1 - start) * (year - FIRST_YEAR) / span) + noise


def _moves(random: np.random.Generator) -> list[dict]:
    columns = {
        "binnen_branche_x1000": "within_branch",
        "tussen_branches_x1000": "between_branches",
        "pensioen_x1000": "to_pension",
        "andere_sector_x1000": "to_other_sector",
        "inactief_x1000": "to_inactivity",
    }
    rows = []
    for year in range(FLEXIBLE_FIRST_YEAR, LAST_YEAR + 1):
        noise = 0 if year == LAST_YEAR else 1
        rows.append(
            {
                "Perioden": f"{year}JJ00",
                **{
                    column: f"{TOTALS[measure] * (1 + noise * random.normal(0, 0.02)):.1f}"
                    for column, measure in columns.items()
                },
                "status": "voorlopig" if year == LAST_YEAR else "definitief",
            }
        )
    return rows


def _flexible_share(world: World, random: np.random.Generator) -> list[dict]:
    level, slope = FLEXIBLE_SECTOR
    half = (LAST_YEAR - FLEXIBLE_FIRST_YEAR) / 2
    lines = {"sector": (level, slope), "ghz": (FLEXIBLE_GHZ, world.flexible_slope["ghz"])}
    for branch, distance in world.flexible_level.items():
        own = world.flexible_slope[branch]
        lines[branch] = (level + distance + half * (own - slope), own)
    return [
        {
            "Perioden": f"{year}JJ00",
            "azw_branche": _LABELS[branch],
            "flexibel_percentage": f"{end + change * (year - LAST_YEAR) + noise:.1f}",
            "status": "voorlopig" if year == LAST_YEAR else "definitief",
        }
        for branch, (end, change) in lines.items()
        for year in range(FLEXIBLE_FIRST_YEAR, LAST_YEAR + 1)
        for noise in [0 if year == LAST_YEAR else random.normal(0, 0.15)]
    ]


def _csv(rows: list[dict]) -> str:
    stream = io.StringIO()
    writer = csv.DictWriter(stream, [*rows[0], "source"], lineterminator="\n")
    writer.writeheader()
    writer.writerows({**row, "source": _SOURCE} for row in rows)
    return stream.getvalue()


def _write_json_list(path: Path, rows: list[dict]) -> None:
    files.write_text(path, json.dumps({"source": _SOURCE, "value": rows}) + "\n")
