"""DuckDB, set up for files that are larger than memory."""

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path

import duckdb

#: Memory that DuckDB may use before it writes to disk; the process as a whole stays under 4 GiB.
MEMORY = "2500MiB"
THREADS = 2


@contextlib.contextmanager
def open_engine(
    scratch: Path | None = None, *, memory: str = MEMORY, threads: int = THREADS
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open an engine in memory that spills to disk, and clean up after it.

    Parameters
    ----------
    scratch
        Folder for what does not fit into memory; the system's own when None. It holds data of
        persons while the engine is open, and nothing afterwards.
    memory
        Limit as DuckDB writes it.
    threads
        Number of threads.
    """
    with tempfile.TemporaryDirectory(prefix="preventieplan-", dir=scratch) as spill:
        connection = duckdb.connect(
            config={
                "memory_limit": memory,
                "threads": threads,
                "temp_directory": spill,
                "preserve_insertion_order": False,
                # Nothing is fetched from elsewhere, also not an extension.
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
            }
        )
        # What a command says is its own: a bar would stand in the middle of a report.
        connection.execute("SET enable_progress_bar = false")
        try:
            yield connection
        finally:
            connection.close()
