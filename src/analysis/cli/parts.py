"""What all commands share: kinds of arguments, and how errors are shown."""

import functools
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from analysis import files
from analysis.build import ERROR
from analysis.errors import BookError, WorkplaceError
from analysis.lifeline import LIFELINE_VARIABLE


class Folder(click.Path):
    """A folder; an empty text, as an unset variable gives, is not the current one."""

    def convert(self, value: Any, param: Any, ctx: Any) -> Any:
        """Refuse an empty text, and leave the rest to click."""
        if value == "":
            self.fail("is empty; name a folder.", param, ctx)
        return super().convert(value, param, ctx)


class Years(click.ParamType):
    """Two years, written 2019-2025."""

    name = "years"

    def convert(self, value: Any, param: Any, ctx: Any) -> Any:
        """Read the two years, first and last."""
        parts = value.split("-") if isinstance(value, str) else []
        if len(parts) != 2 or not all(part.isdecimal() and len(part) == 4 for part in parts):
            self.fail(f"'{value}' is not two years; write them as 2019-2025.", param, ctx)
        return int(parts[0]), int(parts[1])


FOLDER = Folder(file_okay=False, path_type=Path)
#: What a shell expects of a program that Ctrl-C ended.
_INTERRUPTED = 130


def clear_errors(command: Callable[..., None]) -> Callable[..., None]:
    """Show an error as its message and end with its exit code; no traceback, no data."""

    @functools.wraps(command)
    def wrapped(*args: Any, **kwargs: Any) -> None:
        try:
            command(*args, **kwargs)
        except BookError as error:
            _end(str(error), error.exit_code)
        except KeyboardInterrupt:
            _say_stopped()
        except RuntimeError as error:
            # DuckDB turns Ctrl-C into an error of its own.
            if "interrupted" not in str(error).lower():
                raise
            _say_stopped()
        except OSError as error:
            where = f"{error.filename}: " if error.filename else ""
            _end(f"{where}{error.strerror or error}", WorkplaceError.exit_code)

    return wrapped


def _say_stopped() -> None:
    click.echo("Stopped; nothing half-written counts. Run the same command again.", err=True)
    sys.exit(_INTERRUPTED)


def leave_tidily(number: int, frame: Any) -> None:
    """End as on an error, so that what stands in scratch folders is removed."""
    sys.exit(128 + number)


def _end(message: str, exit_code: int) -> None:
    if os.environ.get(LIFELINE_VARIABLE):
        files.write_json(Path.cwd() / ERROR, {"message": message, "exit_code": exit_code})
    click.echo(message, err=True)
    sys.exit(exit_code)
