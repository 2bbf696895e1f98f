"""Whether low pay and much irregular work together go with more long absence than each apart.

There are two scales, and they answer different questions (VanderWeele & Knol 2014, Epidemiol.
Methods 3). On the additive scale the relative excess risk due to interaction says whether the
combination has more cases than the sum of the two (Rothman 1986): RERI = HR11 - HR10 - HR01 + 1.
That counts people. On the multiplicative scale the joint ratio is compared with the product of the
two. When both raise the hazard, their product alone gives a positive RERI.

Standard errors by the delta method on the logarithms (Hosmer & Lemeshow 1992, Epidemiology 3).
"""

import numpy as np
from scipy import stats

from analysis.languages import Text
from analysis.methods import irregular_hazard
from analysis.methods.person_years import Histories
from analysis.methods.results import Absent, Estimates, absent_passes_through, estimates

ONLY_LOW, ONLY_IRREGULAR, BOTH = "only_low_pay", "only_irregular", "both"
EXCESS, PRODUCT = "excess", "beyond_product"
#: Part of the people of a year with the most irregular work.
MOST = 1 / 3
_LEVEL = 0.95

_METHOD = Text(
    nl="hazard ratio van een eerste langdurig verzuim tegenover mensen met geen van beide; lage "
    "plaats op de sociaal-economische ladder (laagste twee vijfden) en veel onregelmatig werk in "
    "het jaar ervoor (hoogste derde van het jaar); jaarlijks model met complementaire "
    "log-log-link; geslacht, leeftijd, contract, herkomst, functiegroep, branche en jaar gelijk "
    "gehouden, opleiding niet, want die hoort bij de ladder; organisaties als clusters; overmaat "
    "(RERI) en verhouding tot het product met de deltamethode",
    en="hazard ratio of a first long absence against people with neither; low place on the "
    "socio-economic ladder (lowest two fifths) and much irregular work in the year before (highest "
    "third of the year); yearly model with complementary log-log link; sex, age, contract, origin, "
    "function group, branch and year held equal, education not, as it is part of the ladder; "
    "organisations as clusters; excess (RERI) and ratio to the product by the delta method",
)


@absent_passes_through
def excess(histories: Histories) -> Estimates | Absent:
    """Compare the combination of low pay and much irregular work with each apart.

    Terms ``only_low_pay``, ``only_irregular`` and ``both`` (hazard ratios against neither),
    ``excess`` (RERI; 0 is the sum) and ``beyond_product`` (1 is the product).
    """
    rows = histories.at_risk(first=True)
    limit = rows.groupby("year")["irregular_1"].transform("quantile", 1 - MOST)
    much, low = (rows["irregular_1"] > limit).to_numpy(), rows["low_pay"].to_numpy()
    exposures = {ONLY_LOW: low & ~much, ONLY_IRREGULAR: much & ~low, BOTH: low & much}
    fitted = irregular_hazard.fit(
        histories,
        rows,
        {name: values.astype(float) for name, values in exposures.items()},
        followed="pay and irregular work",
        without=("rank_fifth", "education"),
    )
    if fitted is None:
        return Absent(histories.tables)
    fit, written = fitted
    logs = fit.params[list(exposures)].to_numpy(float)
    places = [fit.params.index.get_loc(name) for name in exposures]
    covariance = fit.covariance[np.ix_(places, places)]
    joint = written[2]
    for name, scored in ((EXCESS, reri), (PRODUCT, beyond_product)):
        estimate, low_end, high_end, p_value = scored(logs, covariance, fit.df)
        written.append(
            joint
            | {
                "term": name,
                "estimate": estimate,
                "ci_low": low_end,
                "ci_high": high_end,
                "p_value": p_value,
            }
        )
    return estimates(written, tables=histories.tables, method=histories.told(_METHOD))


def reri(logs: np.ndarray, covariance: np.ndarray, df: float) -> tuple[float, float, float, float]:
    """Return the relative excess risk due to interaction, its 95 % interval and p-value.

    Parameters
    ----------
    logs
        Logarithms of the ratios of the first alone, the second alone and both, against neither.
    covariance
        Of ``logs``, shape (3, 3).
    df
        Degrees of freedom.
    """
    first, second, both = np.exp(logs)
    gradient = np.array([-first, -second, both])
    estimate = float(both - first - second + 1)
    se = float(np.sqrt(gradient @ covariance @ gradient))
    reach = stats.t.ppf((1 + _LEVEL) / 2, df) * se
    return (
        estimate,
        estimate - reach,
        estimate + reach,
        float(2 * stats.t.sf(abs(estimate) / se, df)),
    )


def beyond_product(
    logs: np.ndarray, covariance: np.ndarray, df: float
) -> tuple[float, float, float, float]:
    """Return the joint ratio over the product of the two; parameters as in ``reri``."""
    contrast = np.array([-1.0, -1.0, 1.0])
    log = float(contrast @ logs)
    se = float(np.sqrt(contrast @ covariance @ contrast))
    reach = stats.t.ppf((1 + _LEVEL) / 2, df) * se
    ends = np.exp([log, log - reach, log + reach])
    return float(ends[0]), float(ends[1]), float(ends[2]), float(2 * stats.t.sf(abs(log) / se, df))
