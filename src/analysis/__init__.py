"""Recompute the Preventieplan report, chapter by chapter, for any data year."""

from analysis import arithmetic  # noqa: F401 - before numpy is loaded
from analysis.dataset import open_dataset

__all__ = ["open_dataset"]
