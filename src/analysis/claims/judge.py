"""One function judges every claim, from released estimates and the rule in the register."""

import math
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from analysis import formats
from analysis.bands import is_band
from analysis.claims.register import Claim, Region, Verdict
from analysis.errors import EditionError
from analysis.labels import NOT_ESTIMATED, WITHHELD
from analysis.languages import LANGUAGES, Language, Text


@dataclass(frozen=True)
class Judgement:
    """A verdict on one estimate or claim, and why."""

    verdict: Verdict
    reason: Text


@dataclass(frozen=True)
class Finding:
    """A claim judged on this edition's data."""

    claim: Claim
    judgement: Judgement
    estimates: pd.DataFrame | None
    method: Text
    parts: dict[str, Judgement] = field(default_factory=dict)

    @property
    def headline(self) -> pd.Series | None:
        """The estimate that stands beside what the report says."""
        if self.estimates is None:
            return None
        return self.estimates.set_index("term").loc[self.claim.headline]

    def sentence(self, language: Language) -> str:
        """Write the sentence that the verdict allows; an undecided one says why."""
        words = {"reported": reported_text(self.claim, language)}
        if self.estimates is not None:
            for row in self.estimates.itertuples():
                words[row.term] = formats.value(row.estimate, row.unit, language)
            words["estimate"] = words[self.claim.headline]
            words["period"] = formats.period(self.headline["period"], language)
            words["the_period"] = formats.period_the(self.headline["period"], language)
        sentence = self.claim.wording[self.judgement.verdict][language].format_map(words)
        if self.judgement.verdict == "inconclusive":
            return f"{sentence.rstrip('.')}: {self.judgement.reason[language]}."
        return sentence


def inside(low: float, high: float, region: Region) -> Verdict:
    """Compare an interval with the region of a claim.

    Supported when the whole interval lies in the region, contradicted when none of it does,
    inconclusive otherwise. For a level with a margin this is the equivalence test by interval
    inclusion (Schuirmann 1987), here with the same interval that the page shows.
    """
    floor = -math.inf if region.low is None else region.low
    ceiling = math.inf if region.high is None else region.high
    if floor <= low and high <= ceiling:
        return "supported"
    if high < floor or ceiling < low:
        return "contradicted"
    return "inconclusive"


def judge(
    claim: Claim,
    estimates: pd.DataFrame | None,
    *,
    reference_year: int,
    method: Text,
    missing: tuple[Text, ...] = (),
) -> Finding:
    """Judge a claim.

    Parameters
    ----------
    claim
        The rule of the register.
    estimates
        Frame of ``Estimates`` with a row for every test of the claim; None without data.
    reference_year
        Of the edition; figures older than the claim allows settle nothing.
    method
        How the estimates were made.
    missing
        Titles of the tables that were not delivered, or ``WITHHELD`` or ``NOT_ESTIMATED``.

    Raises
    ------
    EditionError
        If the estimates do not have exactly the terms that the register tests.
    """
    if claim.untestable is not None:
        return Finding(claim, Judgement("not_testable", claim.untestable), None, method)
    if claim.testable_from is not None:
        newest = reference_year
        if estimates is not None:
            newest = min(newest, formats.year_of(min(estimates["period"])))
        if newest < claim.testable_from:
            return Finding(
                claim, Judgement("not_testable", _too_early(claim, newest)), None, method
            )
    if estimates is None:
        other = next((one for one in (WITHHELD, NOT_ESTIMATED) if one in missing), None)
        if other is not None:
            return Finding(claim, Judgement("inconclusive", other), None, method)
        names = {lang: ", ".join(title[lang] for title in missing) for lang in LANGUAGES}
        reason = Text(
            nl=f"niet in deze levering, of niet volledig: {names['nl']}",
            en=f"not in this delivery, or not completely: {names['en']}",
        )
        return Finding(claim, Judgement("inconclusive", reason), None, method)
    if set(estimates["term"]) != set(claim.tests):
        raise EditionError(
            f"claim {claim.id} got estimates for {', '.join(sorted(estimates['term']))}; expected "
            f"{', '.join(sorted(claim.tests))}, the tests of the register."
        )
    oldest = min(estimates["period"])
    first = reference_year - claim.maximum_age
    if formats.year_of(oldest) < first:
        reason = Text(
            nl=f"het nieuwste cijfer gaat over {formats.period_the(oldest, 'nl')}; deze uitspraak "
            f"vraagt een cijfer over {first} of later",
            en=f"the newest figure is for {formats.period_the(oldest, 'en')}; this statement needs "
            f"a figure for {first} or later",
        )
        return Finding(claim, Judgement("inconclusive", reason), estimates, method)
    parts = {row.term: _judge_row(row, claim.tests[row.term]) for row in estimates.itertuples()}
    return Finding(claim, _all_of(claim, parts), estimates, method, parts)


def _too_early(claim: Claim, newest: int) -> Text:
    first = claim.testable_from
    return Text(
        nl=f"hiervoor zijn cijfers over {first} nodig; deze gaan tot en met {newest}; de regel van "
        "het oordeel ligt vast en geldt zodra de cijfers er zijn",
        en=f"this needs figures for {first}; these go up to {newest}; the rule of the verdict is "
        "fixed and holds as soon as the figures are there",
    )


def ends(row: Any) -> tuple[float, float]:
    """Return the interval of an estimate; of a published figure, how far rounding may move it."""
    if math.isnan(row.ci_low):
        return row.estimate - row.half_step, row.estimate + row.half_step
    return row.ci_low, row.ci_high


def _judge_row(row: Any, region: Region) -> Judgement:
    has_interval = not math.isnan(row.ci_low)
    low, high = ends(row)
    verdict = inside(low, high, region)
    reasons = {}
    for language in LANGUAGES:
        words = {
            "estimate": formats.value(row.estimate, row.unit, language),
            "interval": formats.interval(low, high, row.unit, language),
            "region": _region_text(region, row.unit, language),
        }
        without = "count" if row.half_step == 0 else "figure"
        within = "band" if is_band(row) else "interval"
        kind = (within if has_interval else without, verdict)
        reasons[language] = _REASONS[kind][language].format_map(words)
    return Judgement(verdict, Text(**reasons))


_REASONS = {
    ("interval", "supported"): Text(
        nl="het hele interval ({interval}) ligt {region}",
        en="the whole interval ({interval}) lies {region}",
    ),
    ("interval", "contradicted"): Text(
        nl="het hele interval ({interval}) ligt niet {region}",
        en="the whole interval ({interval}) does not lie {region}",
    ),
    ("interval", "inconclusive"): Text(
        nl="het interval ({interval}) ligt deels {region} en deels erbuiten",
        en="the interval ({interval}) lies partly {region} and partly outside",
    ),
    ("band", "supported"): Text(
        nl="de hele band ({interval}) ligt {region}",
        en="the whole band ({interval}) lies {region}",
    ),
    ("band", "contradicted"): Text(
        nl="de hele band ({interval}) ligt niet {region}",
        en="the whole band ({interval}) does not lie {region}",
    ),
    ("band", "inconclusive"): Text(
        nl="de band ({interval}) ligt deels {region} en deels erbuiten",
        en="the band ({interval}) lies partly {region} and partly outside",
    ),
    ("count", "supported"): Text(
        nl="{estimate} ligt {region}; het is een volledige telling",
        en="{estimate} lies {region}; it is a complete count",
    ),
    ("count", "contradicted"): Text(
        nl="{estimate} ligt niet {region}; het is een volledige telling",
        en="{estimate} does not lie {region}; it is a complete count",
    ),
    ("figure", "supported"): Text(
        nl="{estimate} ligt, ook na afronding, {region}; de bron geeft geen interval",
        en="{estimate} lies, rounding included, {region}; the source gives no interval",
    ),
    ("figure", "contradicted"): Text(
        nl="{estimate} ligt, ook na afronding, niet {region}; de bron geeft geen interval",
        en="{estimate} does not lie, rounding included, {region}; the source gives no interval",
    ),
    ("figure", "inconclusive"): Text(
        nl="{estimate} kan door afronding zowel {region} als erbuiten liggen; de bron geeft geen "
        "interval",
        en="{estimate} may through rounding lie {region} or outside; the source gives no interval",
    ),
}


def _region_text(region: Region, unit: str, language: Language) -> str:
    if region.low is None:
        below = {"nl": "op of onder", "en": "at or below"}[language]
        return f"{below} {formats.limit(region.high, unit, language)}"
    if region.high is None:
        above = {"nl": "op of boven", "en": "at or above"}[language]
        return f"{above} {formats.limit(region.low, unit, language)}"
    between = {"nl": "binnen", "en": "within"}[language]
    return f"{between} {formats.interval(region.low, region.high, unit, language)}"


def _all_of(claim: Claim, parts: dict[str, Judgement]) -> Judgement:
    """Supported when every part is; contradicted when one part is; the reasons that decide."""
    verdicts = {part.verdict for part in parts.values()}
    if "contradicted" in verdicts:
        verdict = "contradicted"
    elif "inconclusive" in verdicts:
        verdict = "inconclusive"
    else:
        verdict = "supported"
    deciding = {term: part.reason for term, part in parts.items() if part.verdict == verdict}
    texts = {
        language: "; ".join(
            _named(claim.tests[term].label, reason, language) for term, reason in deciding.items()
        )
        for language in LANGUAGES
    }
    return Judgement(verdict, Text(**texts))


def _named(label: Text | None, reason: Text, language: Language) -> str:
    return reason[language] if label is None else f"{label[language]}: {reason[language]}"


def reported_text(claim: Claim, language: Language, part: str | None = None) -> str:
    """Write what the report says, in whole or of one part; a dash where it gives no number."""
    if claim.reported is None:
        return "–"
    low, high = reported_ends(claim, part)
    unit = claim.reported.unit
    if low == high:
        return formats.value(low, unit, language)
    return formats.interval(low, high, unit, language)


def reported_ends(claim: Claim, part: str | None = None) -> tuple[float, float]:
    """Return the low and high end of what the report says; equal for one value.

    Raises
    ------
    EditionError
        If the report gives no number there.
    """
    reported = claim.reported
    if reported is None or (part is not None and part not in reported.parts):
        raise EditionError(
            f"claim '{claim.id}' reports no number{f' for {part}' if part else ''}; leave the "
            "reference out or add it to the register."
        )
    if part is not None:
        return reported.parts[part], reported.parts[part]
    if reported.value is not None:
        return reported.value, reported.value
    return reported.low, reported.high
