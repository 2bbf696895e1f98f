"""How far a long step is, for the researcher at the screen; it never leaves the kernel."""

import contextlib
import sys
from collections.abc import Iterable, Iterator
from contextvars import ContextVar
from typing import TypeVar

from tqdm import tqdm

One = TypeVar("One")
_QUIET = ContextVar("quiet", default=False)


@contextlib.contextmanager
def quietly() -> Iterator[None]:
    """Show nothing of the steps that are followed inside; for steps that are a part of others."""
    before = _QUIET.set(True)
    try:
        yield
    finally:
        _QUIET.reset(before)


def follow(steps: Iterable[One], what: str, *, total: int | None = None) -> Iterable[One]:
    """Yield ``steps``, and show on the error stream how many are done.

    Plain text: a widget would leave its state in the notebook.

    Parameters
    ----------
    total
        How many there are, where ``steps`` does not know.
    """
    return tqdm(
        steps,
        desc=what,
        total=total,
        file=sys.stderr,
        mininterval=1.0,
        leave=False,
        disable=_QUIET.get(),
    )
