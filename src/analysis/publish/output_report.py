"""The report for whoever checks the output before it leaves: one page per language, no script.

It is made from what the airlock told and from what a release shows; a hidden value is in neither.
"""

from collections import Counter
from html import escape
from pathlib import PurePosixPath

from analysis.airlock.words import RULE_WORDS
from analysis.languages import Language, Text
from analysis.publish import interface, protection, protection_words
from analysis.publish import output_report_words as words
from analysis.publish.disclosed import Disclosed, Judged
from analysis.publish.markup import licence_of
from analysis.publish.protection import whole
from analysis.publish.release import Manifest, Source

#: Chapter and id of an exhibit → its title or the statement it judges, where it has one.
Titles = dict[tuple[str, str], Text]
#: Rules by name → how the tables of the report refer to them.
_SIGNS = {name: f"R{place}" for place, name in enumerate(RULE_WORDS, start=1)}
_STYLE = """
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 75rem; margin: 2rem auto; padding: 0 1rem;
  color: #1b1b1b; background: #fff; }
h1 { line-height: 1.2; } h2 { margin-top: 2.5rem; border-top: 3px solid #12355b;
  padding-top: .5rem; }
.lead { max-width: 45rem; } .warning { border-left: 5px solid #a3350b; padding-left: 1rem; }
.scroll { overflow-x: auto; } table { border-collapse: collapse; font-size: .9rem; margin: 1rem 0; }
caption { text-align: left; font-weight: 600; padding: .3rem 0; }
th, td { text-align: left; vertical-align: top; border-bottom: 1px solid #c9c9c9;
  padding: .3rem .9rem .3rem 0; overflow-wrap: break-word; }
thead th { border-bottom: 2px solid #1b1b1b; } tbody th { font-weight: 400; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
code { background: #f4f5f7; padding: .1rem .3rem; overflow-wrap: anywhere; }
table code { white-space: nowrap; padding: 0; background: none; }
.checks li { margin: .4rem 0; list-style: none; } .checks { padding-left: 0; }
.title { display: block; color: #595959; } .scroll:focus-visible { outline: 3px solid #a3350b; }
.sign { border-top: 1px solid #1b1b1b; max-width: 30rem; margin-top: 3rem; padding-top: .3rem; }
@media print { body { font-size: 9pt; margin: 0; max-width: none; } h2 { break-after: avoid; }
  tr { break-inside: avoid; } thead { display: table-header-group; }
  .scroll { overflow: visible; } }
@page { size: A4 landscape; margin: 15mm; }
"""


def file_name(language: Language) -> str:
    """Return the name of the report in a release."""
    return f"report.{language}.html"


def write_report(
    manifest: Manifest, disclosed: Disclosed, titles: Titles, language: Language
) -> str:
    """Write the report of a release.

    Parameters
    ----------
    manifest
        Of the release; its files are those beside the reports.
    titles
        See ``Titles``.
    """
    heading = words.HEADING[language].format(edition=manifest.edition)
    parts = [
        f"<h1>{escape(heading)}</h1>",
        *(f'<p class="lead">{escape(text[language])}</p>' for text in words.LEAD),
        f'<p class="lead warning"><strong>{escape(words.NOT_PUBLIC[language])}</strong></p>',
        _section(words.CONTEXT, _context(manifest, disclosed, language), language),
        _section(words.CONTENT, _content(manifest, disclosed, language), language),
        _section(words.CHECKLIST, _checklist(language), language),
        _section(words.NUMBERS, _numbers(disclosed, language), language),
        _section(words.EXHIBITS, _exhibits(disclosed, titles, language), language),
        _section(words.DECISIONS, _decisions(disclosed, language), language),
        _section(words.CHANGES, _changes(disclosed, language), language),
        _section(words.RULES, _rules(disclosed, language), language),
        _section(words.BY_YOURSELF, _by_yourself(language), language),
    ]
    robots = '<meta name="robots" content="noindex">'
    return (
        f'<!DOCTYPE html>\n<html lang="{language}">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"{robots}\n<title>{escape(heading)}</title>\n<style>{_STYLE}</style>\n</head>\n"
        "<body>\n<main>\n" + "\n".join(parts) + "\n</main>\n</body>\n</html>\n"
    )


def _section(title: Text, body: str, language: Language) -> str:
    return f"<section>\n<h2>{escape(title[language])}</h2>\n{body}\n</section>"


def _context(manifest: Manifest, disclosed: Disclosed, language: Language) -> str:
    facts = [
        (interface.EDITION, manifest.edition),
        (words.REFERENCE_YEAR, str(manifest.reference_year)),
        (words.DATA, words.DATA_KINDS[manifest.data][language]),
        (words.CONFIDENTIAL_DATA, _confidential(disclosed, language)),
        (words.CODE_VERSION, manifest.version),
        (words.FINGERPRINT, manifest.key_fingerprint or words.NO_KEY[language]),
    ]
    about = _table(
        words.ABOUT[language],
        [words.WHAT[language], words.VALUE[language]],
        [[escape(name[language]), escape(text)] for name, text in facts],
    )
    sources = _table(
        interface.DATA_CAPTION[language],
        [
            name[language]
            for name in (interface.TABLE, interface.SUPPLIER, interface.STATUS, interface.LICENCE)
        ],
        [_source(source, language) for source in manifest.sources],
    )
    return about + sources


def _confidential(disclosed: Disclosed, language: Language) -> str:
    if not disclosed.totals.confidential:
        return words.NO_CONFIDENTIAL[language]
    return words.DATA_KINDS[disclosed.data][language]


def _source(source: Source, language: Language) -> list[str]:
    status = interface.STATUS_ABSENT
    if source.present:
        status = interface.STATUS_SYNTHETIC if source.synthetic else interface.STATUS_DELIVERED
    texts = (
        source.title[language],
        source.supplier[language],
        status[language],
        licence_of(source, language),
    )
    return [escape(text) for text in texts]


def _content(manifest: Manifest, disclosed: Disclosed, language: Language) -> str:
    reports = [file_name(one) for one in ("nl", "en")]
    found = Counter(_kind_of_file(name) for name in (*manifest.files, *reports, "manifest.json"))
    files = _table(
        words.FILES[language],
        [words.FILE_KIND[language], protection_words.NUMBER[language]],
        [
            [f"<code>{escape(kind)}</code>", whole(count, language)]
            for kind, count in sorted(found.items())
        ],
        numbers=(1,),
    )
    rows = []
    for kind, name in protection_words.KINDS.items():
        judged = [one for one in disclosed.exhibits if one.kind == kind]
        rows.append(
            [
                escape(name[language]),
                *(
                    whole(count, language)
                    for count in (
                        len(judged),
                        sum(not one.public for one in judged),
                        sum(one.status == "withheld" for one in judged),
                        sum(one.status == "absent" for one in judged),
                    )
                ),
            ]
        )
    head = [
        name[language]
        for name in (
            protection_words.KIND,
            words.ALL,
            words.CONFIDENTIAL_ONES,
            words.WITHHELD_ONES,
            words.WITHOUT_DATA,
        )
    ]
    return files + _table(words.KINDS[language], head, rows, numbers=(1, 2, 3, 4))


def _kind_of_file(name: str) -> str:
    """Name a file by its folder and its ending: ``exhibits/*.csv``."""
    path = PurePosixPath(name)
    top = f"{path.parts[0]}/" if len(path.parts) > 1 else ""
    return f"{top}*{path.suffix}"


def _checklist(language: Language) -> str:
    items = "\n".join(
        f'<li><span aria-hidden="true">☐</span> {escape(text[language])}</li>'
        for text in words.CHECKS
    )
    sign = f'<p class="sign">{escape(words.SIGN[language])}</p>'
    return f'<p>{escape(words.CHECK_LEAD[language])}</p>\n<ul class="checks">{items}</ul>\n{sign}'


def _numbers(disclosed: Disclosed, language: Language) -> str:
    summary = _table(
        protection_words.SUMMARY[language].format(edition=disclosed.edition),
        [protection_words.COUNTED[language], protection_words.NUMBER[language]],
        [
            [escape(name[language]), whole(count, language)]
            for name, count in protection.counts(disclosed)
        ],
        numbers=(1,),
    )
    found = Counter()
    for one in disclosed.exhibits:
        found.update(one.why)
    if not found:
        return summary
    reasons = _table(
        words.REASONS[language],
        [words.RULE[language], words.MEANING[language], words.HIDDEN_CELLS[language]],
        [
            [_rule(name), escape(RULE_WORDS[name].short[language]), whole(found[name], language)]
            for name in RULE_WORDS
            if name in found
        ],
        numbers=(2,),
    )
    return f"{summary}{reasons}<p>{escape(words.SEVERAL[language])}</p>"


def _exhibits(disclosed: Disclosed, titles: Titles, language: Language) -> str:
    parts = [f'<p class="lead">{escape(words.EXHIBITS_LEAD[language])}</p>']
    for chapter in dict.fromkeys(one.chapter for one in disclosed.exhibits):
        judged = [one for one in disclosed.exhibits if one.chapter == chapter]
        rows = [_exhibit(one, titles, language) for one in judged if not one.public]
        public = [one for one in judged if one.public]
        parts.append(f"<h3>{escape(words.CHAPTER[language])} {escape(chapter)}</h3>")
        if rows:
            head = [
                name[language]
                for name in (
                    protection_words.EXHIBIT,
                    protection_words.KIND,
                    words.TABLES,
                    words.APPLIED,
                    protection_words.FIGURES,
                    words.HIDDEN_WHY,
                    protection_words.MERGES,
                    words.DECIDED,
                )
            ]
            caption = words.JUDGED[language].format(chapter=chapter)
            parts.append(_table(caption, head, rows, numbers=(4, 6)))
        if public:
            parts.append(_table(
                words.PUBLIC[language].format(chapter=chapter),
                [
                    protection_words.EXHIBIT[language],
                    protection_words.KIND[language],
                    words.TABLES[language],
                ],
                [
                    [_named(one, titles, language), _kind(one, language), _tables(one)]
                    for one in public
                ],
            ))  # fmt: skip
    return "\n".join(parts)


def _exhibit(one: Judged, titles: Titles, language: Language) -> list[str]:
    reasons = [
        f"{count} × {_sign(rule)} {escape(RULE_WORDS[rule].short[language])}"
        for rule, count in one.why.items()
    ]
    hidden = whole(one.suppressed, language) + (f" ({'; '.join(reasons)})" if reasons else "")
    return [
        _named(one, titles, language),
        _kind(one, language),
        _tables(one),
        ", ".join(_sign(rule) for rule in RULE_WORDS if rule in one.rules),
        whole(one.cells, language),
        hidden,
        whole(one.merges, language),
        ", ".join(_sign(decided.rule) for decided in one.decisions) or "–",
    ]


def _named(one: Judged, titles: Titles, language: Language) -> str:
    title = titles.get((one.chapter, one.exhibit))
    told = f'<span class="title">{escape(title[language])}</span>' if title else ""
    return f"<code>{escape(one.exhibit)}</code>{told}"


def _kind(one: Judged, language: Language) -> str:
    text = protection.kind_of(one, language)
    if one.status == "absent":
        text += f", {words.WITHOUT_DATA[language].lower()}"
    return escape(text)


def _tables(one: Judged) -> str:
    return escape(", ".join(one.tables)) or "–"


def _decisions(disclosed: Disclosed, language: Language) -> str:
    rows = [
        [
            f"<code>{escape(one.chapter)}/{escape(one.exhibit)}</code>",
            _rule(decided.rule),
            *(escape(text) for text in protection.decision_cells(decided, language)),
        ]
        for one in disclosed.exhibits
        for decided in one.decisions
    ]
    if not rows:
        return f"<p>{escape(protection_words.NOTHING_DECIDED[language])}</p>"
    head = [
        name[language]
        for name in (
            protection_words.EXHIBIT,
            words.RULE,
            protection_words.DECIDED_WHY,
            protection_words.DECIDED_BY,
            protection_words.DECIDED_UNTIL,
        )
    ]
    return _table(protection_words.DECIDED[language], head, rows)


def _changes(disclosed: Disclosed, language: Language) -> str:
    if not disclosed.changes:
        return f"<p>{escape(words.NO_EARLIER[language])}</p>"
    return _table(
        words.COMPARED[language],
        [protection_words.COUNTED[language], protection_words.NUMBER[language]],
        [
            [escape(name[language]), whole(disclosed.changes[key], language)]
            for key, name in words.CHANGED.items()
        ],
        numbers=(1,),
    )


def _rules(disclosed: Disclosed, language: Language) -> str:
    filled = protection.thresholds_in_words(disclosed.thresholds, language)
    rules = _table(
        words.ALL_RULES[language],
        [words.RULE[language], protection_words.ASKS[language], words.FOLLOWS[language]],
        [
            [
                _rule(name),
                escape(rule.asks[language].format(**filled)),
                escape(words.GROUPS[rule.group][language]),
            ]
            for name, rule in RULE_WORDS.items()
        ],
    )
    thresholds = _table(
        words.THRESHOLDS[language],
        [words.THRESHOLD[language], words.VALUE[language]],
        [[f"<code>{escape(name)}</code>", escape(value)] for name, value in _as_written(disclosed)],
        numbers=(1,),
    )
    zeros = "".join(
        f"<li>{escape(zero.dimension)}: {escape(zero.why)}</li>"
        for zero in disclosed.thresholds.structural_zeros
    )
    listed = f"<p>{escape(words.STRUCTURAL[language])}</p><ul>{zeros}</ul>" if zeros else ""
    return rules + thresholds + listed + protection.published_table(disclosed, language)


def _as_written(disclosed: Disclosed) -> list[tuple[str, str]]:
    """Return the thresholds as the file of the edition writes them."""
    return [
        (name, f"{value:g}")
        for name, value in disclosed.thresholds
        if isinstance(value, int | float)
    ]


def _by_yourself(language: Language) -> str:
    steps = "\n".join(
        f"<li>{escape(text[language])}<br><code>{escape(command)}</code></li>"
        for command, text in words.STEPS
    )
    return f"<p>{escape(words.STEPS_LEAD[language])}</p>\n<ol>{steps}</ol>"


def _sign(rule: str) -> str:
    return f'<abbr title="{escape(rule)}">{_SIGNS[rule]}</abbr>'


def _rule(rule: str) -> str:
    return f"{_SIGNS[rule]} <code>{escape(rule)}</code>"


def _table(
    caption: str, head: list[str], rows: list[list[str]], *, numbers: tuple[int, ...] = ()
) -> str:
    """Write a table; cells are HTML, the head and the caption are text."""

    def mark(place: int) -> str:
        return ' class="number"' if place in numbers else ""

    columns = "".join(
        f'<th scope="col"{mark(place)}>{escape(name)}</th>' for place, name in enumerate(head)
    )
    body = "\n".join(
        f'<tr><th scope="row">{row[0]}</th>'
        + "".join(f"<td{mark(place)}>{cell}</td>" for place, cell in enumerate(row) if place)
        + "</tr>"
        for row in rows
    )
    return (
        f'<div class="scroll" tabindex="0" role="region" aria-label="{escape(caption)}">\n'
        f"<table>\n<caption>{escape(caption)}</caption>\n<thead><tr>{columns}</tr></thead>\n"
        f"<tbody>\n{body}\n</tbody>\n</table>\n</div>\n"
    )
