"""Which factor models the book fits to questionnaire items, as entries of `factor_model`.

Every item loads on one factor. The first loading of a factor is one, which gives the factor its
unit; in the first group the factors have mean zero.
"""

from collections.abc import Iterable
from typing import Literal

from analysis.methods.factor_model import Entry, Model
from analysis.methods.moments import Moments

#: What is equal between groups: the same items and factors; also the loadings; also the intercepts.
Equal = Literal["configural", "metric", "scalar"]
METHOD = "method"


def correlated_factors(
    factors: dict[str, list[str]],
    moments: Iterable[Moments],
    *,
    equal: Equal = "configural",
    freed: Iterable[tuple[str, int]] = (),
    unrelated: Iterable[str] = (),
    method: bool = False,
) -> Model:
    """Return a confirmatory factor model, for one group or several.

    Parameters
    ----------
    factors
        Factor → its items; the moments hold all items in this order.
    moments
        One per group; the search starts from their means and variances.
    equal
        What is equal between groups.
    freed
        Intercepts that differ in one group all the same: item and place of the group.
    unrelated
        Factors that are taken to be independent of all others.
    method
        Whether one more factor, independent of the others, adds equally to all answers. Its
        variance is the parameter ``method`` (``method @1`` in the second group, and so on), and may
        come out below zero.
    """
    items = tuple(item for members in factors.values() for item in members)
    latent = (*factors, METHOD) if method else tuple(factors)
    unrelated, freed = set(unrelated), set(freed)
    groups = []
    for place, given in enumerate(moments):
        variance = dict(zip(items, given.covariance.diagonal(), strict=True))
        mean = dict(zip(items, given.mean, strict=True))

        def named(text: str, *, shared: bool, place: int = place) -> str:
            return text if shared else f"{text} @{place}"

        entries = []
        for factor, members in factors.items():
            entries.append(Entry("path", members[0], factor, 1.0))
            for item in members[1:]:
                name = named(f"{item} <- {factor}", shared=equal != "configural")
                entries.append(Entry("path", item, factor, 1.0, name))
            spread = named(f"{factor} ~~ {factor}", shared=False)
            entries.append(Entry("covariance", factor, factor, 0.5 * variance[members[0]], spread))
            if equal == "scalar" and place > 0:
                entries.append(Entry("mean", factor, "", 0.0, named(factor, shared=False)))
        related = [factor for factor in factors if factor not in unrelated]
        for number, one in enumerate(related):
            for other in related[number + 1 :]:
                name = named(f"{one} ~~ {other}", shared=False)
                entries.append(Entry("covariance", one, other, 0.0, name))
        for item in items:
            name = named(f"{item} ~~ {item}", shared=False)
            entries.append(Entry("covariance", item, item, 0.5 * variance[item], name))
            shared = equal == "scalar" and (item, place) not in freed
            entries.append(Entry("mean", item, "", mean[item], named(item, shared=shared)))
            if method:
                entries.append(Entry("path", item, METHOD, 1.0))
        if method:
            name = named(METHOD, shared=place == 0)
            entries.append(Entry("covariance", METHOD, METHOD, 0.0, name))
        groups.append(tuple(entries))
    return Model(items, latent, tuple(groups))
