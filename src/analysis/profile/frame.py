"""What a profile tells of an organisation: frozen, and without a word of text."""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from analysis.profile.measures import Measure
from analysis.profile.told import Branch

Position = Literal["within", "higher", "lower", "not compared"]
#: Why a figure is not shown: its source was not delivered at all, or not for this organisation, or
#: too few people stand behind it.
Reason = Literal["", "no source", "not delivered", "few people"]


@dataclass(frozen=True)
class Figure:
    """A figure of the organisation beside its branch.

    Attributes
    ----------
    value, low, high
        With its 95 % interval; missing where it is not shown, or chance is not known.
    decimals
        With which it may be shown; None for as many as its unit has.
    n
        People behind it: employees, person-years or respondents.
    guess
        Best guess of the lasting level; missing without a branch.
    branch
        None where nothing of the branch may be told.
    p_value
        Of no difference from the branch, before it is adjusted for several tests.
    away
        Difference in standard deviations between the other organisations, to put figures in order.
    """

    measure: Measure
    year: int | None = None
    value: float = np.nan
    low: float = np.nan
    high: float = np.nan
    decimals: int | None = None
    n: float = np.nan
    guess: float = np.nan
    branch: Branch | None = None
    p_value: float = np.nan
    position: Position = "not compared"
    away: float = np.nan
    reason: Reason = ""

    @property
    def is_clear(self) -> bool:
        """Whether it differs from the branch by more than chance."""
        return self.position in ("higher", "lower")

    @property
    def is_in_the_middle(self) -> bool | None:
        """Whether it lies in the middle half of the branch; None when that may not be told."""
        if self.branch is None or self.branch.middle is None:
            return None
        low, high = self.branch.middle
        return low <= self.value <= high

    @property
    def stands_out(self) -> bool:
        """Whether it differs clearly, and by more than half of the branch does."""
        return self.is_clear and not self.is_in_the_middle


@dataclass(frozen=True)
class Development:
    """A figure over the years: the organisation's own, and the mean of the others where told."""

    measure: Measure
    own: tuple[tuple[int, float], ...]
    branch: tuple[tuple[int, float], ...]


@dataclass(frozen=True)
class Profile:
    """All that a profile tells.

    Attributes
    ----------
    participant
        Whether it is on the list of participants; None without that list.
    """

    organisation: str
    edition: str
    year: int
    branch: str
    size_band: str
    participant: bool | None
    synthetic: bool
    figures: tuple[Figure, ...]
    developments: tuple[Development, ...]

    @property
    def shown(self) -> tuple[Figure, ...]:
        """Figures that have a value."""
        return tuple(figure for figure in self.figures if not figure.reason)

    @property
    def compared(self) -> tuple[Figure, ...]:
        """Figures that were tested against the branch."""
        return tuple(figure for figure in self.figures if figure.position != "not compared")

    @property
    def standing_out(self) -> tuple[Figure, ...]:
        """Figures that differ clearly and lie outside the middle half, furthest away first."""
        found = [figure for figure in self.figures if figure.stands_out]
        return tuple(sorted(found, key=lambda figure: -abs(figure.away)))
