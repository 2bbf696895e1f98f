"""The note ``delivery.json`` in a supplier's folder: edition, key and fractions of its files."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import Field, ValidationError

from analysis.errors import DeliveryError
from analysis.languages import Text
from analysis.sources.column_names import shown_column
from analysis.sources.confidential import CONFIDENTIAL
from analysis.sources.problems import Problem, line, shown_path
from analysis.sources.schema import about
from analysis.sources.series import SYNTHETIC_PREFIX
from analysis.sources.walking import not_a_file, unopened
from analysis.strict import StrictModel

NOTE = "delivery.json"

_EXPECTED = Text(
    nl="supplier, edition, key_fingerprint en, bij een steekproef, fractions",
    en="supplier, edition, key_fingerprint and, for a sample, fractions",
)
_WRITE_NOTE = Text(
    nl="`preventieplan pseudonymise` schrijft het: lever het bij de bestanden.",
    en="`preventieplan pseudonymise` writes it: deliver it beside the files.",
)
_CORRECT_NOTE = Text(nl="Verbeter delivery.json.", en="Correct delivery.json.")
_ONE_RUN = Text(
    nl="Maak de pseudoniemen van alle bronnen met dezelfde sleutel en editie.",
    en="Make the pseudonyms of all sources with the same key and edition.",
)


class DeliveryNote(StrictModel):
    """What a supplier's folder says about its files.

    Attributes
    ----------
    key_fingerprint
        Of the key that made the pseudonyms; None for a supplier whose files hold no pseudonym.
    fractions
        File of the schema → share of all persons that it holds; 1 where it is left out.
    source
        Starts with "synthetic" when the stub made the files.
    """

    supplier: str
    edition: str
    pseudonyms: str = Field(default="v1", pattern=r"^v1$")
    key_fingerprint: str | None = Field(default=None, pattern=r"^[0-9a-f]{16}$")
    fractions: dict[str, float] = {}
    source: str = ""

    @property
    def synthetic(self) -> bool:
        """Whether the stub made the files."""
        return self.source.startswith(SYNTHETIC_PREFIX)


def read_note(folder: Path, deliveries: Path) -> DeliveryNote:
    """Read the note of a supplier's folder.

    Raises
    ------
    DeliveryError
        If it is missing or does not fit, naming the key and what was expected.
    """
    note, problems = try_note(folder, deliveries)
    if note is None:
        raise DeliveryError(f"{problems[0].place}: {line(problems[0], 'en')}")
    return note


def try_note(folder: Path, deliveries: Path) -> tuple[DeliveryNote | None, list[Problem]]:
    """Read the note of a supplier's folder, or say all that is wrong with it.

    Returns
    -------
    note
        None when it cannot be read.
    problems
        Also those of a note that can be read, but does not fit the folder.
    """
    path = folder / NOTE
    file = shown_path(path.relative_to(deliveries))
    if path.exists() and not path.is_file():
        return None, [not_a_file(file)]
    try:
        content = json.loads(path.read_bytes())
        # As JSON again: a byte order mark or UTF-16 says nothing against what the note holds.
        note = DeliveryNote.model_validate_json(json.dumps(content))
    except FileNotFoundError:
        return None, [
            Problem(file=file, rule="note missing", expected=_EXPECTED, remedy=_WRITE_NOTE)
        ]
    except OSError:
        return None, [unopened(file)]
    except ValidationError as error:
        return None, [_unfit(file, content, problem) for problem in error.errors()]
    except (ValueError, RecursionError):
        return None, [
            Problem(
                file=file,
                rule="note is not JSON",
                expected=Text(nl=f"JSON met {_EXPECTED.nl}", en=f"JSON with {_EXPECTED.en}"),
                remedy=_CORRECT_NOTE,
            )
        ]
    return note, [
        problem for problem in _unfit_for(note, folder.name.lower(), file) if problem is not None
    ]


def _unfit(file: str, content: Any, problem: Mapping[str, Any]) -> Problem:
    keys = [str(key) for key in problem["loc"]]
    if not isinstance(content, dict) or not keys:
        return Problem(
            file=file, rule="note does not fit", expected=_EXPECTED, remedy=_CORRECT_NOTE
        )
    unknown = problem["type"] == "extra_forbidden"
    place = list(content).index(keys[0]) if keys[0] in content else 0
    forms = {
        "key_fingerprint": Text(nl="16 tekens 0-9 en a-f", en="16 characters 0-9 and a-f"),
        "pseudonyms": Text(nl='"v1"', en='"v1"'),
        "fractions": Text(
            nl="een getal boven 0 en tot en met 1 per bestand",
            en="a number above 0 and up to 1 for each file",
        ),
    }
    return Problem(
        file=file,
        rule="unknown key" if unknown else "note does not fit",
        column=shown_column(keys[0], place, DeliveryNote.model_fields),
        expected=_EXPECTED if unknown else forms.get(keys[0], Text(nl="tekst", en="text")),
        remedy=_CORRECT_NOTE,
    )


def _unfit_for(note: DeliveryNote, supplier: str, file: str) -> list[Problem | None]:
    tables = {table.file: table for table in CONFIDENTIAL.values() if table.supplier == supplier}
    pseudonyms = any(
        about(column).domain for table in tables.values() for column in table.columns.values()
    )
    sampled = [name for name, table in tables.items() if table.sampled]
    problems: list[Problem | None] = [
        None
        if note.supplier == supplier
        else Problem(
            file=file,
            rule="other supplier",
            column="supplier",
            expected=Text(
                nl=f"{supplier}, zoals de map heet", en=f"{supplier}, as the folder is named"
            ),
            remedy=_CORRECT_NOTE,
        ),
        None
        if note.key_fingerprint or not pseudonyms
        else Problem(
            file=file,
            rule="no fingerprint",
            column="key_fingerprint",
            expected=Text(
                nl="de vingerafdruk van de sleutel: de bestanden hebben pseudoniemen",
                en="the fingerprint of the key: the files hold pseudonyms",
            ),
            remedy=_WRITE_NOTE,
        ),
    ]
    problems += [
        Problem(
            file=file,
            rule="fraction",
            column="fractions",
            expected=Text(
                nl="een getal boven 0 en tot en met 1, bij "
                f"{', '.join(sampled) or 'geen enkel bestand'}",
                en=f"a number above 0 and up to 1, for {', '.join(sampled) or 'no file'}",
            ),
            remedy=_CORRECT_NOTE,
        )
        for name, fraction in sorted(note.fractions.items())
        if name not in sampled or not 0 < fraction <= 1
    ]
    return problems


def compare_notes(notes: Mapping[str, DeliveryNote], edition: str | None) -> list[Problem]:
    """Say where the notes of a folder do not belong together.

    Parameters
    ----------
    notes
        Shown path of the note → note.
    edition
        The edition that the deliveries are for; None compares the notes with each other only.
    """
    problems = []
    if edition is not None:
        problems += [
            Problem(
                file=file,
                rule="other edition",
                column="edition",
                expected=Text(nl=f"editie {edition}", en=f"edition {edition}"),
                remedy=_ONE_RUN,
            )
            for file, note in notes.items()
            if note.edition != edition
        ]
    elif len({note.edition for note in notes.values()}) > 1:
        problems.append(_differing(notes, "editions differ", "edition", "editie", "edition"))
    keys = {note.key_fingerprint for note in notes.values()} - {None}
    if len(keys) > 1:
        problems.append(_differing(notes, "keys differ", "key_fingerprint", "sleutel", "key"))
    if len({note.synthetic for note in notes.values()}) > 1:
        synthetic = ", ".join(file for file, note in notes.items() if note.synthetic)
        problems.append(
            Problem(
                file=", ".join(notes),
                rule="synthetic beside real",
                column="source",
                expected=Text(
                    nl=f"alleen echte of alleen synthetische bestanden (synthetisch: {synthetic})",
                    en=f"real files only or synthetic files only (synthetic: {synthetic})",
                ),
                remedy=Text(
                    nl="Haal de synthetische bestanden uit de leveringen.",
                    en="Remove the synthetic files from the deliveries.",
                ),
            )
        )
    fractions: dict[tuple[str, str], set[float]] = {}
    for note in notes.values():
        for name, fraction in note.fractions.items():
            fractions.setdefault((note.supplier, name), set()).add(fraction)
    problems += [
        Problem(
            table=f"{supplier}_{name}",
            rule="fractions differ",
            column="fractions",
            expected=Text(
                nl="een fractie voor alle bestanden van een tabel",
                en="one fraction for all files of a table",
            ),
            remedy=_CORRECT_NOTE,
        )
        for (supplier, name), found in sorted(fractions.items())
        if len(found) > 1 and f"{supplier}_{name}" in CONFIDENTIAL
    ]
    return problems


def _differing(
    notes: Mapping[str, DeliveryNote], rule: str, column: str, nl: str, en: str
) -> Problem:
    return Problem(
        file=", ".join(file for file, note in notes.items() if getattr(note, column)),
        rule=rule,
        column=column,
        expected=Text(nl=f"een {nl} bij alle bronnen", en=f"one {en} for all sources"),
        remedy=_ONE_RUN,
    )
