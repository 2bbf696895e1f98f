"""Errors of the engine, told without the row that it quotes."""

import contextlib
from collections.abc import Iterator

import duckdb

from analysis.errors import DeliveryError, WorkplaceError

READABLE = "expected CSV in UTF-8 with one header line, or Parquet. Write the files again."


@contextlib.contextmanager
def errors_without_rows(what: str, expected: str) -> Iterator[None]:
    """Hide what the engine says of an error, because it may quote a row.

    Parameters
    ----------
    what
        What was read, as the start of a sentence.
    expected
        What was expected of it, and what to do.
    """
    try:
        yield
    except duckdb.OutOfMemoryException:
        raise WorkplaceError(
            "the data do not fit into memory and the temporary folder; expected room for the "
            "delivered files twice over. Free disk space or choose another folder with TMPDIR."
        ) from None
    except duckdb.Error as error:
        raise DeliveryError(f"{what} cannot be read ({type(error).__name__}); {expected}") from None
