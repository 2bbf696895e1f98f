"""The tables behind a result: their titles, their data status, their source line."""

from typing import Any

from analysis.airlock.gate import PUBLISHED
from analysis.labels import NOT_ESTIMATED, WITHHELD
from analysis.languages import LANGUAGES, Language, Text
from analysis.methods.results import Absent
from analysis.publish import interface


class Sources:
    """Titles and data status of the tables behind a result."""

    def __init__(self, tables: dict[str, Any]) -> None:
        self.tables = tables

    def title(self, name: str) -> Text:
        """Return what a reader calls a table."""
        return Text(**self.tables[name]["title"])

    def titles(self, names: tuple[str, ...]) -> tuple[Text, ...]:
        """Return what a reader calls the delivered tables among ``names``."""
        return tuple(self.title(name) for name in names if name not in PUBLISHED)

    def lacking(self, absent: Absent) -> tuple[Text, ...]:
        """Return why there is no result: what was not delivered, or another reason.

        That is ``WITHHELD`` where the airlock kept it inside, and ``NOT_ESTIMATED`` where models
        of people and organisations found too little in tables that were delivered. A table that
        is there is not named beside one that lacks, and in place of one that linking could not
        make stand the delivered tables that it lacked.
        """
        if absent.withheld:
            return (WITHHELD,)
        told = [self.tables[name] for name in absent.tables if name not in PUBLISHED]
        missing = [one for one in told if not one.get("present", True)]
        if told and not missing and not any(one["public"] for one in told):
            return (NOT_ESTIMATED,)
        titles = [title for one in missing or told for title in one.get("lacks") or [one["title"]]]
        return tuple(Text(**title) for title in titles)

    def synthetic(self, names: tuple[str, ...]) -> bool:
        """Tell whether the stub made any of the tables."""
        return any(
            self.tables[name].get("synthetic", False) for name in names if name not in PUBLISHED
        )

    def source(self, names: tuple[str, ...]) -> Text:
        """Write the source line of a result."""
        delivered = [name for name in names if name not in PUBLISHED]
        parts = {
            language: [self._named(name, language) for name in delivered] for language in LANGUAGES
        }
        for name in sorted(set(PUBLISHED) & set(names)):
            for language in LANGUAGES:
                parts[language].append(interface.PUBLISHED_SOURCES[name][language])
        return Text(**{language: "; ".join(texts) for language, texts in parts.items()})

    def _named(self, name: str, language: Language) -> str:
        supplier, title = self.tables[name]["supplier"][language], self.title(name)[language]
        # What has no supplier of its own goes by its title.
        source = title if supplier == title else f"{supplier}, {title}"
        if self.synthetic((name,)):
            return interface.SYNTHETIC_SOURCE[language].format(source=source)
        return source
