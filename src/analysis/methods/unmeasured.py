"""What nobody measured: how strong a common cause would have to be to explain a slope away.

The slope is that between organisations of a branch. The robustness value (Cinelli & Hazlett 2020)
is compared with the strongest measured characteristic; the E-value (VanderWeele & Ding 2017) tells
it in ratios of rates. Neither says whether there is such a cause.
"""

import numpy as np

from analysis.languages import Text
from analysis.methods import panel, sensitivity
from analysis.methods.accounts_levels import STEPS
from analysis.methods.behind import behind
from analysis.methods.early_warning import renamed
from analysis.methods.organisation_panel import Sample, centred_means
from analysis.methods.results import PAIR, Absent, Estimates, estimates

_SIZE, _OUTCOME = "size", "log_outcome"
_METHOD = Text(
    nl="gemiddelden van organisaties als afwijking van hun branche. Robuustheidswaarde (Cinelli & "
    "Hazlett): welk deel van wat overblijft van kenmerk en van uitkomst een ongemeten oorzaak moet "
    "verklaren om de helling nul te maken, of haar interval aan nul te laten raken; daarnaast "
    "hoeveel dat is bij een oorzaak zo sterk als het sterkste gemeten kenmerk. E-waarde "
    "(VanderWeele & Ding) van de verhouding van "
    "verzuimcijfers bij één stap meer, en van het eind van het interval dat het dichtst bij 1 ligt",
    en="means of organisations as deviation from their branch. Robustness value (Cinelli & "
    "Hazlett): which part of what is left of characteristic and outcome an unmeasured cause must "
    "explain to make the slope zero, or to let its interval touch zero; beside it how much "
    "that is for a cause as strong as the strongest measured characteristic. E-value "
    "(VanderWeele & Ding) of the ratio of "
    "absence rates at one step more, and of the end of the interval nearest to 1",
)


def needed(chosen: Sample | Absent, driver: str) -> Estimates | Absent:
    """Return how strong an unmeasured common cause of a characteristic and the outcome must be.

    Terms ``robustness``, ``robustness_of_interval`` and ``strongest_measured`` (percent), and
    ``e_value`` and ``e_value_of_interval`` (times).
    """
    if isinstance(chosen, Absent):
        return chosen
    if driver not in chosen.drivers:
        return Absent((chosen.table,))
    rows = chosen.rows.assign(**{_SIZE: np.log(chosen.rows["employees"].to_numpy(float))})
    names = [driver, *(one for one in chosen.drivers if one != driver), _SIZE]
    means = centred_means(rows, [*names, _OUTCOME])
    outcome = means[_OUTCOME].to_numpy()
    design = np.column_stack([means[names].to_numpy(), np.ones(len(means))])
    strength = sensitivity.of_slope(design, 0, outcome)
    if strength is None:
        return Absent((chosen.table,))
    # One mean per organisation; centring on branches takes a degree of freedom for each.
    spent = means.index.get_level_values("branch").nunique() - 1
    fit = panel.clustered(outcome, design, np.arange(len(means)), lost=design.shape[1] + spent)
    step = STEPS[driver]
    low, high = fit.interval(0)
    nearest = 0.0 if low <= 0 <= high else min((low, high), key=abs)
    # The ordinary error is not honest where spread differs; the wider of the two counts.
    df = len(design) - design.shape[1]
    ordinary = np.sqrt(strength.partial_r2 / (1 - strength.partial_r2) * df)
    robust = abs(fit.slopes[0]) / fit.se[0]
    wider = max(ordinary / robust, 1.0) if robust > 0 else 1.0
    values = {
        "robustness": (100 * strength.value, "percent"),
        "robustness_of_interval": (
            100 * sensitivity.of_slope(design, 0, outcome, wider=wider).value_of_interval,
            "percent",
        ),
        "strongest_measured": (100 * _strongest(design, outcome), "percent"),
        "e_value": (sensitivity.e_value(float(np.exp(fit.slopes[0] * step))), "times"),
        "e_value_of_interval": (sensitivity.e_value(float(np.exp(nearest * step))), "times"),
    }
    shared = {
        "half_step": 0.0,
        "df": fit.df,
        "behind": behind("model fit", chosen.cell),
        **chosen.about(),
    }
    return estimates(
        [
            {**shared, "term": term, "estimate": value, "unit": unit}
            for term, (value, unit) in values.items()
        ],
        tables=(chosen.table,),
        method=chosen.told(_METHOD),
    )


def relabelled(found: Estimates | Absent, driver: str) -> Estimates | Absent:
    """Return the estimates with the name of the characteristic before each term."""
    if isinstance(found, Absent):
        return found
    return renamed(found, {term: f"{driver}{PAIR}{term}" for term in found.frame["term"]})


def _strongest(design: np.ndarray, outcome: np.ndarray) -> float:
    """Return how strong the strongest measured characteristic is, as a robustness value.

    Parameters
    ----------
    design
        The characteristic in question first, the constant last.
    """
    without = design[:, 1:]
    found = [0.0]
    for place in range(1, design.shape[1] - 1):
        of_outcome = sensitivity.of_slope(design, place, outcome)
        of_driver = sensitivity.of_slope(without, place - 1, design[:, 0])
        if of_outcome is not None and of_driver is not None:
            found.append(sensitivity.as_strong_as(of_driver.partial_r2, of_outcome.partial_r2))
    return max(found)
