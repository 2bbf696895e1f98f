"""Payslips: each year of an employment written out as months, in pieces that fit into memory."""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from analysis.sources.vocabulary import BRANCHES, DESTINATIONS, FUNCTION_GROUPS
from analysis.stub.draws import stream
from analysis.stub.organisations import FUNCTION_OF_GROUP, Organisations
from analysis.stub.population import Population

#: Sampled people per piece.
PIECE = 50_000


def payslips(
    organisations: Organisations, population: Population, seed: int
) -> Iterator[pd.DataFrame]:
    """Yield the payslips of the sampled people, with places for people, teams and organisations.

    Sorted by person, month and organisation.
    """
    spells = population.spells.sort_values(["person", "year", "first_month"], ignore_index=True)
    borders = np.flatnonzero(spells["person"].diff().to_numpy() != 0)
    starts = [*borders[::PIECE], len(spells)]
    for piece, (first, end) in enumerate(zip(starts, starts[1:], strict=False)):
        yield _months(
            spells.iloc[first:end], organisations, population, stream(seed, f"payslips {piece}")
        )


def _months(
    spells: pd.DataFrame,
    organisations: Organisations,
    population: Population,
    random: np.random.Generator,
) -> pd.DataFrame:
    length = (spells["last_month"] - spells["first_month"] + 1).to_numpy().astype(int)
    row = np.repeat(np.arange(len(spells)), length)
    offset = np.arange(len(row)) - np.repeat(np.cumsum(length) - length, length)
    month = spells["first_month"].to_numpy()[row] + offset
    year = spells["year"].to_numpy()[row].astype(int)
    last = (month == spells["last_month"].to_numpy()[row]) & spells["ended"].to_numpy()[row]
    first_day = (year - 1970).astype("datetime64[Y]").astype("datetime64[M]") + (month - 1)
    hours = spells["hours"].to_numpy()[row].astype(float)
    wage = spells["wage"].to_numpy()[row].astype(float) * hours / 36
    noise = random.uniform(0.7, 1.3, len(row))
    allowance = spells["irregular"].to_numpy()[row] * wage * noise
    started = (
        (spells["start_year"].to_numpy().astype(int) - 1970)
        .astype("datetime64[Y]")
        .astype("datetime64[M]")
        + (spells["start_month"].to_numpy() - 1)
    )[row].astype("datetime64[us]")
    temporary = spells["temporary"].to_numpy()[row]
    contract = np.where(temporary, np.where(spells["on_call"].to_numpy()[row], 2, 1), 0)
    organisation = spells["organisation"].to_numpy()[row]
    people = population.people.loc[spells["person"]]
    names = list(DESTINATIONS)
    destination = np.where(last, spells["destination"].to_numpy()[row], -1)
    return pd.DataFrame(
        {
            "person": spells["person"].to_numpy()[row],
            "organisation": organisation,
            "month": first_day.astype("datetime64[us]"),
            "branch": pd.Categorical.from_codes(
                organisations.branch_code[organisation], list(BRANCHES)
            ),
            "function_group": pd.Categorical.from_codes(
                FUNCTION_OF_GROUP[spells["function"].to_numpy()[row]], list(FUNCTION_GROUPS)
            ),
            "team": spells["team"].to_numpy()[row],
            "birth_year": people["birth_year"].to_numpy()[row].astype(np.int64),
            "sex": pd.Categorical.from_codes(
                (~people["female"].to_numpy()[row]).astype(int), ["female", "male"]
            ),
            "hours": hours,
            "fte": (hours / 36).round(4),
            "wage": wage.round(-1),
            "irregular_allowance": np.minimum(allowance.round(), wage.round(-1)),
            "contract": pd.Categorical.from_codes(contract, ["permanent", "temporary", "on_call"]),
            "start_date": started,
            "end_date": np.where(
                last,
                ((first_day + 1).astype("datetime64[D]") - 1).astype("datetime64[us]"),
                np.datetime64("NaT"),
            ),
            "destination": pd.Categorical.from_codes(destination, names),
        }
    )
