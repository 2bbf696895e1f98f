"""What is shown of the world, what must stay hidden, and when too much is known of it."""

from dataclasses import dataclass

from analysis.methods.cells import Cell

#: What solvers leave of a value, relative to it; nobody learns anything from so little.
TOLERANCE = 1e-6


@dataclass(frozen=True)
class Quantity:
    """A number of the released or hidden world.

    Attributes
    ----------
    about
        Empty for a count; otherwise the name of a magnitude, whose sums add up over cells.
    cell
        Whom it counts.
    """

    about: str
    cell: Cell

    def __str__(self) -> str:
        return f"{self.about}: {self.cell}" if self.about else str(self.cell)


@dataclass(frozen=True)
class Shown:
    """A number that is or was released.

    Attributes
    ----------
    low, high
        Rounding interval, in the unit of the quantity: the true value lies in it.
    where
        Exhibit, for messages.
    """

    quantity: Quantity
    low: float
    high: float
    where: str


@dataclass(frozen=True)
class Hidden:
    """A number that must not be known.

    Attributes
    ----------
    value
        True value, in the unit of the quantity; never in a message.
    below, above
        The attacker's interval reaches at least this far to both sides of the value.
    width
        The attacker's interval is at least this wide.
    where
        Exhibit, for messages.
    """

    quantity: Quantity
    value: float
    below: float
    above: float
    width: float
    where: str


Interval = tuple[float, float]


def safe(bounds: Interval, hidden: Hidden) -> bool:
    """Return whether an attacker who knows these bounds knows too little about a number."""
    low, high = bounds
    slack = TOLERANCE * max(1.0, abs(hidden.value))
    return (
        high - low >= hidden.width - slack
        and low <= hidden.value - hidden.below + slack
        and high >= hidden.value + hidden.above - slack
    )
