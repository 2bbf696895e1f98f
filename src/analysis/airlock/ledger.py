"""The ledger: what earlier releases showed of every cell, committed beside the editions.

A later release may not undo what an earlier one protected: both are on a reader's desk.
"""

import json
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError

from analysis import files
from analysis.airlock.known import Quantity, Shown
from analysis.errors import AirlockError
from analysis.methods.cells import Cell
from analysis.strict import Listed, StrictModel

#: Data of which releases are joined: nobody learns about people from synthetic figures.
Data = Literal["real", "partly synthetic", "synthetic"]


class Told(StrictModel):
    """What a release showed of a cell.

    Attributes
    ----------
    cell
        Address.
    about
        Name of the magnitude; empty for counts of people.
    shown
        The rounded count; None for a sum, or for a cell that was hidden.
    low, high
        What a reader knows about it; None for a cell that was hidden.
    """

    cell: str
    about: str = ""
    shown: float | None = None
    low: float | None = None
    high: float | None = None

    @property
    def hidden(self) -> bool:
        """Whether the release kept it inside."""
        return self.low is None

    @property
    def quantity(self) -> Quantity:
        """As the attack names it."""
        return Quantity(self.about, Cell.parse(self.cell))


class Entry(StrictModel):
    """One release.

    Attributes
    ----------
    digest
        SHA-256 of its manifest.
    """

    edition: str
    data: Data
    digest: str = Field(pattern=r"^[0-9a-f]{64}$")
    told: Listed[tuple[Told, ...]]


class Ledger(StrictModel):
    """All releases that were recorded, oldest first."""

    releases: Listed[tuple[Entry, ...]] = ()

    def of(self, data: Data) -> "Ledger":
        """Return the releases of one kind of data; partly synthetic ones hold real cells too."""
        synthetic = data == "synthetic"
        return Ledger(
            releases=tuple(one for one in self.releases if (one.data == "synthetic") == synthetic)
        )

    def shown(self) -> list[Shown]:
        """Return everything that a reader of the earlier releases knows."""
        return [
            Shown(told.quantity, told.low, told.high, f"edition {entry.edition}")
            for entry in self.releases
            for told in entry.told
            if told.low is not None and told.high is not None
        ]

    def hidden(self) -> set[Quantity]:
        """Return what an earlier release kept inside, and none showed."""
        known = {one.quantity for one in self.shown()}
        return {
            told.quantity
            for entry in self.releases
            for told in entry.told
            if told.hidden and told.quantity not in known
        }

    def changes(self, told: list[dict]) -> dict[str, int]:
        """Compare what a release tells with the one before it, in numbers of cells.

        Parameters
        ----------
        told
            Of the new release, as ``Told`` takes it.
        """
        if not self.releases:
            return {}
        before = {(one.about, one.cell): one for one in self.releases[-1].told}
        now = {(one.about, one.cell): one for one in map(Told.model_validate, told)}
        both = before.keys() & now.keys()
        same = {key for key in both if before[key] == now[key]}
        return {
            "new": len(now.keys() - both),
            "gone": len(before.keys() - both),
            "same": len(same),
            "newly_hidden": sum(now[key].hidden and not before[key].hidden for key in both),
            "changed": len(both) - len(same),
        }

    def counts(self) -> dict[str, float]:
        """Return the newest rounded count of each cell by address."""
        return {
            told.cell: told.shown
            for entry in self.releases
            for told in entry.told
            if not told.about and told.shown is not None
        }


def read_ledger(path: Path) -> Ledger:
    """Read the ledger; it is empty where nothing was recorded yet.

    Raises
    ------
    AirlockError
        If the file is not a ledger: without it nobody knows what is public already.
    """
    if not path.exists():
        return Ledger()
    try:
        return Ledger.model_validate_json(path.read_bytes())
    except ValidationError as error:
        keys = ", ".join(".".join(map(str, problem["loc"])) for problem in error.errors()[:3])
        raise AirlockError(
            f"{path}: not a ledger of releases (check {keys or 'the JSON'}). Restore the committed "
            "file."
        ) from None


def record(path: Path, entry: Entry) -> bool:
    """Add a release to the ledger, once.

    Returns
    -------
    bool
        Whether it was new.
    """
    ledger = read_ledger(path)
    if any(one.digest == entry.digest for one in ledger.releases):
        return False
    grown = Ledger(releases=(*ledger.releases, entry))
    text = json.dumps(grown.model_dump(mode="json"), indent=1, ensure_ascii=False)
    files.write_text(path, text + "\n")
    return True
