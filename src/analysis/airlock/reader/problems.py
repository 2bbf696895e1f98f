"""What the reader found, told without the thing itself."""

from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that should not be there.

    Attributes
    ----------
    file
        Path in the release or site.
    found, allowed
        What was found and what would have been right; never a value, a row or a name from the file.
    action
        What to do.
    """

    file: str
    found: str
    allowed: str
    action: str

    def __str__(self) -> str:
        return f"{self.file}: found {self.found}; allowed: {self.allowed}. {self.action}."


REBUILD = "Build it again, and publish nothing from this folder"
TRACE = "Find which step wrote it; publish nothing from this folder"
