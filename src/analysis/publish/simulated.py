"""How good the methods are, as tables of a page: what a thousand draws told of each estimator.

The numbers come from the package, not from a release. They describe its code, not people, and are
the same for every edition that this code builds; a release would only repeat them, and whoever
checks a release would have to read numbers that cannot disclose anything.
"""

import math

from analysis import formats
from analysis.languages import Language, Text
from analysis.publish.protection import stacked, whole
from analysis.publish.release import Grid
from analysis.simulations.summary import Rule, Summary, Variant, at_edge, read_summaries

TOPICS = {
    "description": Text(nl="Beschrijven", en="Describing"),
    "individual": Text(nl="Het model van mensen", en="The model of people"),
    "organisation": Text(nl="Het model van organisaties", en="The model of organisations"),
    "warning": Text(nl="Vroege signalen", en="Early signals"),
    "ages": Text(nl="Leeftijd en vertrek", en="Age and leaving"),
}
CAPTION = Text(
    nl="{topic}: wat elke schatter zei van gegevens waarvan de waarheid bekend is",
    en="{topic}: what each estimator said of data whose truth is known",
)
NAIVE_CAPTION = Text(
    nl="Wat er misgaat zonder de juiste methode, op gegevens die net zo getrokken zijn",
    en="What goes wrong without the right method, on data drawn alike",
)
ESTIMATOR = Text(nl="Schatter", en="Estimator")
WRONG = Text(nl="Verkeerde variant", en="Wrong variant")
TRUTH = Text(nl="Waarheid", en="Truth")
BIAS = Text(nl="Afwijking ± toevalsfout", en="Bias ± Monte Carlo error")
COVERAGE = Text(nl="Dekking", en="Coverage")
REJECTION = Text(nl="Vals alarm", en="False alarm")
DRAWS = Text(nl="Trekkingen", en="Draws")
JUDGEMENT = Text(nl="Oordeel", en="Judgement")
SOUND_COVERAGE = Text(nl="Dekking van de juiste", en="Coverage of the right one")
SOUND_REJECTION = Text(nl="Vals alarm van de juiste", en="False alarm of the right one")
PASSES = Text(nl="voldoet", en="passes")
CAUTIOUS = Text(nl="voldoet, voorzichtig: {why}", en="passes, cautious: {why}")
FAILS = Text(nl="voldoet niet: {what}", en="does not pass: {what}")
RULES: dict[Rule, Text] = {
    "answers": Text(nl="vaak geen antwoord", en="often no answer"),
    "bias": Text(nl="afwijking", en="bias"),
    "coverage": Text(nl="dekking", en="coverage"),
    "rejection": Text(nl="vals alarm", en="false alarm"),
}
NONE = "–"
#: Ending of the name of a wrong variant; before it stands the name of the right one.
_NAIVE = "-naive"


def accepted_tables(language: Language) -> str:
    """Write a table per topic with what the draws tell of each estimator of the book."""
    found = [one for one in read_summaries() if not one.naive]
    head = (ESTIMATOR, TRUTH, BIAS, COVERAGE, REJECTION, DRAWS, JUDGEMENT)
    return "\n\n".join(
        stacked(
            Grid(
                head=[name[language] for name in head],
                rows=[_row(one, language) for one in found if one.topic == topic],
            ),
            caption=CAPTION[language].format(topic=name[language]),
        )
        for topic, name in TOPICS.items()
        if any(one.topic == topic for one in found)
    )


def naive_table(language: Language) -> str:
    """Write what wrong variants do, beside the right estimator of the same name."""
    found = {one.name: one for one in read_summaries()}
    head = (WRONG, BIAS, COVERAGE, SOUND_COVERAGE, REJECTION, SOUND_REJECTION)
    rows = []
    for name, one in found.items():
        if not one.naive:
            continue
        right = found.get(name.split(_NAIVE)[0])
        rows.append(
            [
                _title(one, language),
                _bias(one, language),
                _coverage(one, language),
                _coverage(right, language) if right else NONE,
                _false_alarm(one, language),
                _false_alarm(right, language) if right else NONE,
            ]
        )
    return stacked(
        Grid(head=[name[language] for name in head], rows=rows), caption=NAIVE_CAPTION[language]
    )


def _row(one: Summary, language: Language) -> list[str]:
    truths = [significant(found.truth, language) for found in one.variants.values()]
    draws = sum(found.draws for found in one.variants.values())
    return [
        _title(one, language),
        "; ".join(truths),
        _bias(one, language),
        _coverage(one, language),
        _false_alarm(one, language),
        whole(draws, language),
        judgement(one, language),
    ]


def _title(one: Summary, language: Language) -> str:
    text = one.title[language]
    return text[0].upper() + text[1:]


def judgement(one: Summary, language: Language) -> str:
    """Say whether an estimator passes, and if not, by which rules."""
    broken = {rule for found in one.variants.values() for rule in found.broken}
    if broken:
        named = [text[language] for rule, text in RULES.items() if rule in broken]
        return FAILS[language].format(what=", ".join(named))
    if one.conservative is not None:
        return CAUTIOUS[language].format(why=one.conservative[language])
    return PASSES[language]


def _bias(one: Summary, language: Language) -> str:
    """Write the bias of the world where it is largest against its error, of those judged."""
    judged = [found for found in one.variants.values() if not at_edge(found.truth, one.lowest)]
    if not judged:
        return NONE
    worst = max(judged, key=_bias_in_errors)
    return _same_decimals(worst.bias, worst.bias_se, language)


def _bias_in_errors(found: Variant) -> float:
    return abs(found.bias) / found.bias_se if found.bias_se else math.inf


def _same_decimals(bias: float, error: float, language: Language) -> str:
    decimals = max(1 - math.floor(math.log10(error)), 0) if error > 0 else 3
    written = [
        formats.number(value, language, decimals=decimals, fixed=True) for value in (bias, error)
    ]
    return " ± ".join(written)


def _coverage(one: Summary, language: Language) -> str:
    shares = [100 * found.coverage for found in one.variants.values()]
    low, high = (formats.number(end, language, fixed=True) for end in (min(shares), max(shares)))
    return f"{low}%" if low == high else f"{low}–{high}%"


def _false_alarm(one: Summary, language: Language) -> str:
    found = one.variants.get("null")
    if found is None or found.rejection is None:
        return NONE
    return formats.number(100 * found.rejection, language, fixed=True) + "%"


def significant(value: float, language: Language) -> str:
    """Write a number with at most three significant digits."""
    if value == 0:
        return formats.number(0, language)
    decimals = max(2 - math.floor(math.log10(abs(value))), 0)
    return formats.number(value, language, decimals=decimals)
