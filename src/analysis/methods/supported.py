"""Whether overhead goes with absence through what it may pay for: time of managers, calm in teams.

More overhead may mean fewer people per manager, and so more time for each; or more support, and so
fewer changes in teams. Both are measured; neither is known to come after overhead.
"""

from analysis.languages import Text
from analysis.methods import through
from analysis.methods.accounts_levels import OVERHEAD, STEPS
from analysis.methods.early_warning import renamed
from analysis.methods.organisation_panel import Sample
from analysis.methods.results import PAIR, Absent, Estimates, joined

SPAN, CHURN = "span_of_control", "team_churn"

_METHOD = Text(
    nl="lineaire mediatie op gemiddelden van organisaties over de jaren, als afwijking van de "
    "branche, naast de andere kenmerken en omvang; procent verschil per stap van het kenmerk; "
    "95%-interval door organisaties te trekken",
    en="linear mediation on means of organisations over the years, as deviation from the branch, "
    "beside the other characteristics and size; percent difference per step of the "
    "characteristic; 95% interval by drawing organisations",
)


def by_support(
    chosen: Sample | Absent, *, seed: int, mediators: tuple[str, ...] = (SPAN, CHURN)
) -> Estimates | Absent:
    """Estimate which part of the association of overhead runs through each mediator.

    Terms ``<mediator>.total``, ``.indirect`` and ``.direct``, per step of overhead. A mediator that
    is not known of all organisations is left out.
    """
    if isinstance(chosen, Absent):
        return chosen
    found = []
    for mediator in mediators:
        one = through.of_each(chosen, (OVERHEAD,), mediator, seed=seed, method=_METHOD, steps=STEPS)
        if not isinstance(one, Absent):
            names = {f"{OVERHEAD}{PAIR}{p}": f"{mediator}{PAIR}{p}" for p in through.PARTS}
            found.append(renamed(one, names))
    return joined(*found) if found else Absent((chosen.table,))
