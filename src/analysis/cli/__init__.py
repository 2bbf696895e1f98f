"""The command line: ``preventieplan``."""

from analysis.cli.commands import main

__all__ = ["main"]
