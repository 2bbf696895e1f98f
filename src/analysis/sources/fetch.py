"""Which tables the book takes from CBS, and where in the deliveries they go.

The StatLine tables are known by their ids. Of the tables of the AZW programme one id is known; the
others are looked up by their titles, in the list that CBS gives. The book reads AZW figures from
CSV files only, so an AZW table is stored whole, under its id, for whoever wants to look into it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path

from filelock import FileLock, Timeout

from analysis.errors import BookError, EditionError, WorkplaceError
from analysis.sources import captures, catalogue, odata
from analysis.sources.download import Session
from analysis.sources.statline import StatLineTable, read_capture
from analysis.sources.tables import TABLES

_LOCK = ".fetch.lock"
#: AZW tables whose id is known.
AZW_IDS = {"absence_by_branch": "24015NED"}
#: Words in the titles of the other AZW tables.
AZW_TITLES = {
    "flows": ("instroom", "uitstroom"),
    "employment": ("werkzame personen",),
    "moves": ("mobiliteit",),
    "flexible_share": ("flexibel",),
}
_STATLINE = {
    table.layout.table_id.lower(): table.layout
    for table in TABLES.values()
    if isinstance(table.layout, StatLineTable)
}


@dataclass
class Fetch:
    """A run that downloads tables into a deliveries folder.

    Attributes
    ----------
    again
        Whether to download tables that CBS did not change.
    last_year
        Last year that the edition shows; a table that ends earlier is remarked on.
    say, warn
        Get a line each: what came, and what went wrong.
    follow
        Shows how far a download is.
    """

    session: Session
    deliveries: Path
    protocol: odata.Protocol
    say: Callable[[str], None]
    warn: Callable[[str], None]
    follow: captures.Follow
    roots: odata.Roots = field(default_factory=odata.Roots)
    again: bool = False
    last_year: int = 0

    @cached_property
    def listed(self) -> tuple[catalogue.Listed, ...]:
        """The list of tables of CBS, asked for once."""
        return catalogue.read_catalogue(self.session, self.protocol, self.roots)

    def run(self, table_ids: tuple[str, ...] = ()) -> None:
        """Download tables; an error in one does not keep the others from coming.

        Parameters
        ----------
        table_ids
            Ids of CBS, in capitals or not; all tables of the book when empty.

        Raises
        ------
        WorkplaceError
            If another run works in the same folder.
        BookError
            At the end, if anything went wrong, with the highest exit code of all errors.
        """
        self.deliveries.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(self.deliveries / _LOCK, timeout=0):
                codes = self._run(table_ids)
        except Timeout:
            raise WorkplaceError(
                f"{self.deliveries}: another `preventieplan fetch` is running here; wait for it, "
                "or name another folder."
            ) from None
        if codes:
            what = "1 thing" if len(codes) == 1 else f"{len(codes)} things"
            failed = BookError(
                f"{what} went wrong, as said above; what did come is in {self.deliveries}. Run the "
                "same command again to go on."
            )
            failed.exit_code = max(codes)
            raise failed

    def _run(self, table_ids: tuple[str, ...]) -> list[int]:
        if table_ids:
            wanted = {table_id.lower(): table_id for table_id in table_ids}
            steps = [partial(self._by_id, table_id) for table_id in wanted.values()]
        else:
            steps = [partial(self._by_id, layout.table_id) for layout in _STATLINE.values()]
            steps.append(self._azw)
        return [code for step in steps if (code := self._try(step))]

    def _try(self, step: Callable[[], int | None]) -> int:
        """Run a step; an error becomes a line and its exit code."""
        try:
            return step() or 0
        except BookError as error:
            self.warn(str(error))
            return error.exit_code
        except OSError as error:
            where = error.filename or self.deliveries
            self.warn(f"{where}: {error.strerror or error}. Make room or name another folder.")
            return WorkplaceError.exit_code

    def _by_id(self, table_id: str) -> None:
        layout = _STATLINE.get(table_id.lower())
        if layout:
            found = catalogue.Listed(layout.table_id, odata.STATLINE, "")
        else:
            # Written wrongly is told without asking anybody.
            odata.service(self.protocol, odata.STATLINE, table_id, self.roots)
            found = catalogue.by_id(self.listed, table_id)
        self._capture(found, layout)

    def _azw(self) -> int:
        """Look up the AZW tables; one that is not listed is said to be so."""
        listed = self.listed
        codes = [0]
        for name, table_id in AZW_IDS.items():
            try:
                found = catalogue.by_id(listed, table_id)
            except EditionError:
                self._not_listed(name, f"id {table_id}", [])
                continue
            codes.append(self._try(partial(self._capture, found, None)))
        for name, words in AZW_TITLES.items():
            tables = catalogue.by_title(listed, words)
            if len(tables) == 1:
                codes.append(self._try(partial(self._capture, tables[0], None)))
            else:
                self._not_listed(name, f"'{' … '.join(words)}' in the title", tables)
        return max(codes)

    def _not_listed(self, name: str, sought: str, tables: list[catalogue.Listed]) -> None:
        ids = ", ".join(sorted(table.table_id for table in tables))
        found = f"{len(tables)} tables ({ids}); choose with --table" if tables else "no table"
        self.say(
            f"AZW table '{name}': {found}, with {sought} among the {len(self.listed)} that CBS "
            f"lists in OData {self.protocol}. Nothing was downloaded for it{self._elsewhere}."
        )

    @property
    def _elsewhere(self) -> str:
        return "; OData v3 has a list of its own (--protocol v3)" if self.protocol == "v4" else ""

    def _capture(self, found: catalogue.Listed, layout: StatLineTable | None) -> None:
        service = odata.service(self.protocol, found.catalogue, found.table_id, self.roots)
        done = captures.capture(
            self.session,
            service,
            self.deliveries,
            again=self.again,
            check=partial(_check, service, layout),
            follow=self.follow,
        )
        if done.downloaded:
            what = f"{done.rows:,} rows, modified {done.modified}, in {done.folder}."
        else:
            what = f"unchanged since {done.modified}, in {done.folder}; --again downloads it anew."
        if layout is None:
            what += " This book does not read it: `preventieplan build` lists it as not used."
        elif done.last_period[:4].isdigit() and int(done.last_period[:4]) < self.last_year:
            what += f" It ends with {done.last_period}, the edition with {self.last_year}."
        self.say(f"{service.table_id}: {what}")


def _check(service: odata.Service, layout: StatLineTable | None, folder: Path) -> None:
    """Refuse what the reader of the book would refuse."""
    if layout is None:
        return
    path = folder if service.protocol == "v4" else folder / captures.figures_file(service)
    read_capture(path, layout, file=f"table {service.table_id} as downloaded")
