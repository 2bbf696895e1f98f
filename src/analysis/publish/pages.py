"""Pages of one language as MyST Markdown, from a release and the texts of the book."""

import re

from analysis.airlock.stripping import EXHIBIT_MIME
from analysis.claims.considerations import read_considerations
from analysis.errors import EditionError
from analysis.languages import LANGUAGES, Language, Text
from analysis.publish import considered, interface, markup, protection, scenario, simulated
from analysis.publish.release import Finding, Release
from analysis.roles import NotAvailable, fill, typed_numbers

_BLOCK = re.compile(
    r"^```\{(findings|conclusions|considerations|inconsistencies|datastatus|keyfigures|scenario"
    r"|disclosure(?:-rules|-exhibits|-decisions)?|simulations(?:-naive)?)"
    r"\}\n(.*?)```$",
    re.M | re.S,
)


def chapter_page(chapter: str, release: Release, language: Language) -> str:
    """Write a chapter: its prose in one language, its exhibits, its code one click away.

    Raises
    ------
    EditionError
        If prose holds a typed number, a cell without language, or an unknown role.
    """
    parts = []
    gaps = _Gaps(language)
    for place, cell in enumerate(release.chapters[chapter]["cells"]):
        source = "".join(cell["source"])
        tags = cell["metadata"].get("tags", [])
        if cell["cell_type"] == "markdown":
            spoken = [tag for tag in tags if tag in LANGUAGES]
            if len(spoken) != 1:
                raise EditionError(
                    f"{chapter}: prose cell {place} has the tags {tags}; allowed: exactly one of "
                    f"{', '.join(LANGUAGES)}."
                )
            if spoken[0] == language:
                parts.append(prose(source, release, language, chapter=chapter, gaps=gaps))
        elif cell["cell_type"] == "code" and "parameters" not in tags:
            parts += [
                _exhibit(
                    output["data"][EXHIBIT_MIME]["id"], release, language, gaps,
                    folded="folded" in tags,
                )
                for output in cell["outputs"]
            ]  # fmt: skip
            parts.append(_code(source, language))
    return "\n\n".join(part for part in parts if part) + "\n"


class _Gaps:
    """Says once in each part of a page which tables it lacks."""

    def __init__(self, language: Language) -> None:
        self._language = language
        self._said: set[Text] = set()

    def start_part(self) -> None:
        self._said.clear()

    def say(self, tables: tuple[Text, ...]) -> str:
        new = tuple(table for table in tables if table not in self._said)
        self._said |= set(new)
        return markup.absent(new, self._language) if new else ""


def prose(
    source: str,
    release: Release,
    language: Language,
    *,
    chapter: str,
    gaps: _Gaps | None = None,
) -> str:
    """Fill roles and blocks; a paragraph whose numbers were not delivered says so instead.

    Raises
    ------
    EditionError
        If somebody typed a number, or a role or block is unknown.
    """
    typed = typed_numbers(_BLOCK.sub("", source))
    if typed:
        raise EditionError(
            f"{chapter}: the {language} prose holds the typed number '{typed[0]}'; print it with "
            "a role such as {value}`exhibit-id`, so that it follows from the data."
        )
    parts: list[str] = []
    gaps = gaps or _Gaps(language)
    for paragraph in _paragraphs(source):
        if paragraph.startswith("#"):
            gaps.start_part()
        block = _BLOCK.fullmatch(paragraph)
        if block:
            parts.append(_block(block[1], block[2], release, language, chapter))
            continue
        try:
            parts.append(fill(paragraph, release.words, language))
        except EditionError as error:
            raise EditionError(f"{chapter}, {language}: {error}") from None
        except NotAvailable as gap:
            parts.append(gaps.say(gap.tables))
    return "\n\n".join(part for part in parts if part)


def _paragraphs(source: str) -> list[str]:
    """Split at blank lines, but keep fenced blocks whole."""
    found, current, fenced = [], [], False
    for line in source.strip().splitlines():
        if line.startswith("```"):
            fenced = not fenced
        if not line.strip() and not fenced:
            found.append("\n".join(current))
            current = []
        else:
            current.append(line)
    found.append("\n".join(current))
    return [paragraph for paragraph in found if paragraph.strip()]


def _block(name: str, body: str, release: Release, language: Language, chapter: str) -> str:
    match name:
        case "findings":
            found = [one for one in release.findings.values() if one.chapter == chapter]
            return markup.findings_table(found, language)
        case "conclusions":
            return markup.conclusions(_named_findings(body, release, chapter), language)
        case "considerations":
            return considered.considerations(read_considerations(), body.strip(), release, language)
        case "scenario":
            return scenario.scenario(body, release, language)
        case "inconsistencies":
            found = [one for one in release.manifest.inconsistencies if one.chapter == chapter]
            return "\n\n".join(markup.inconsistency(one, language, release.words) for one in found)
        case "datastatus":
            return markup.data_status(release.manifest, language)
        case "disclosure":
            return protection.summary(release.disclosed, language)
        case "disclosure-rules":
            return protection.rules_table(release.disclosed.thresholds, language)
        case "disclosure-exhibits":
            return protection.exhibits_table(release, language)
        case "disclosure-decisions":
            return protection.decisions_table(release, language)
        case "simulations":
            return simulated.accepted_tables(language)
        case "simulations-naive":
            return simulated.naive_table(language)
        case _:
            lines = [line.split(":", 1) for line in body.strip().splitlines()]
            numbers = []
            for key, label in lines:
                if key.strip() not in release.exhibits:
                    raise EditionError(
                        f"{chapter}: key figure '{key.strip()}' is not an exhibit; allowed: "
                        f"{', '.join(sorted(release.words.values))}."
                    )
                numbers.append((release.exhibits[key.strip()], label.strip()))
            return markup.key_figures(numbers, language)


def _named_findings(body: str, release: Release, chapter: str) -> list[Finding]:
    unknown = sorted(set(body.split()) - release.findings.keys())
    if unknown:
        raise EditionError(
            f"{chapter}: claim '{unknown[0]}' has no finding in this release; allowed: "
            f"{', '.join(release.findings)}."
        )
    return [release.findings[claim] for claim in body.split()]


def _exhibit(name: str, release: Release, language: Language, gaps: _Gaps, *, folded: bool) -> str:
    if name in release.findings:
        return markup.finding(release.findings[name], language)
    exhibit = release.exhibits[name]
    if exhibit.kind == "number":
        return ""
    if exhibit.missing:
        return gaps.say(exhibit.missing)
    write = markup.figure if exhibit.kind == "figure" else markup.table
    written = write(exhibit, language, release.manifest.edition)
    return markup.folded(exhibit, written, language) if folded else written


def _code(source: str, language: Language) -> str:
    title = interface.SHOW_CODE[language]
    return f"````{{dropdown}} {title}\n```python\n{source.strip()}\n```\n````"
