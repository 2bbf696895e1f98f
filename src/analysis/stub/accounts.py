"""Annual accounts of the synthetic organisations, as Intrakoop delivers them."""

import numpy as np
import pandas as pd

from analysis.sources.intrakoop import STREAMS
from analysis.stub.draws import stream
from analysis.stub.organisations import Organisations
from analysis.stub.population import Population

#: Share of the organisations whose accounts Intrakoop has.
COVERED = 0.85
#: Revenue per full-time equivalent in the last year, in euros.
_REVENUE = 92_000


def accounts_table(organisations: Organisations, population: Population, seed: int) -> pd.DataFrame:
    """Return the table of Intrakoop, with places for organisations."""
    random = stream(seed, "accounts")
    count, years = len(organisations), organisations.years
    covered = random.random(count) < COVERED
    level = np.exp(random.normal(0, 0.12, count))
    frames = []
    for place, year in enumerate(years):
        fte = population.years.loc[population.years["year"] == year, "fte"].to_numpy()
        mean_fte = (fte * np.exp(random.normal(0, 0.02, count))).round(1)
        total = mean_fte * _REVENUE * level * 1.035 ** (year - years[-1])
        # Whole euros, so that the streams add up exactly.
        revenue = (total[:, None] * organisations.streams[:, place]).round(-3)
        whole = revenue.sum(axis=1)
        costs = (whole * (1 - organisations.within["result"][:, place])).round(-3)
        frame = pd.DataFrame(
            {
                "organisation": np.arange(count),
                "year": year,
                **{f"revenue_{name}": revenue[:, i] for i, name in enumerate(STREAMS)},
                "revenue_total": whole,
                "costs_total": costs,
                "overhead_costs": (costs * organisations.overhead[:, place]).round(-3),
                "result": whole - costs,
                "fte": mean_fte,
            }
        )
        frames.append(frame[covered])
    return pd.concat(frames, ignore_index=True)
