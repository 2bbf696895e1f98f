"""Run the check as the command line does, and look at all that it says."""

import re
from pathlib import Path

from click.testing import CliRunner

from analysis.cli import main
from analysis.sources.problems import Report, write_report

#: Stands in broken cells: no message may ever hold it.
CANARY = "kanarie"
CANARY_NUMBER = 987_650_321
#: What no report may hold: canaries, and pseudonyms.
_SECRET = re.compile(r"kanarie|98765[0-9.,]*|(?<![0-9a-f])[0-9a-f]{32}(?![0-9a-f])", re.I)


def run_check(folder: Path, *options: str) -> Report:
    """Check a folder in both languages; the report must be silent about cells."""
    target = folder.parent / "report.json"
    call = ["check", str(folder), "--report", str(target), "--language", "nl", *options]
    done = CliRunner().invoke(main, call)
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    assert target.exists(), done.output
    report = Report.model_validate_json(target.read_text())
    assert done.exit_code == (3 if report.refused else 0)
    assert done.output == write_report(report, "nl") + "\n"
    said = (done.output, write_report(report, "en"))
    for text in (*said, target.read_text()):
        assert "Traceback" not in text
        assert not _SECRET.search(text), f"a cell is shown: {_SECRET.search(text)[0]}"
    for problem in report.problems:
        assert all(problem.rule in text for text in said)
    return report


def found(report: Report) -> list[tuple]:
    """The refused problems as place, rule and column."""
    return [(problem.place, problem.rule, problem.column) for problem in report.refused]
