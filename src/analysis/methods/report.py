"""Sums over what the report itself says, to see what it implies."""

from analysis.claims.register import Claim
from analysis.languages import Text
from analysis.methods.results import Estimates, ResultError, estimates

#: Stands for the published report where a result names its tables.
REPORT = "report"


def reported(claim: Claim) -> Estimates:
    """Return the one value that the report gives for a claim, as an estimate without interval.

    Raises
    ------
    ResultError
        If the report gives no number there, or a range.
    """
    if claim.reported is None or claim.reported.value is None:
        raise ResultError(f"claim {claim.id} reports no single value; choose one that does.")
    row = {
        "term": "value",
        "estimate": claim.reported.value,
        "n": 1,
        "unit": claim.reported.unit,
        "half_step": claim.reported.step / 2,
    }
    return estimates(
        [row],
        tables=(REPORT,),
        method=Text(nl="getal uit het rapport", en="number from the report"),
    )
