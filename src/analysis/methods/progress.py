"""How far a long step is, for the researcher at the screen; it never leaves the kernel."""

import sys
from collections.abc import Iterable
from typing import TypeVar

from tqdm import tqdm

One = TypeVar("One")


def follow(steps: Iterable[One], what: str) -> Iterable[One]:
    """Yield ``steps``, and show on the error stream how many are done.

    Plain text: a widget would leave its state in the notebook.
    """
    return tqdm(steps, desc=what, file=sys.stderr, mininterval=1.0, leave=False)
