"""The organisations of the synthetic sector: size, place, and what sets one apart from another.

About 900 organisations, at their true size. What differs between organisations of a branch are
standard normal latents, correlated 0.3 among the drivers of absence; everything that any source
says of an organisation derives from them, so that the sources agree.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analysis.sources.vocabulary import BRANCHES, FOUR_BRANCHES, FUNCTION_GROUPS, REGIONS
from analysis.stub.draws import autoregressive, rounded_to_total, stream
from analysis.stub.worlds import World

#: Employees of each branch at the end of the last year. The four branches together have the
#: 1.03 million that the report's 80,000 and 7.8 percent imply; all together 1.5 million.
EMPLOYEES = {
    "vvt": 450_000,
    "ghz": 180_000,
    "ggz": 105_000,
    "hospitals": 290_000,
    "welfare": 475_000,
}
#: Organisations outside welfare, and how many of each branch Vernet follows.
COUNTS = {"vvt": 190, "ghz": 75, "ggz": 55, "hospitals": 80}
VERNET = {"vvt": 146, "ghz": 45, "ggz": 50, "hospitals": 75, "welfare": 14}
SMALLEST, LARGEST = 50, 8000
#: Spread of the logarithm of size.
SIZE_SD = {"vvt": 0.85, "ghz": 0.85, "ggz": 0.85, "hospitals": 0.75, "welfare": 1.0}
REGION_SHARES = {
    "noord": 0.11,
    "noord_holland": 0.16,
    "limburg": 0.08,
    "oost": 0.20,
    "midden": 0.09,
    "zuid_holland": 0.21,
    "brabant_zeeland": 0.15,
}

#: Latents that drive absence, correlated with each other.
DRIVERS = ("irregular_allowance", "temporary", "inflow", "injury_risk", "mental_load", "burdensome")
DRIVER_CORRELATION = 0.3
#: Other latents, each by itself.
OTHERS = ("manager_churn", "overhead", "mental_care", "physiotherapy", "exit", "churn", "hours")

OVERHEAD = {"vvt": 0.150, "ghz": 0.155, "ggz": 0.212, "hospitals": 0.216, "welfare": 0.165}
OVERHEAD_SD = 0.028
#: Mean share of each funding stream (Zvw, Wlz, Wmo, Youth Act, other), by branch.
STREAMS = {
    "vvt": (0.30, 0.55, 0.09, 0.01, 0.05),
    "ghz": (0.02, 0.74, 0.11, 0.09, 0.04),
    "ggz": (0.60, 0.15, 0.10, 0.10, 0.05),
    "hospitals": (0.90, 0.02, 0.00, 0.01, 0.07),
    "welfare": (0.02, 0.03, 0.40, 0.35, 0.20),
}
STREAM_CONCENTRATION = 25.0
#: Result as a share of revenue.
RESULT_MEAN, RESULT_SD = 0.012, 0.02
#: Employees per direct manager in the last year, and their spread on a logarithmic scale: between
#: organisations, and from year to year.
SPAN = {"vvt": 24.0, "ghz": 20.0, "ggz": 16.0, "hospitals": 28.0, "welfare": 18.0}
SPAN_SD, SPAN_SHOCK = 0.25, 0.05

#: Three functions per function group, with scores for risk of injury, mental load and burden.
_SCORES = {
    "nursing": ((42, 58, 28), (55, 66, 34), (36, 49, 22)),
    "care": ((58, 46, 42), (66, 52, 50), (49, 41, 35)),
    "guidance": ((44, 62, 20), (57, 70, 27), (33, 53, 15)),
    "treatment": ((18, 60, 12), (26, 68, 17), (13, 51, 10)),
    "facilities": ((52, 18, 58), (60, 22, 66), (44, 15, 48)),
    "secretarial": ((8, 30, 8), (11, 36, 9), (6, 25, 7)),
    "management": ((12, 64, 8), (16, 72, 10), (9, 57, 7)),
    "staff": ((7, 44, 6), (10, 50, 8), (5, 38, 5)),
}
FUNCTIONS = tuple(f"{group}_{place}" for group in FUNCTION_GROUPS for place in (1, 2, 3))
FUNCTION_OF_GROUP = np.repeat(np.arange(len(FUNCTION_GROUPS)), 3)
#: Shape (24, 3): injury risk, mental load, burdensome conditions.
SCORES = np.array([scores for group in FUNCTION_GROUPS for scores in _SCORES[group]], dtype=float)
#: Share of each function group, by branch.
GROUP_SHARES = {
    "vvt": (0.20, 0.42, 0.08, 0.03, 0.12, 0.06, 0.04, 0.05),
    "ghz": (0.06, 0.16, 0.50, 0.07, 0.06, 0.05, 0.04, 0.06),
    "ggz": (0.27, 0.02, 0.17, 0.30, 0.04, 0.09, 0.04, 0.07),
    "hospitals": (0.36, 0.03, 0.01, 0.24, 0.11, 0.12, 0.05, 0.08),
    "welfare": (0.02, 0.10, 0.56, 0.10, 0.04, 0.07, 0.05, 0.06),
}


@dataclass(frozen=True)
class Organisations:
    """The organisations of a world.

    Attributes
    ----------
    frame
        A row per organisation: ``branch``, ``region``, ``employees`` at the end of the last year,
        ``in_vernet``, and a column per latent.
    years
        Calendar years, oldest first.
    within
        Latent → deviations by organisation and year, shape (organisations, years).
    streams
        Share of each funding stream, shape (organisations, years, 5).
    overhead
        Share of overhead in the costs, shape (organisations, years).
    function_mix
        Probability of each function, shape (organisations, 24).
    """

    frame: pd.DataFrame
    years: tuple[int, ...]
    within: dict[str, np.ndarray]
    streams: np.ndarray
    overhead: np.ndarray
    function_mix: np.ndarray

    @property
    def branch_code(self) -> np.ndarray:
        """Place of each organisation's branch in the vocabulary."""
        return self.frame["branch"].map({key: i for i, key in enumerate(BRANCHES)}).to_numpy()

    def __len__(self) -> int:
        return len(self.frame)


def draw_organisations(world: World, seed: int, years: tuple[int, ...]) -> Organisations:
    """Draw the organisations of a world."""
    random = stream(seed, "organisations")
    parts = []
    others = sum(EMPLOYEES[branch] for branch in FOUR_BRANCHES) / sum(COUNTS.values())
    counts = COUNTS | {"welfare": round(EMPLOYEES["welfare"] / (others * world.welfare_size))}
    for branch in BRANCHES:
        sizes = _sizes(random, counts[branch], EMPLOYEES[branch], SIZE_SD[branch])
        parts.append(pd.DataFrame({"branch": branch, "employees": sizes}))
    frame = pd.concat(parts, ignore_index=True)
    frame["region"] = random.choice(
        list(REGIONS), size=len(frame), p=[REGION_SHARES[region] for region in REGIONS]
    )
    _add_latents(frame, random)
    frame["in_vernet"] = _followed(frame, random)
    shape = (len(frame), len(years))
    within = {
        "irregular_allowance": autoregressive(random, *shape, sd=0.05, rho=0.5),
        "temporary": autoregressive(random, *shape, sd=0.02, rho=0.5),
        "manager_churn": autoregressive(random, *shape, sd=0.03, rho=0.3),
        "exit": autoregressive(random, *shape, sd=0.08, rho=0.5),
        "growth": random.normal(0, 0.02, shape),
        "mental_care": autoregressive(random, *shape, sd=0.4, rho=0.5),
        "physiotherapy": autoregressive(random, *shape, sd=0.4, rho=0.5),
        # Shocks of absence are as large as the organisations differ; none where they do not.
        "absence": autoregressive(random, *shape, sd=0.07 * world.organisation_sd / 0.16, rho=0.5),
        "overhead": autoregressive(random, *shape, sd=0.006, rho=0.6),
        "result": stream(seed, "results").normal(RESULT_MEAN, RESULT_SD, shape),
    }
    within["span"] = _spans(world, frame, within["result"], stream(seed, "spans"))
    overhead = frame["branch"].map(OVERHEAD).to_numpy()[:, None] + (
        OVERHEAD_SD * frame["overhead"].to_numpy()[:, None] + within["overhead"]
    )
    return Organisations(
        frame,
        years,
        within,
        _streams(frame, random, len(years)),
        np.clip(overhead, 0.05, 0.45),
        _function_mix(frame, random),
    )


def _spans(
    world: World, frame: pd.DataFrame, result: np.ndarray, random: np.random.Generator
) -> np.ndarray:
    """Draw log spans of control, to which the result of the year before adds.

    Some organisations go against the trend, twice as fast: a counter-movement.
    """
    count, years = result.shape
    log = np.log(frame["branch"].map(SPAN).to_numpy())[:, None] + (
        SPAN_SD * random.standard_normal((count, 1))
        + autoregressive(random, count, years, sd=SPAN_SHOCK, rho=0.6)
    )
    against = random.random((count, 1)) < world.span["counter"]
    log += world.span["trend"] * np.where(against, -2.0, 1.0) * (np.arange(years) - years + 1)
    log[:, 1:] += world.span["budget"] * (result[:, :-1] - RESULT_MEAN) / RESULT_SD
    return log


def _sizes(random: np.random.Generator, count: int, total: int, sd: float) -> np.ndarray:
    """Draw sizes from a lognormal between the smallest and the largest that add up to ``total``."""
    raw = np.exp(random.normal(0, sd, count))
    sizes = raw * total / raw.sum()
    for _ in range(60):
        clipped = np.clip(sizes, SMALLEST, LARGEST)
        free = (clipped > SMALLEST) & (clipped < LARGEST)
        rest = total - clipped[~free].sum()
        sizes = np.where(free, clipped * rest / clipped[free].sum(), clipped)
    return rounded_to_total(np.clip(sizes, SMALLEST, LARGEST), total)


def _add_latents(frame: pd.DataFrame, random: np.random.Generator) -> None:
    size = len(DRIVERS)
    covariance = np.full((size, size), DRIVER_CORRELATION) + (1 - DRIVER_CORRELATION) * np.eye(size)
    drawn = random.multivariate_normal(np.zeros(size), covariance, size=len(frame))
    for name, values in zip(DRIVERS, drawn.T, strict=True):
        frame[name] = values
    for name in OTHERS:
        frame[name] = random.standard_normal(len(frame))
    for name in ("mental_care", "physiotherapy"):
        frame[name] = 0.3 * frame["burdensome"] + np.sqrt(1 - 0.09) * frame[name]
    frame["residual"] = random.standard_normal(len(frame))


def _followed(frame: pd.DataFrame, random: np.random.Generator) -> np.ndarray:
    """Vernet follows some organisations of each branch, drawn without regard to anything."""
    chosen = np.zeros(len(frame), dtype=bool)
    for branch, count in VERNET.items():
        of_branch = np.flatnonzero(frame["branch"] == branch)
        chosen[random.choice(of_branch, size=min(count, len(of_branch)), replace=False)] = True
    return chosen


def _streams(frame: pd.DataFrame, random: np.random.Generator, years: int) -> np.ndarray:
    means = np.array([STREAMS[branch] for branch in frame["branch"]])
    gamma = random.standard_gamma(np.maximum(means * STREAM_CONCENTRATION, 0.02))
    shares = gamma / gamma.sum(axis=1, keepdims=True)
    noise = np.exp(random.normal(0, 0.05, (len(frame), years, means.shape[1])))
    yearly = shares[:, None, :] * noise
    return yearly / yearly.sum(axis=2, keepdims=True)


def _function_mix(frame: pd.DataFrame, random: np.random.Generator) -> np.ndarray:
    """Tilt the branch's mix of functions towards the organisation's latents."""
    groups = np.array([GROUP_SHARES[branch] for branch in frame["branch"]])
    base = np.repeat(groups / 3, 3, axis=1)
    # Scores that say nothing of each other, so that each latent tilts its own one.
    centred = SCORES - SCORES.mean(axis=0)
    orthogonal, _ = np.linalg.qr(centred)
    orthogonal *= np.sign((orthogonal * centred).sum(axis=0)) * np.sqrt(len(SCORES))
    tilt = sum(
        0.18 * frame[name].to_numpy()[:, None] * orthogonal[:, place]
        for place, name in enumerate(("injury_risk", "mental_load", "burdensome"))
    )
    mix = base * np.exp(tilt + random.normal(0, 0.05, base.shape))
    return mix / mix.sum(axis=1, keepdims=True)
