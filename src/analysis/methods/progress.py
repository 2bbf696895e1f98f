"""How far a long step is, for the researcher at the screen; it never leaves the kernel."""

import sys
from collections.abc import Iterable
from typing import TypeVar

from tqdm import tqdm

One = TypeVar("One")


def follow(steps: Iterable[One], what: str, *, total: int | None = None) -> Iterable[One]:
    """Yield ``steps``, and show on the error stream how many are done.

    Plain text: a widget would leave its state in the notebook.

    Parameters
    ----------
    total
        How many there are, where ``steps`` does not know.
    """
    return tqdm(steps, desc=what, total=total, file=sys.stderr, mininterval=1.0, leave=False)
