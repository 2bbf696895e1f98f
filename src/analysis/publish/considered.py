"""What the report asks of others, beside this edition's verdicts on what bears on it.

A verdict tells whether the facts behind a call hold in this edition. It says nothing of whether
the call is right, and a call without evidence says so.
"""

from html import escape

from analysis.claims.considerations import Consideration, Kind
from analysis.errors import EditionError
from analysis.languages import Language, Text
from analysis.publish import markup
from analysis.publish.protection import chapter_title
from analysis.publish.release import Release

COUNTED: dict[Kind, Text] = {
    "consideration": Text(
        nl="Dit boek splitst de overwegingen van het rapport in {all} oproepen. Bij {some} daarvan "
        "staat een uitspraak die dit boek beoordeelt.",
        en="This book splits the report's considerations into {all} calls. Beside {some} of them "
        "stands a statement that this book judges.",
    ),
    "learning point": Text(
        nl="Het rapport noemt {all} leerpunten. Bij {some} daarvan staat een uitspraak die dit "
        "boek beoordeelt.",
        en="The report names {all} learning points. Beside {some} of them stands a statement that "
        "this book judges.",
    ),
}
REST = Text(nl=" Bij {none} is er geen.", en=" Beside {none} there is none.")
TO = Text(nl="Aan", en="To")
BEARS_ON = Text(nl="Wat dit boek hierover vindt", en="What this book finds on it")
NOTHING = Text(
    nl="Geen uitspraak die dit boek beoordeelt, gaat hierover.",
    en="No statement that this book judges bears on this.",
)
MORE = Text(nl="Meer hierover", en="More on this")
NOT_SHOWN = Text(nl="Wat niet te zien is", en="What cannot be seen")


def considerations(
    found: tuple[Consideration, ...], kind: str, release: Release, language: Language
) -> str:
    """Write the calls of one kind, each with the verdicts that bear on it.

    Raises
    ------
    EditionError
        If the kind is unknown, or a call names a claim or chapter that the release does not hold.
    """
    if kind not in COUNTED:
        raise EditionError(
            f"considerations of the kind '{kind}' are not known; allowed: {', '.join(COUNTED)}."
        )
    shown = [one for one in found if one.kind == kind]
    judged = sum(bool(one.claims) for one in shown)
    counted = COUNTED[kind][language].format(all=len(shown), some=judged)
    if judged < len(shown):
        counted += REST[language].format(none=len(shown) - judged)
    return "\n\n".join(
        [f"<p>{counted}</p>", *(_consideration(one, release, language) for one in shown)]
    )


def _consideration(one: Consideration, release: Release, language: Language) -> str:
    place = f"{one.section[language]}; {markup.place(one.lines, language)}"
    return "\n".join(
        [
            f'<section class="consideration" id="{one.id}" aria-labelledby="{one.id}-title">',
            f'<h3 id="{one.id}-title">{escape(one.title[language])}</h3>',
            f'<p class="lines">{TO[language]}: {escape(one.to[language])} ({escape(place)})</p>',
            f"<p>{escape(one.asks[language])}</p>",
            *_evidence(one, release, language),
            f"<p><strong>{NOT_SHOWN[language]}.</strong> {escape(one.not_shown[language])}</p>",
            "</section>",
        ]
    )


def _evidence(one: Consideration, release: Release, language: Language) -> list[str]:
    if not one.claims:
        parts = [f'<p class="absent" role="note">{NOTHING[language]}</p>']
    else:
        _refuse_unknown(one.id, "claim", one.claims, release.findings)
        findings = [release.findings[claim] for claim in one.claims]
        parts = [
            f"<p><strong>{BEARS_ON[language]}.</strong></p>",
            markup.conclusions(findings, language),
        ]
    if one.chapters:
        _refuse_unknown(one.id, "chapter", one.chapters, release.chapters)
        links = "; ".join(
            f'<a href="{name}.html">{escape(chapter_title(release.chapters[name], language))}</a>'
            for name in one.chapters
        )
        parts.append(f"<p>{MORE[language]}: {links}.</p>")
    return parts


def _refuse_unknown(name: str, what: str, asked: tuple[str, ...], held: dict) -> None:
    unknown = [one for one in asked if one not in held]
    if unknown:
        raise EditionError(
            f"consideration '{name}': the {what} '{unknown[0]}' is not in this release; allowed: "
            f"{', '.join(held)}."
        )
