"""The page of a profile: one HTML file per language, without a script and without an address.

Equal profiles give equal bytes.
"""

from pathlib import Path
from typing import Any

import jinja2
import numpy as np

from analysis import formats, labels, project
from analysis.edition import Disclosure
from analysis.languages import Language
from analysis.profile import pictures, words
from analysis.profile.frame import Development, Figure, Profile
from analysis.profile.measures import EXIT, TOPICS, Unit
from analysis.profile.talk import QUESTIONS
from analysis.profile.talking_points import (
    FIRST_PAGE,
    TalkingPoint,
    side_by_side,
    talking_points,
)
from analysis.sources.suppliers import SUPPLIERS
from analysis.sources.vocabulary import BRANCHES
from analysis.yaml_files import read_yaml

TEMPLATE = "profile.html.jinja"
#: Decimals of a figure by unit.
DECIMALS: dict[Unit, int] = {"percent": 1, "per_year": 2, "days": 1, "score": 2}
#: Characters of a pseudonym by which a page names its organisation.
SHORT = 8


def write_page(profile: Profile, language: Language, limits: Disclosure) -> str:
    """Write the page of a profile.

    Parameters
    ----------
    limits
        Thresholds of the edition, which the page names.
    """
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    page = _Page(profile, language)
    return environment.get_template(TEMPLATE).render(page.told(limits))


class _Page:
    """A profile in one language, piece by piece."""

    def __init__(self, profile: Profile, language: Language) -> None:
        self.profile = profile
        self.language = language

    def told(self, limits: Disclosure) -> dict[str, Any]:
        """Return all that the template shows."""
        profile = self.profile
        thresholds = {
            "organisations": limits.minimum_organisations_as_unit,
            "persons": limits.minimum_persons,
        }
        return {
            "w": {name: text[self.language] for name, text in words.PAGE.items()},
            "language": self.language,
            "organisation": profile.organisation,
            "mark": self.mark(),
            "synthetic": profile.synthetic,
            "about": self.about(),
            "core": self.core(),
            "compared": len(profile.compared),
            "points": [self.point(one) for one in talking_points(profile)[:FIRST_PAGE]],
            "topics": [self.topic(topic) for topic in TOPICS],
            "pairs": [text[self.language] for text in side_by_side(profile)],
            "developments": [self.development(one) for one in profile.developments],
            "limits": [text[self.language] for text in words.LIMITS],
            "definitions": self.definitions(),
            "methods": [text[self.language].format(**thresholds) for text in words.METHODS],
            "chances": [
                (self.labels_by(by), text[self.language]) for by, text in words.CHANCE.items()
            ],
            "glossary": self.glossary(),
        }

    def mark(self) -> str:
        """Return what stands on every page: whose it is, and that it is confidential."""
        short = self.profile.organisation[:SHORT]
        mark = self.word("confidential", short=short)
        return f"{mark} · {self.word('synthetic')}" if self.profile.synthetic else mark

    def word(self, name: str, **values: object) -> str:
        text = words.PAGE[name][self.language]
        return text.format(**values) if values else text

    def about(self) -> list[tuple[str, str]]:
        profile, unknown = self.profile, self.word("unknown")
        branch = BRANCHES.get(profile.branch)
        size = labels.SIZE_BANDS.get(profile.size_band)
        return [
            (self.word("organisation"), profile.organisation),
            (self.word("branch"), unknown if branch is None else branch[self.language]),
            (self.word("size"), unknown if size is None else size[self.language]),
            (self.word("year"), str(profile.year)),
            (self.word("edition"), profile.edition),
        ]

    def core(self) -> list[str]:
        """Return the sentences that come first."""
        compared = len(self.profile.compared)
        standing = len(self.profile.standing_out)
        if not compared:
            return [self.word("core_none_compared")]
        if not any(figure.is_clear for figure in self.profile.figures):
            return [self.word("core_nothing", compared=compared)]
        if not standing:
            return [self.word("core_ordinary", compared=compared)]
        if standing == 1:
            return [self.word("core_one", compared=compared)]
        said = [self.word("core_some", compared=compared, standing=standing)]
        if standing > FIRST_PAGE:
            said.append(self.word("core_furthest", count=FIRST_PAGE))
        return said

    def point(self, point: TalkingPoint) -> dict[str, str]:
        figure = point.figure
        return {
            "label": words.LABELS[figure.measure.name][self.language],
            "side": words.SIDES[figure.position][self.language],
            "against": self.word(
                "against", own=self.amount(figure, figure.value), mean=self.mean(figure)
            ),
            "text": point.text[self.language],
        }

    def topic(self, topic: str) -> dict[str, Any]:
        name = words.TOPICS[topic][self.language]
        figures = [figure for figure in self.profile.figures if figure.measure.topic == topic]
        shown = [figure for figure in figures if not figure.reason]
        return {
            "id": topic,
            "name": name,
            "caption": self.word("topic_caption", topic=name),
            "rows": [self.row(figure) for figure in shown],
            "hidden": [
                (
                    "; ".join(
                        words.LABELS[figure.measure.name][self.language]
                        for figure in figures
                        if figure.reason == reason
                    ),
                    text[self.language],
                )
                for reason, text in words.REASONS.items()
                if any(figure.reason == reason for figure in figures)
            ],
            "points": [self.point(one) for one in talking_points(self.profile, topic)],
            "compared": any(figure.position != "not compared" for figure in shown),
            "questions": [text[self.language] for text in QUESTIONS[topic]],
        }

    def row(self, figure: Figure) -> dict[str, Any]:
        position = figure.position
        middle = figure.is_in_the_middle if figure.is_clear else None
        return {
            "label": words.LABELS[figure.measure.name][self.language],
            "own": self.amount(figure, figure.value),
            "behind": self.behind(figure),
            "interval": "" if np.isnan(figure.low) else self.span(figure, figure.low, figure.high),
            "guess": self.guess(figure),
            "branch": self.mean(figure),
            "middle": self.middle(figure),
            "strip": pictures.strip(figure),
            "position": words.POSITIONS[position, middle][self.language],
            "stands_out": figure.stands_out,
        }

    def guess(self, figure: Figure) -> str:
        if figure.branch is None or np.isnan(figure.guess):
            return self.word("not_told")
        return self.amount(figure, figure.guess, figure.branch.decimals)

    def mean(self, figure: Figure) -> str:
        if figure.branch is None:
            return self.word("not_told")
        return self.amount(figure, figure.branch.mean, figure.branch.decimals)

    def middle(self, figure: Figure) -> str:
        if figure.branch is None or figure.branch.middle is None:
            return self.word("not_told")
        return self.span(figure, *figure.branch.middle, figure.branch.decimals)

    def amount(self, figure: Figure, value: float, decimals: int | None = None) -> str:
        return self.number(figure, value, decimals) + self.sign(figure)

    def sign(self, figure: Figure) -> str:
        sign = words.UNIT_SIGNS[figure.measure.unit]
        return "" if sign is None else sign[self.language]

    def number(self, figure: Figure, value: float, decimals: int | None = None) -> str:
        usual = DECIMALS[figure.measure.unit] if figure.decimals is None else figure.decimals
        kept = usual if decimals is None else min(decimals, usual)
        return formats.number(round(value, kept), self.language, decimals=max(kept, 0), fixed=True)

    def span(self, figure: Figure, low: float, high: float, decimals: int | None = None) -> str:
        """Write both ends, with a unit that is a word once."""
        first, last = self.number(figure, low, decimals), self.amount(figure, high, decimals)
        if not self.sign(figure).startswith(" "):
            first = self.amount(figure, low, decimals)
        return self.word("interval", low=first, high=last)

    def development(self, found: Development) -> dict[str, Any]:
        label = words.LABELS[found.measure.name][self.language]
        figure = Figure(found.measure)
        said = [self._moved("moved", "own", found.own, figure)]
        if len(found.branch) > 1:
            said.append(self._moved("moved_branch", "branch", found.branch, figure))
        synthetic = self.profile.synthetic
        return {
            "label": label,
            "alt": f"{self.word('development_caption', label=label)}. {' '.join(said)}",
            "said": " ".join(said),
            "wide": pictures.development(found, self.language, "wide", synthetic=synthetic),
            "narrow": pictures.development(found, self.language, "narrow", synthetic=synthetic),
        }

    def _moved(
        self, name: str, who: str, points: tuple[tuple[int, float], ...], figure: Figure
    ) -> str:
        (first, start), (last, end) = points[0], points[-1]
        told = {
            f"{who}_first": self.amount(figure, start),
            f"{who}_last": self.amount(figure, end),
        }
        return self.word(name, first=first, last=last, **told)

    def behind(self, figure: Figure) -> str:
        measure = figure.measure
        text = words.BEHIND.get(measure.size, words.BEHIND_OTHERS)[self.language]
        return text.format(n=formats.number(figure.n, self.language, decimals=0))

    def definitions(self) -> list[dict[str, str]]:
        """Return what each figure is; that of the ages once."""
        told = {}
        for figure in self.profile.figures:
            name = figure.measure.name
            label = words.LABELS[name][self.language]
            if name.startswith(EXIT):
                label = self.word("of_ages", label=label.partition(",")[0])
            supplier = SUPPLIERS[figure.measure.supplier].name[self.language]
            told[label] = {
                "label": label,
                "meaning": words.DEFINITIONS[name][self.language],
                "source": supplier if figure.year is None else f"{supplier}, {figure.year}",
            }
        return list(told.values())

    def labels_by(self, by: str) -> str:
        """Name the figures with one kind of interval; ages of one figure once."""
        names = [
            words.LABELS[figure.measure.name][self.language].partition(",")[0]
            for figure in self.profile.figures
            if figure.measure.by == by
        ]
        return ", ".join(dict.fromkeys(names))

    def glossary(self) -> list[tuple[str, str]]:
        terms = read_yaml(project.root() / "book" / "glossary.yml")["terms"]
        return [
            (one[self.language]["term"], one[self.language]["meaning"])
            for one in terms
            if one["en"]["term"] in words.GLOSSARY
        ]
