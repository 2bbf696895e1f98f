"""Findings: claims judged on released estimates, with all that a page says of them."""

import math

import pandas as pd

from analysis import formats
from analysis.airlock.candidates import Candidate
from analysis.bands import is_band
from analysis.claims import judge
from analysis.claims.register import Claim, Register
from analysis.edition import Edition
from analysis.languages import LANGUAGES, Language, Text
from analysis.methods.results import Absent, Result
from analysis.publish import interface, release
from analysis.publish.grids import interval_text
from analysis.publish.source_line import Sources

#: Digits of a number in JSON: more than any source has, fewer than platforms differ in.
_DIGITS = 9


def render_finding(
    candidate: Candidate,
    result: Result | Absent,
    edition: Edition,
    register: Register,
    sources: Sources,
) -> release.Finding:
    """Judge a claim on its released estimates and write what the page says."""
    claim = register[candidate.id]
    present = not isinstance(result, Absent)
    missing = () if present else sources.lacking(result)
    no_method = Text(nl="niet getoetst", en="not tested")
    finding = judge.judge(
        claim,
        result.frame if present else None,
        reference_year=edition.reference_year,
        method=result.method if present else no_method,
        missing=missing,
    )
    row = finding.headline
    reported = claim.reported
    headline_part = claim.headline if reported and claim.headline in reported.parts else None
    return release.Finding(
        claim=claim.id,
        section=claim.section,
        lines=claim.lines,
        verdict=finding.judgement.verdict,
        reported=_reported_number(claim, headline_part),
        estimate=None if row is None else _rounded(row["estimate"]),
        ci_low=None if row is None else _rounded(row["ci_low"]),
        ci_high=None if row is None else _rounded(row["ci_high"]),
        unit=row["unit"] if row is not None else (reported.unit if reported else None),
        n=None if row is None else int(row["n"]),
        period=None if row is None else row["period"],
        method=finding.method.en,
        reason=finding.judgement.reason.en,
        chapter=candidate.chapter,
        exhibit=candidate.id,
        synthetic=present and sources.synthetic(result.tables),
        parts=tuple(
            release.PartOfFinding(
                term=part.term,
                verdict=finding.parts[part.term].verdict,
                estimate=_rounded(part.estimate),
                ci_low=_rounded(part.ci_low),
                ci_high=_rounded(part.ci_high),
                unit=part.unit,
                period=part.period,
            )
            for part in (finding.estimates.itertuples() if finding.parts else ())
        ),
        text={
            language: release.FindingText(
                statement=claim.statement[language],
                sentence=finding.sentence(language),
                reported=_labelled(
                    judge.reported_text(claim, language, headline_part),
                    claim if headline_part else None,
                    language,
                ),
                estimate=_labelled(
                    _estimate_text(row, language), claim if row is not None else None, language
                ),
                method=finding.method[language],
                reason=finding.judgement.reason[language],
                rule=_rule_text(claim, language),
                caveat=claim.caveat[language] if claim.caveat else None,
            )
            for language in LANGUAGES
        },
    )


def _estimate_text(row: pd.Series | None, language: Language) -> str:
    if row is None:
        return "–"
    if is_band(row):
        # The middle of a band is no estimate.
        return interface.WITHIN_BAND[language].format(band=interval_text(row, language))
    text = formats.value(row["estimate"], row["unit"], language)
    if not math.isnan(row["ci_low"]):
        text += f" ({interval_text(row, language)})"
    return text


def _labelled(text: str, claim: Claim | None, language: Language) -> str:
    """Say which part of a claim with several a number is about."""
    label = claim.tests[claim.headline].label if claim and claim.tests else None
    return f"{label[language].capitalize()}: {text}" if label else text


def _rule_text(claim: Claim, language: Language) -> str:
    """Write what would support the claim, and why the limits lie there."""
    return "; ".join(dict.fromkeys(region.reason[language] for region in claim.tests.values()))


def _reported_number(claim: Claim, part: str | None) -> float | tuple[float, float] | None:
    if claim.reported is None:
        return None
    low, high = judge.reported_ends(claim, part)
    return low if low == high else (low, high)


def _rounded(value: float) -> float | None:
    return None if math.isnan(value) else float(f"{value:.{_DIGITS}g}")
