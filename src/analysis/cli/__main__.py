"""``python -m analysis.cli``."""

from analysis.cli.commands import main

main()
