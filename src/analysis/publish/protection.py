"""How the data are protected, as tables of a page: the rules, and what they did in this edition."""

from html import escape
from typing import Any

from analysis import formats
from analysis.airlock.words import HANDLING, RULE_WORDS, Group, RuleWords
from analysis.edition import Disclosure
from analysis.languages import Language, Text
from analysis.publish import markup
from analysis.publish import protection_words as words
from analysis.publish.disclosed import Decided, Disclosed, Judged
from analysis.publish.release import Grid, Release

#: Thresholds that the edition gives as a share of one.
_SHARES = ("largest_contributor", "largest_two_contributors")


def thresholds_in_words(limits: Disclosure, language: Language) -> dict[str, str]:
    """Return the thresholds by name as the texts of the rules print them; shares in percent."""
    numbers = {name: value for name, value in limits if isinstance(value, int | float)}
    return {
        name: formats.number(100 * value if name in _SHARES else value, language)
        for name, value in numbers.items()
    }


def rules_table(limits: Disclosure, language: Language) -> str:
    """Write a table for each group of rules: what, why and an example."""
    groups: dict[Group, list[RuleWords]] = {}
    for rule in (*RULE_WORDS.values(), *HANDLING.values()):
        groups.setdefault(rule.group, []).append(rule)
    filled = thresholds_in_words(limits, language)
    why = words.WHY[language]
    return "\n\n".join(
        stacked(
            Grid(
                head=[_first(group)[language], why, _example(group)[language]],
                rows=[
                    [rule.asks[language].format(**filled), rule.why[language],
                     rule.example[language]]
                    for rule in rules
                ],
            ),
            caption=words.GROUPS[group][language],
        )
        for group, rules in groups.items()
    )  # fmt: skip


def _first(group: Group) -> Text:
    return words.HAPPENS if group == "shown" else words.ASKS


def _example(group: Group) -> Text:
    return words.EXAMPLE if group in ("asks", "shown") else words.SO_NOT


def summary(disclosed: Disclosed, language: Language) -> str:
    """Write what the airlock did in this edition as one table of numbers."""
    rows = [[label[language], whole(count, language)] for label, count in counts(disclosed)]
    head = [words.COUNTED[language], words.NUMBER[language]]
    caption = words.SUMMARY[language].format(edition=disclosed.edition)
    return stacked(Grid(head=head, rows=rows), caption=caption, numbers=True)


def counts(disclosed: Disclosed) -> list[tuple[Text, int]]:
    """Return the numbers of the summary with what they count."""
    totals, attack = disclosed.totals, disclosed.attack
    return [
        (words.CHECKED, totals.exhibits),
        (words.OF_CONFIDENTIAL, totals.confidential),
        (words.CELLS, totals.cells),
        (words.HIDDEN, totals.hidden),
        (words.HIDDEN_ITSELF, totals.own),
        (words.HIDDEN_FOR_OTHERS, totals.others),
        (words.WITHHELD, totals.withheld),
        (words.MERGED, totals.merges),
        (words.ATTACKED, attack.hidden),
        (words.JOINED, attack.numbers_joined),
        (words.EARLIER, attack.earlier_releases),
        (words.FOUND_AT_FIRST, attack.found_out_at_first),
        (words.FOUND_IN_THE_END, attack.found_out_in_the_end),
        (words.DECISIONS, totals.decisions),
    ]


def exhibits_table(release: Release, language: Language) -> str:
    """Write the exhibits of which something is hidden, withheld or merged; not why."""
    touched = [one for one in release.disclosed.exhibits if is_touched(one)]
    if not touched:
        return f"<p>{words.NOTHING_HIDDEN[language]}</p>"
    rows = [
        [
            _link(one, release, language),
            kind_of(one, language),
            whole(one.cells, language),
            whole(one.suppressed, language),
            whole(one.merges, language),
        ]
        for one in touched
    ]
    head = [
        name[language]
        for name in (words.EXHIBIT, words.KIND, words.FIGURES, words.OF_WHICH_HIDDEN, words.MERGES)
    ]
    caption = words.TOUCHED[language]
    return stacked(Grid(head=head, rows=rows), caption=caption, safe_first=True)


def decisions_table(release: Release, language: Language) -> str:
    """Write what people decided: on what, who, why and until when."""
    found = [(one, decided) for one in release.disclosed.exhibits for decided in one.decisions]
    if not found:
        return f"<p>{words.NOTHING_DECIDED[language]}</p>"
    rows = [
        [_link(one, release, language), *decision_cells(decided, language)]
        for one, decided in found
    ]
    head = [
        name[language]
        for name in (words.EXHIBIT, words.DECIDED_WHY, words.DECIDED_BY, words.DECIDED_UNTIL)
    ]
    caption = words.DECIDED[language]
    decided = stacked(Grid(head=head, rows=rows), caption=caption, safe_first=True)
    return f"{decided}\n\n{published_table(release.disclosed, language)}"


def published_table(disclosed: Disclosed, language: Language) -> str:
    """Write the counts that stand unrounded, because their source published them."""
    counts = disclosed.thresholds.published_counts
    if not counts:
        return ""
    rows = [
        [formats.value(one.value, one.unit, language), formats.UNIT_LABELS[one.unit][language]]
        for one in counts
    ]
    rows = [
        [*map(escape, row), escape(one.source[language])]
        for row, one in zip(rows, counts, strict=True)
    ]
    head = [name[language] for name in (words.NUMBER, words.UNIT, words.PUBLISHED_WHERE)]
    return stacked(
        Grid(head=head, rows=rows), caption=words.PUBLISHED_BEFORE[language], safe_first=True
    )


def is_touched(one: Judged) -> bool:
    """Tell whether the airlock changed more of an exhibit than its rounding."""
    return bool(one.suppressed or one.merges or one.status == "withheld")


def decision_cells(decided: Decided, language: Language) -> list[str]:
    """Return why, by whom and until which edition."""
    return [decided.why[language], decided.decided_by[language], decided.until]


def kind_of(one: Judged, language: Language) -> str:
    """Return what an exhibit is, and whether it stayed inside as a whole."""
    kind = words.KINDS[one.kind][language]
    return f"{kind}, {words.STAYED_INSIDE[language]}" if one.status == "withheld" else kind


def whole(count: int, language: Language) -> str:
    """Write a whole number."""
    return formats.number(count, language, decimals=0)


def _link(one: Judged, release: Release, language: Language) -> str:
    """Write the title of an exhibit with a link to its place; to its chapter where it has none."""
    exhibit, finding = release.exhibits.get(one.exhibit), release.findings.get(one.exhibit)
    if finding is not None:
        text, anchor = finding.text[language].statement, one.exhibit
    elif exhibit is not None and exhibit.title is not None:
        text, anchor = exhibit.title[language], markup.anchor_of(one.exhibit)
    else:
        text = words.ONE_OF_A_KIND[language].format(kind=words.KINDS[one.kind][language])
        if exhibit is not None and exhibit.value is not None:
            text = words.THE_NUMBER[language].format(value=exhibit.value[language])
        title = chapter_title(release.chapters[one.chapter], language)
        return f'{escape(text)} <a href="{escape(one.chapter)}.html">{escape(title)}</a>'
    href = f"{escape(one.chapter)}.html#{escape(anchor)}"
    return f'<a href="{href}">{escape(text)}</a>'


def chapter_title(notebook: dict[str, Any], language: Language) -> str:
    """Return the first heading of a chapter."""
    lines = (
        line
        for cell in notebook["cells"]
        if language in cell["metadata"].get("tags", [])
        for line in "".join(cell["source"]).splitlines()
    )
    return next((line.removeprefix("# ") for line in lines if line.startswith("# ")), "–")


def stacked(content: Grid, *, caption: str, numbers: bool = False, safe_first: bool = False) -> str:
    """Write a table whose rows become blocks on a narrow screen.

    Parameters
    ----------
    numbers
        Whether all cells but the first are numbers, which need no such blocks.
    safe_first
        Whether the first cell of a row is HTML already.
    """
    head = "".join(f'<th scope="col">{escape(cell)}</th>' for cell in content.head)
    rows = []
    for first, *rest in content.rows:
        heading = first if safe_first else escape(first)
        cells = "".join(
            f'<td data-label="{escape(name)}">{escape(cell)}</td>'
            for name, cell in zip(content.head[1:], rest, strict=True)
        )
        rows.append(f'<tr><th scope="row">{heading}</th>{cells}</tr>')
    kind = "numbers" if numbers else "stacked"
    body = "\n".join(rows)
    return (
        f'<div class="table-scroll" tabindex="0" role="region" aria-label="{escape(caption)}">'
        f'<table class="{kind}"><caption>{escape(caption)}</caption>\n'
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody></table></div>"
    )
