"""A chapter in a kernel: it submits candidates and shows the researcher a preview."""

import os
from pathlib import Path
from typing import Any

from IPython.display import display
from pydantic import ValidationError

from analysis.airlock import candidates
from analysis.airlock.candidates import ACCEPTED, Candidate, Kind
from analysis.airlock.stripping import EXHIBIT_MIME
from analysis.charts import CHARTS
from analysis.charts.options import read_options
from analysis.claims.register import read_register
from analysis.edition import Edition, read_edition
from analysis.errors import AirlockError, EditionError
from analysis.exhibits.preview import preview_of
from analysis.labels import names_a_category
from analysis.languages import LANGUAGES, Language, Text
from analysis.methods.results import RESULTS, Absent, Result
from analysis.roles import typed_numbers

#: The build sets this to the folder that takes the candidates; without it nothing is written.
CANDIDATES_VARIABLE = "PREVENTIEPLAN_CANDIDATES"


def open_chapter(name: str, *, edition: str | int, preview: Language = "nl") -> "Chapter":
    """Open a chapter for exhibits.

    Parameters
    ----------
    name
        Name of the notebook without its ending.
    edition
        Name of the edition; an integer is taken as its name.
    preview
        Language of the previews on the screen.

    Raises
    ------
    EditionError
        If the edition or the language is not known.
    """
    if preview not in LANGUAGES:
        raise EditionError(f"preview '{preview}' is not known; allowed: {', '.join(LANGUAGES)}.")
    folder = os.environ.get(CANDIDATES_VARIABLE)
    return Chapter(name, read_edition(edition), preview, Path(folder) if folder else None)


class Chapter:
    """Collects the exhibits of one chapter.

    Attributes
    ----------
    edition
        Parameters of the edition, for the methods that need them.
    """

    def __init__(
        self, name: str, edition: Edition, language: Language, folder: Path | None
    ) -> None:
        self.edition = edition
        self._name = name
        self._language = language
        self._folder = folder
        self._register = read_register()
        self._seen: set[str] = set()

    def figure(
        self,
        id: str,
        result: Result | Absent,
        *,
        chart: str,
        title: dict[str, str],
        subtitle: dict[str, str],
        note: dict[str, str] | None = None,
        **options: Any,
    ) -> None:
        """Submit a figure.

        Parameters
        ----------
        id
            Name of the exhibit, unique in the book.
        result
            From a function of ``analysis.methods``.
        chart
            Name of a chart in ``analysis.charts``.
        title
            The message, per language; roles such as ``{value}`id``` are filled when rendered.
        subtitle
            Measure, population and period, per language.
        note
            What a reader must know to read the figure well.
        **options
            Options of the chart.
        """
        if chart not in CHARTS:
            raise EditionError(f"chart '{chart}' is not known; allowed: {', '.join(CHARTS)}.")
        self._submit("figure", id, result, _texts(title, subtitle, note), chart, options)

    def table(
        self,
        id: str,
        result: Result | Absent,
        *,
        title: dict[str, str],
        subtitle: dict[str, str],
        note: dict[str, str] | None = None,
        **options: Any,
    ) -> None:
        """Submit a table; the parameters are those of ``figure`` without the chart."""
        self._submit("table", id, result, _texts(title, subtitle, note), "table", options)

    def number(self, id: str, result: Result | Absent) -> None:
        """Submit a number that prose can print with ``{value}`id```."""
        if not isinstance(result, Absent):
            self._check_type("number", id, result)
            if len(result.frame) != 1:
                raise EditionError(
                    f"number '{id}' got {len(result.frame)} estimates; expected one, as in "
                    "result['term']."
                )
        self._submit("number", id, result, {}, None, {})

    def finding(self, claim: str, result: Result | Absent | None = None) -> None:
        """Submit what judges a claim of the register; nothing for a claim that cannot be tested."""
        registered = self._register[claim]
        if registered.chapter != self._name:
            raise EditionError(
                f"claim '{claim}' is judged in chapter '{registered.chapter}', not in "
                f"'{self._name}'; a claim is judged once."
            )
        if (result is None) != (registered.untestable is not None):
            expected = "no result" if registered.untestable else "estimates"
            raise EditionError(f"claim '{claim}' takes {expected}; see the register.")
        self._submit("finding", claim, Absent(()) if result is None else result, {}, None, {})

    def _submit(
        self,
        kind: Kind,
        id: str,
        result: Result | Absent,
        texts: dict[str, Text],
        chart: str | None,
        options: dict[str, Any],
    ) -> None:
        if id in self._seen:
            raise EditionError(f"exhibit '{id}' is submitted twice; give each its own id.")
        self._seen.add(id)
        if not isinstance(result, Absent):
            self._check_type(kind, id, result)
        read = read_options(id, options)
        for text in (*read.labels.values(), *([read.axis] if read.axis else [])):
            if not names_a_category(text):
                _refuse_typed_numbers("label", text)
        candidate = _candidate(
            chapter=self._name,
            id=id,
            kind=kind,
            result=type(result).__name__,
            tables=result.tables,
            method=None if isinstance(result, Absent) else result.method,
            chart=chart,
            options=options,
            texts=texts,
            behind=() if isinstance(result, Absent) else result.behind,
        )
        if self._folder is not None:
            candidates.write(self._folder, candidate, result)
        display(
            {
                EXHIBIT_MIME: {"id": id},
                **preview_of(candidate, result, self._register, self._language),
            },
            raw=True,
        )

    def _check_type(self, kind: Kind, id: str, result: object) -> None:
        if not isinstance(result, tuple(RESULTS[name] for name in ACCEPTED[kind])):
            raise AirlockError(
                f"{kind} '{id}' got {type(result).__name__}; allowed: {', '.join(ACCEPTED[kind])}, "
                "as functions of analysis.methods return them."
            )


def _texts(
    title: dict[str, str], subtitle: dict[str, str], note: dict[str, str] | None
) -> dict[str, Text]:
    given = {"title": title, "subtitle": subtitle, "note": note}
    texts = {}
    for name, text in given.items():
        if text is None:
            continue
        if set(text) != set(LANGUAGES):
            raise EditionError(
                f"{name} {text} is not in every language; expected the keys {', '.join(LANGUAGES)}."
            )
        try:
            texts[name] = Text(**text)
        except ValidationError:
            raise EditionError(
                f"{name} holds something else than text; write two sentences."
            ) from None
        _refuse_typed_numbers(name, texts[name])
    return texts


def _candidate(**about: Any) -> Candidate:
    try:
        return Candidate(**about)
    except ValidationError as error:
        keys = ", ".join(".".join(map(str, problem["loc"])) for problem in error.errors())
        raise EditionError(
            f"exhibit '{about['id']}' does not fit in {keys}; ids hold letters, digits and hyphens."
        ) from None


def _refuse_typed_numbers(name: str, text: Text) -> None:
    for language in LANGUAGES:
        typed = typed_numbers(text[language])
        if typed:
            raise EditionError(
                f"the {language} {name} '{text[language]}' holds the typed number '{typed[0]}'; "
                "print it with a role such as {value}`exhibit-id`."
            )
