"""Numbers and periods as a reader of each language writes them."""

import math
import re

from babel.numbers import format_decimal

from analysis.languages import Language

_MILLION = {"nl": "miljoen", "en": "million"}
_BILLION = {"nl": "miljard", "en": "billion"}
_TIMES = {"nl": "keer", "en": "times"}
_YEARS = {"nl": "jaar", "en": "years"}
_POINTS = {"nl": "procentpunt", "en": "percentage points"}
_A_YEAR = {"nl": "per jaar", "en": "a year"}
_QUARTER = {"nl": "{quarter}e kwartaal {year}", "en": "Q{quarter} {year}"}
_MONTHS = {
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "en": "January February March April May June July August September October November December",
}
_PERIOD = re.compile(r"^(\d{4})(JJ|KW|MM)(\d{2})$")

#: What a column or axis of each unit is headed with.
UNIT_LABELS = {
    "percent": {"nl": "procent", "en": "percent"},
    "percentage_points": _POINTS,
    "percentage_points_per_year": {
        "nl": "procentpunt per jaar",
        "en": "percentage points a year",
    },
    "thousand": {"nl": "× duizend", "en": "× thousand"},
    "euro": {"nl": "euro", "en": "euros"},
    "times": _TIMES,
    "ratio": {"nl": "verhouding", "en": "ratio"},
    "standard_deviations": {"nl": "standaarddeviaties", "en": "standard deviations"},
    "percent_change": {"nl": "procent verschil", "en": "percent difference"},
    "odds_ratio": {"nl": "odds ratio", "en": "odds ratio"},
    "correlation": {"nl": "correlatie", "en": "correlation"},
    "index": {"nl": "index", "en": "index"},
    "rank": {"nl": "plaats", "en": "rank"},
    "factors": {"nl": "factoren", "en": "factors"},
    "groups": {"nl": "groepen", "en": "groups"},
    "persons": {"nl": "personen", "en": "people"},
    "people": {"nl": "mensen", "en": "people"},
    "organisations": {"nl": "organisaties", "en": "organisations"},
    "branches": {"nl": "branches", "en": "branches"},
    "regions": {"nl": "regio's", "en": "regions"},
    "sessions": {"nl": "sessies", "en": "sessions"},
    "sources": {"nl": "bronnen", "en": "sources"},
    "interventions": {"nl": "interventies", "en": "interventions"},
    "steps": {"nl": "stappen", "en": "steps"},
    "million_euro": {"nl": "miljoen euro", "en": "million euros"},
    "years": _YEARS,
    "billion_euro": {"nl": "miljard euro", "en": "billion euros"},
}


def number(value: float, language: Language, *, decimals: int = 1, fixed: bool = False) -> str:
    """Write a number with at most ``decimals`` decimals, or exactly as many when ``fixed``."""
    mark = "0" if fixed else "#"
    pattern = "#,##0" + ("." + mark * decimals if decimals else "")
    rounded = round(value, decimals)
    return format_decimal(rounded + 0.0, format=pattern, locale=language).replace("-", "−")


def value(amount: float, unit: str, language: Language, *, fixed: bool = False) -> str:
    """Write an amount with its unit, as in a sentence.

    Parameters
    ----------
    amount
        In ``unit``; not missing.
    unit
        One of the units of ``analysis.methods.results.UNITS``.
    fixed
        Whether percentages keep a zero behind the mark, so that a row of them lines up.
    """
    if math.isnan(amount):
        raise ValueError(f"a missing amount in {unit} cannot be written")
    match unit:
        case "percent":
            return number(amount, language, fixed=fixed) + "%"
        case "percentage_points":
            return f"{number(amount, language, fixed=True)} {_POINTS[language]}"
        case "percentage_points_per_year":
            written = number(amount, language, decimals=2, fixed=True)
            return f"{written} {_POINTS[language]} {_A_YEAR[language]}"
        case "thousand" if abs(amount) >= 1000:
            return f"{number(amount / 1000, language, decimals=2)} {_MILLION[language]}"
        case "thousand":
            # The sources give thousands with one decimal: anything finer is not known.
            return number(round(amount, 1) * 1000, language, decimals=0)
        case "ratio" | "standard_deviations" | "odds_ratio" | "correlation":
            return number(amount, language, decimals=2, fixed=True)
        case "index":
            return number(amount, language, decimals=3, fixed=True)
        case "percent_change":
            written = number(amount, language, fixed=True) + "%"
            return f"+{written}" if round(amount, 1) > 0 else written
        case "rank" | "factors" | "groups" | "steps":
            return number(amount, language, decimals=0)
        case "persons" | "organisations" | "sessions" | "sources" | "interventions":
            return number(amount, language)
        case "branches" | "regions":
            return number(amount, language)
        case "people":
            # A calculated number of people is not known to the last one.
            return number(_three_digits(amount), language, decimals=0)
        case "euro":
            return _euros(number(_three_digits(amount), language, decimals=0), language)
        case "times":
            return f"{number(amount, language)} {_TIMES[language]}"
        case "million_euro" if abs(amount) >= 999.5:
            written = number(amount / 1000, language, decimals=2, fixed=True)
            return f"{_euros(written, language)} {_BILLION[language]}"
        case "million_euro":
            # Below a hundred with one decimal: never more than three digits.
            decimals = 0 if abs(amount) >= 99.95 else 1
            written = number(amount, language, decimals=decimals)
            return f"{_euros(written, language)} {_MILLION[language]}"
        case "years":
            return f"{number(amount, language, fixed=True)} {_YEARS[language]}"
        case "billion_euro":
            return f"{_euros(number(amount, language, fixed=True), language)} {_BILLION[language]}"
        case _:
            raise ValueError(f"unit '{unit}' has no written form")


def limit(amount: float, unit: str, language: Language) -> str:
    """Write the limit of a rule, with the second decimal of a percentage where it has one."""
    written = value(amount, unit, language)
    if unit not in ("percent", "percentage_points") or round(amount, 1) == amount:
        return written
    short = number(amount, language, fixed=unit == "percentage_points")
    return written.replace(short, number(amount, language, decimals=2, fixed=True))


def interval(low: float, high: float, unit: str, language: Language) -> str:
    """Write a span with its unit once where that reads well: ``€ 4,0 tot 6,9 miljard``."""
    to = {"nl": "tot", "en": "to"}[language]
    # Both ends have as many decimals: ``11,4% tot 12,0%``.
    fixed = any(round(end, 1) % 1 != 0 for end in (low, high))
    first, last = (value(end, unit, language, fixed=fixed) for end in (low, high))
    _, space, tail = first.partition(" ")
    if last.endswith(space + tail):
        first = first.removesuffix(space + tail)
    if unit in ("million_euro", "billion_euro"):
        last = last.removeprefix(_euro(language))
    return f"{first} {to} {last}"


#: Between the first and the last of several periods.
SPAN = " – "


def period(code: str, language: Language) -> str:
    """Write a StatLine period code as words: ``2025KW03`` → ``3e kwartaal 2025``."""
    found = _PERIOD.match(code)
    if not found:
        raise ValueError(f"period code '{code}' is not a year, quarter or month of StatLine")
    year, kind, place = found[1], found[2], int(found[3])
    if kind == "JJ":
        return year
    if kind == "KW":
        return _QUARTER[language].format(quarter=place, year=year)
    return f"{_MONTHS[language].split()[place - 1]} {year}"


def period_the(code: str, language: Language) -> str:
    """Write a period as it stands in a sentence: Dutch quarters take an article."""
    article = "het " if language == "nl" and code[4:6] == "KW" else ""
    return article + period(code, language)


def period_place(code: str) -> float:
    """Place a period on an axis of years: a year in its middle, a quarter or month in its own."""
    found = _PERIOD.match(code)
    if not found:
        raise ValueError(f"period code '{code}' is not a year, quarter or month of StatLine")
    year, kind, place = int(found[1]), found[2], int(found[3])
    parts = {"JJ": 1, "KW": 4, "MM": 12}[kind]
    return float(year) if kind == "JJ" else year + (place - 0.5) / parts


def year_of(code: str) -> int:
    """Return the year of a period code."""
    return int(code[:4])


def _euro(language: Language) -> str:
    return {"nl": "€\N{NO-BREAK SPACE}", "en": "€"}[language]


def _euros(written: str, language: Language) -> str:
    """Put the sign of the euro before an amount; English writes a minus before that sign."""
    if language == "en" and written.startswith("−"):
        return f"−{_euro(language)}{written.removeprefix('−')}"
    return _euro(language) + written


def _three_digits(amount: float) -> float:
    if amount == 0:
        return 0.0
    return round(amount, 2 - math.floor(math.log10(abs(amount))))
