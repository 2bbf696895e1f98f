"""HTML of figures, tables and findings: own markup, as tables need scopes and captions."""

from html import escape

from analysis import formats
from analysis.labels import NOT_ESTIMATED, WITHHELD
from analysis.languages import Language, Text
from analysis.publish import interface
from analysis.publish.release import Exhibit, Finding, Grid, Inconsistency, Manifest, Source
from analysis.roles import NotAvailable, Words, fill

#: Pages lie one folder below the edition, beside the folder of exhibits.
EXHIBITS = "../exhibits"


def figure(exhibit: Exhibit, language: Language, edition: str) -> str:
    """Write a figure with title, picture, source line and the table of its numbers."""
    base = f"{EXHIBITS}/{exhibit.chapter}/{exhibit.id}"
    body = (
        "<picture>"
        f'<source media="(max-width: 600px)" srcset="{base}.{language}.narrow.svg">'
        f'<img src="{base}.{language}.svg" alt="{escape(exhibit.alt[language])}">'
        "</picture>"
    )
    details = _details(
        interface.SHOW_FIGURES[language],
        grid(exhibit.grid[language], caption=exhibit.title[language]),
    )
    return _exhibit(exhibit, body, language, edition, after=details)


def table(exhibit: Exhibit, language: Language, edition: str) -> str:
    """Write a table exhibit."""
    body = grid(exhibit.grid[language], caption=exhibit.title[language], show_caption=False)
    return _exhibit(exhibit, body, language, edition)


def folded(exhibit: Exhibit, written: str, language: Language) -> str:
    """Fold an exhibit away behind its title, for who wants the details."""
    title = escape(exhibit.title[language])
    return f'<details class="folded"><summary>{title}</summary>\n{written}\n</details>'


def anchor_of(exhibit: str) -> str:
    """Return the id of an exhibit on its page, which no heading of the page can have."""
    return f"exhibit-{exhibit}"


def _exhibit(
    exhibit: Exhibit, body: str, language: Language, edition: str, *, after: str = ""
) -> str:
    anchor = anchor_of(exhibit.id)
    label = f"{anchor}-title"
    subtitle = (
        f'<p class="exhibit-subtitle">{escape(exhibit.subtitle[language])}</p>'
        if exhibit.subtitle
        else ""
    )
    return "\n".join(
        [
            f'<figure class="exhibit" id="{anchor}" aria-labelledby="{label}">',
            f'<p class="exhibit-title" id="{label}">{escape(exhibit.title[language])}</p>',
            subtitle,
            body,
            f"<figcaption>{_source_line(exhibit, language, edition)}</figcaption>",
            after,
            "</figure>",
        ]
    )


def _source_line(exhibit: Exhibit, language: Language, edition: str) -> str:
    period = exhibit.period[language] if exhibit.period else ""
    facts = [
        (interface.SOURCE, exhibit.source[language]),
        (interface.PERIOD if formats.SPAN in period else interface.NEWEST, period),
        (interface.COUNT, exhibit.n[language] if exhibit.n else None),
        (interface.METHOD, exhibit.method[language]),
        (interface.EDITION, edition),
        (interface.LICENCE, exhibit.licence),
    ]
    parts = [f"{name[language]}: {escape(text)}." for name, text in facts if text]
    mark = synthetic_mark(language) if exhibit.synthetic else ""
    note = f'<p class="exhibit-note">{escape(exhibit.note[language])}</p>' if exhibit.note else ""
    href = f"{EXHIBITS}/{exhibit.chapter}/{exhibit.id}.csv"
    link = f'<a href="{href}" download>{interface.DOWNLOAD[language]}</a>'
    return f"{note}<p>{mark}{' '.join(parts)} {link}</p>"


def synthetic_mark(language: Language) -> str:
    """Write that numbers are invented."""
    return f'<strong class="synthetic-mark">{interface.SYNTHETIC[language]}.</strong> '


def grid(content: Grid, *, caption: str, show_caption: bool = True) -> str:
    """Write a table with a caption and a scope on every heading."""
    hidden = "" if show_caption else ' class="visually-hidden"'
    head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in content.head)
    rows = "\n".join(
        f'<tr><th scope="row">{escape(row[0])}</th>'
        + "".join(f"<td>{escape(cell)}</td>" for cell in row[1:])
        + "</tr>"
        for row in content.rows
    )
    note = f'<p class="table-note">{escape(content.note)}</p>' if content.note else ""
    return (
        f'<div class="table-scroll" tabindex="0" role="region" aria-label="{escape(caption)}">'
        f"<table><caption{hidden}>{escape(caption)}</caption>\n"
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody></table></div>{note}"
    )


def absent(tables: tuple[Text, ...], language: Language) -> str:
    """Say that a part of the chapter has no data, or too few people behind it."""
    known = {WITHHELD: interface.WITHHELD_PART, NOT_ESTIMATED: interface.NOT_ESTIMATED_PART}
    said = next((known[table] for table in tables if table in known), None)
    if said is not None:
        text = said[language]
        return f'<p class="absent" role="note">{escape(text)}</p>'
    names = ", ".join(dict.fromkeys(title[language] for title in tables))
    text = interface.NOT_DELIVERED[language].format(tables=names)
    return f'<p class="absent" role="note">{escape(text)}</p>'


def finding(one: Finding, language: Language) -> str:
    """Write the verdict on a claim, its sentence, and the grounds one click away."""
    text = one.text[language]
    place = one.section[language]
    if one.lines:
        place = interface.REPORT_PLACE[language].format(
            section=place, line=_line_word(one.lines, language), lines=line_ranges(one.lines)
        )
    grounds = [
        (interface.STATEMENT, text.statement),
        (interface.REPORT_LINES, place),
        (interface.REPORT, text.reported),
        (interface.THIS_EDITION, _with_period(one, text.estimate, language)),
        (interface.REASON, text.reason),
        (interface.RULE, text.rule),
        (interface.METHOD, text.method),
    ]
    listed = "".join(
        f"<dt>{name[language]}</dt><dd>{escape(content)}</dd>"
        for name, content in grounds
        if content
    )
    return "\n".join(
        [
            f'<div class="finding finding-{one.verdict}" id="{one.claim}">',
            f"<p>{verdict(one, language)} {escape(text.sentence)}</p>",
            f'<p class="caveat">{escape(text.caveat)}</p>' if text.caveat else "",
            _details(f"{interface.BASIS[language]} ({one.claim})", f"<dl>{listed}</dl>"),
            "</div>",
        ]
    )


def _with_period(one: Finding, estimate: str, language: Language) -> str:
    return f"{estimate}, {formats.period(one.period, language)}" if one.period else estimate


def conclusions(findings: list[Finding], language: Language) -> str:
    """Write findings of other chapters as sentences, each with a link to its grounds."""
    items = "\n".join(
        f"<li>{verdict(one, language)} {escape(one.text[language].sentence)} "
        f'<a href="{one.chapter}.html#{one.claim}">'
        f"{interface.GROUNDS[language].format(claim=one.claim)}</a></li>"
        for one in findings
    )
    return f'<ul class="conclusions">\n{items}\n</ul>'


def verdict(one: Finding, language: Language) -> str:
    """Write a verdict as a sign, a word and, for invented data, a warning."""
    sign = interface.SIGNS[one.verdict]
    word = interface.VERDICTS[one.verdict][language]
    warning = (
        f' <span class="on-synthetic">({interface.ON_SYNTHETIC_DATA[language]})</span>'
        if one.synthetic
        else ""
    )
    return (
        f'<strong class="verdict verdict-{one.verdict}"><span aria-hidden="true">{sign}</span> '
        f"{word}</strong>{warning}"
    )


def findings_table(findings: list[Finding], language: Language) -> str:
    """Write all findings of a chapter as one table that links to the grounds."""
    caption = interface.FINDINGS_CAPTION[language]
    head = "".join(
        f'<th scope="col">{name[language]}</th>'
        for name in (
            interface.STATEMENT,
            interface.REPORT,
            interface.THIS_EDITION,
            interface.VERDICT,
        )
    )
    rows = "\n".join(_findings_row(one, language) for one in findings)
    return (
        f'<div class="table-scroll" tabindex="0" role="region" aria-label="{caption}">'
        f'<table class="findings"><caption>{caption}</caption>\n'
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody></table></div>"
    )


def _findings_row(one: Finding, language: Language) -> str:
    text = one.text[language]
    period = (
        f'<span class="findings-period">{formats.period(one.period, language)}</span>'
        if one.period
        else ""
    )
    cells = [
        (interface.REPORT, escape(text.reported)),
        (interface.THIS_EDITION, escape(text.estimate) + period),
        (interface.VERDICT, verdict(one, language)),
    ]
    return (
        f'<tr><th scope="row"><a href="#{one.claim}">{escape(text.statement)}</a></th>'
        + "".join(f'<td data-label="{name[language]}">{cell}</td>' for name, cell in cells)
        + "</tr>"
    )


def inconsistency(one: Inconsistency, language: Language, words: Words) -> str:
    """Write the places where the report disagrees with itself, side by side.

    What rests on numbers that were not delivered says so instead.
    """
    try:
        meaning = f"<p>{escape(fill(one.meaning[language], words, language))}</p>"
    except NotAvailable as gap:
        meaning = absent(gap.tables, language)
    sides = "".join(
        f"<li>{escape(fill(side.says[language], words, language))} "
        f'<span class="lines">({place(side.lines, language)})</span></li>'
        for side in one.sides
    )
    return "\n".join(
        [
            f'<section class="inconsistency" id="{one.id}" aria-labelledby="{one.id}-title">',
            f'<h3 id="{one.id}-title">{escape(one.title[language])}</h3>',
            f"<ul>{sides}</ul>",
            meaning,
            "</section>",
        ]
    )


def _line_word(lines: tuple[int, ...], language: Language) -> str:
    return (interface.LINE if len(lines) == 1 else interface.LINES)[language]


def place(lines: tuple[int, ...], language: Language) -> str:
    """Write where in the report something stands: ``lines 104–105, 160``."""
    return f"{_line_word(lines, language)} {line_ranges(lines)}"


def line_ranges(lines: tuple[int, ...]) -> str:
    """Write lines of the report, neighbours as a range: ``104–105, 160``."""
    ranges: list[list[int]] = []
    for line in sorted(lines):
        if ranges and line == ranges[-1][-1] + 1:
            ranges[-1].append(line)
        else:
            ranges.append([line])
    return ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}" for run in ranges)


def key_figures(numbers: list[tuple[Exhibit, str]], language: Language) -> str:
    """Write large numbers with what they are; a number without data says so."""
    cards = []
    for exhibit, label in numbers:
        if exhibit.missing:
            value, period = interface.NOT_AVAILABLE[language], ""
        else:
            value = exhibit.value[language]
            period = exhibit.period[language] if exhibit.period else ""
        small = ' class="key-missing"' if exhibit.missing else ""
        cards.append(
            f'<li><span class="key-label">{escape(label)}</span>'
            f"<strong{small}>{escape(value)}</strong>"
            f'<span class="key-period">{escape(period)}</span></li>'
        )
    return f'<ul class="key-figures">{"".join(cards)}</ul>'


def data_status(manifest: Manifest, language: Language) -> str:
    """Write which sources this edition had, how new they are, and where they came from."""
    head = [
        name[language]
        for name in (
            interface.TABLE,
            interface.SUPPLIER,
            interface.STATUS,
            interface.LAST_PERIOD,
            interface.PERIOD_STATUS,
            interface.LICENCE,
        )
    ]
    rows = [_source_row(source, language) for source in manifest.sources]
    listed = grid(Grid(head=head, rows=rows), caption=interface.DATA_CAPTION[language])
    addresses = [
        _details(
            interface.ADDRESSES[language].format(table=source.title[language]),
            "<ul>" + "".join(f"<li>{_address(text)}</li>" for text in source.references) + "</ul>",
        )
        for source in manifest.sources
        if source.present and not source.synthetic
    ]
    return "\n".join([listed, *addresses])


def _address(text: str) -> str:
    if text.startswith("https://") and " " not in text:
        return f'<a href="{escape(text)}">{escape(text)}</a>'
    return escape(text)


def _source_row(source: Source, language: Language) -> list[str]:
    if not source.present:
        status = interface.STATUS_ABSENT
    else:
        status = interface.STATUS_SYNTHETIC if source.synthetic else interface.STATUS_DELIVERED
    newest = [
        f"{interface.FREQUENCIES[frequency][language]}: {formats.period(code, language)}"
        for frequency, code in source.last.items()
    ]
    total = sum(source.statuses.values())
    stated = ", ".join(
        f"{interface.PERIOD_STATUSES[name][language]} "
        f"{formats.number(100 * count / total, language, decimals=0)}%"
        for name, count in source.statuses.items()
    )
    if source.revised:
        count = formats.number(source.revised, language, decimals=0)
        stated += f"; {interface.REVISED[language].format(n=count)}"
    return [
        source.title[language],
        source.supplier[language],
        status[language],
        "; ".join(newest) or "–",
        stated or "–",
        licence_of(source, language),
    ]


def licence_of(source: Source, language: Language) -> str:
    """Return the licence of a source, or what it has in its place."""
    words = interface.WITHOUT_LICENCE.get(source.licence)
    return words[language] if words else source.licence


def _details(summary: str, content: str) -> str:
    return f"<details><summary>{escape(summary)}</summary>\n{content}\n</details>"
