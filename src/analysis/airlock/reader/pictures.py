"""Pictures: an SVG shows what the CSV beside it holds, a PNG shows pixels."""

import re
import xml.etree.ElementTree as ET  # noqa: N817  its usual name
from collections import Counter
from collections.abc import Callable, Sequence

from analysis.airlock.reader.choices import marks_below
from analysis.airlock.reader.layers import png_chunks, readable
from analysis.airlock.reader.problems import TRACE, Problem

_ELEMENTS = {
    "svg", "metadata", "RDF", "Work", "type", "format", "defs", "style", "g", "path", "use",
    "clipPath", "rect",
}  # fmt: skip
_ATTRIBUTES = {
    "width", "height", "viewBox", "version", "id", "d", "style", "transform", "clip-path", "href",
    "x", "y", "resource", "type",
}  # fmt: skip
_IDS = re.compile(
    r"(?:figure|axes|legend|patch|line2d|text|xtick|ytick|matplotlib\.axis|PathCollection|LineCollection|"
    r"QuadMesh|(?:FillBetween)?PolyCollection)_\d{1,4}|DejaVuSans(?:-[A-Za-z]+)*-[0-9a-f]{1,5}|"
    r"[pmCh][0-9a-f]{10}|C\d+_\d+_[0-9a-f]{10}"
)
_PATH = re.compile(r"[MLHVCSQTAZmlhvcsqtaz\d\s.,e+-]*")
_STYLE = re.compile(r"[a-z-]+: ?(?:[#\w.,() -]|url\(#[\w]+\))+(?:; ?|$)")
_SHEET = re.compile(r"\*\{[a-z:; -]+\}")
_RESOURCE = "http://purl.org/dc/dcmitype/StillImage"
_VERTEX = re.compile(r"[MLHVCSQTAmlhvcsqta]")
_TICK = re.compile(r"[−-]?\d[\d.,\u00a0 ]*")
_MOST_TICKS = 60
#: What stands on an axis or a reference without standing in the exhibit's table.
_WORDS = frozenset(
    ["percent", "procent", "procentpunt", "per", "jaar", "percentage", "points", "a", "year",
     "years", "×",
     "duizend", "thousand", "euro", "euros", "keer", "times", "verhouding", "ratio",
     "standaarddeviaties", "standard", "deviations", "personen", "mensen", "people", "organisaties",
     "organisations", "branches", "regio", "s", "regions",
     "sessies", "sessions", "bronnen", "sources", "miljard", "billion",
     "miljoen", "million", "report", "rapport", "synthetische", "synthetic", "data", "verschil",
     "difference", "odds", "correlatie", "correlation", "index", "plaats", "rank", "factoren",
     "factors", "groepen", "groups", "interventies", "interventions", "stappen", "steps"]
)  # fmt: skip
#: What a chart says about its own marks; a narrow one breaks it over lines.
_LEGENDS = (
    "Dikke streep: mediaan.", "Thick line: median.",
    "Vak: P25 tot P75, de middelste helft.", "Box: P25 to P75, the middle half.",
    "Lijn: P10 tot P90, de middelste 80%.", "Line: P10 to P90, the middle 80%.",
    "Gestreept en gestippeld: grenzen van 95% en 99,8%.",
    "Dashed and dotted: limits of 95% and 99.8%.",
    "Boven, onder: deel buiten de grens van 95%.", "Above, below: share beyond the limit of 95%.",
    "Grijze lijn: alle samen,", "Grey line: all together,", "95%", "99,8%", "99.8%", "boven",
    "onder", "above", "below", "Klasse van omvang van de organisatie",
    "Class of size of the organisation", "Nog gevolgd (personen)", "Still followed (people)",
    "Lijn: schatting. Band: 95%-interval.", "Line: estimate. Band: 95% interval.",
    "Elke stip is het gemiddelde van een groep; de lijn is het 95%-interval.",
    "Each dot is the mean of a group; the line is the 95% interval.",
    "Lijn: 95%-interval.", "Line: 95% interval.",
    "Brede lijn: band waarin het aandeel ligt. Dunne lijn: 95%-gebied.",
    "Wide line: band in which the share lies. Thin line: 95% range.",
    "Grijze lijnen: de andere; hun namen staan in de tabel.",
    "Grey lines: the others; the table has their names.",
    "Grijze lijn: de andere; de naam staat in de tabel.",
    "Grey line: the other; the table has its name.",
    "Getal bij een pijl:", "Number on an arrow:", "Dikker: sterker verband.",
    "Thicker: stronger association.", "Blauw: positief verband.", "Blue: positive association.",
    "Oranje, met een min: negatief verband.", "Orange, with a minus: negative association.",
    "Oranje, onder 1: negatief verband.", "Orange, below 1: negative association.",
    "Gestreept: geen verband is ook mogelijk.", "Dashed: no association is possible too.",
    "Streep: uitkomst als één aanname verschuift.", "Line: outcome if one assumption moves.",
    "Gestreept: alle aannames op hun midden.", "Dashed: all assumptions at their middle.",
    "Grijs: × verborgen.", "Grey: × hidden.",
    "Een balk begint waar de vorige eindigt.", "A bar starts where the one before it ends.",
    "Donkerblauw: het totaal.", "Dark blue: the total.",
    "Oranje en open, met een min: trekt eraf.", "Orange and open, with a minus: takes away.",
    "Lijn aan het einde: 95%-interval van die balk.",
    "Line at the end: 95% interval of that bar.",
    "Omdat een deel verborgen is (×), begint elke balk bij nul.",
    "As a part is hidden (×), each bar starts at zero.",
    "Waar een lijn ontbreekt: × verborgen.", "Where a line is missing: × hidden.",
    "Stip: gemiddelde van een groep.", "Dot: mean of a group.",
    "Gestreept: voorspeld en waargenomen zijn gelijk.",
    "Dashed: predicted and observed are equal.", "Niet alle groepen: × verborgen.",
    "Not all groups: × hidden.", "Vierkant: vóór de start.", "Square: before the start.",
    "Rond: erna.", "Round: after it.", "Gestreept: geen verschil.", "Dashed: no difference.",
    "Elke stip is één combinatie van keuzes, van laag naar hoog. Lijn: 95%-interval.",
    "Each dot is one combination of choices, from low to high. Line: 95% interval.",
    "Dicht en donker: interval zonder nul. Open en grijs: nul ligt erin.",
    "Filled and dark: interval without zero. Open and grey: zero lies in it.",
    "Dicht en donker: interval zonder één. Open en grijs: één ligt erin.",
    "Filled and dark: interval without one. Open and grey: one lies in it.",
    "Onder elke stip staat welke keuzes gemaakt zijn.",
    "Below each dot are the choices that were made.",
    "De tabel noemt de keuzes bij elke stip.", "The table names the choices of each dot.",
    "Niet alle combinaties: × verborgen.", "Not all combinations: × hidden.",
    "Sommige stromen zijn × verborgen: daar ontbreekt het getal van het geheel.",
    "Some streams are × hidden: the number of their whole is missing.",
    "Niet alle jaren: × verborgen.", "Not all years: × hidden.", "start", "× verborgen", "× hidden",
)  # fmt: skip
#: Vertices that a row may take (a cell of a shaded table has five), and those of the frame.
_VERTICES_OF_A_ROW, _VERTICES_OF_THE_FRAME = 5, 40
#: Signs that a row may have beside its own: both ends of what the report says.
_SIGNS_BESIDE = 2
#: Vertices that bars, streams and boxes may take for each row, and those of the frame and a legend.
_AREA_OF_A_ROW, _AREA_OF_THE_FRAME = 10, 60
#: Vertices of shapes that are defined once and placed, such as a mark or the layer of a series.
_SHAPE_OF_A_ROW, _SHAPES = 3, 60
#: Vertices of the outline of a letter, and of the line of a tick, with its mark.
_OUTLINE, _TICK_LINE = 60, 2
_MOST_CLIPS = 4
#: Letters that are drawn as one: ff, fi, fl, ffi and ffl.
_LIGATURES = 5
_CHUNKS = {"IHDR", "PLTE", "IDAT", "IEND", "tRNS", "gAMA", "cHRM", "sRGB", "sBIT", "pHYs", "bKGD"}

_FROM_THE_CSV = "what the CSV beside it holds"
_ACTION = "Draw it again from the released frame; publish nothing from this folder"


class _Drawing:
    """What one SVG draws."""

    def __init__(self) -> None:
        self.found: set[str] = set()
        self.labels: list[str] = []
        self.ticks: list[str] = []
        self.signs: Counter[str] = Counter()
        self.points: list[list[str]] = []
        self.vertices = 0
        self.letters = 0
        #: Where a reader does not look for points: areas, definitions, axes and what cuts off.
        self.areas = 0
        self.shapes = 0
        self.outlines: dict[str, int] = {}
        self.on_axes = 0
        self.tick_groups = 0
        self.clips = 0

    def walk(self, element: ET.Element, group: str = "", *, defined: bool = False) -> None:
        """Collect an element and what is in it.

        Parameters
        ----------
        group
            Name of the nearest group, without its number.
        defined
            Whether the element lies in definitions.
        """
        if element.tag is ET.Comment:
            (self.ticks if group.endswith("tick") else self.labels).append(element.text or "")
            return
        if not isinstance(element.tag, str):
            self.found.add("a processing instruction")
            return
        tag = element.tag.rpartition("}")[2]
        if tag not in _ELEMENTS:
            self.found.add("an element that no chart has, such as a script, an image or a text")
        self._attributes(element)
        self._text(element, tag)
        name = element.get("id", "").rpartition("_")[0] if tag == "g" else ""
        # A text inside a tick stays a tick's.
        group = group if group.endswith("tick") or not name else name
        if name == "PathCollection":
            self.points.append([])
        if name.endswith("tick"):
            self.tick_groups += 1
        defined = defined or tag in ("defs", "clipPath")
        self._mark(element, tag, group, defined=defined)
        letters, written = self.letters, self._written()
        for child in element:
            self.walk(child, group, defined=defined)
        if name == "text":
            if self.letters - letters > self._written() - written:
                self.found.add("letters that no label writes")
            self.letters = letters

    def _written(self) -> int:
        return sum(len(label.strip()) for label in [*self.labels, *self.ticks])

    def _attributes(self, element: ET.Element) -> None:
        for key, value in element.attrib.items():
            name = key.rpartition("}")[2]
            if name not in _ATTRIBUTES:
                self.found.add("an attribute that no chart has, such as an event")
            elif name == "href" and not re.fullmatch(r"#[\w.-]+", value):
                self.found.add("a reference to something outside the picture")
            elif name == "id" and not _IDS.fullmatch(value):
                self.found.add("an id that no chart has")
            elif name == "d" and not _PATH.fullmatch(value):
                self.found.add("a path that is no path")
            elif name == "style" and _STYLE.sub("", value):
                self.found.add("a style that no chart has")
            elif name == "clip-path" and not re.fullmatch(r"url\(#\w+\)", value):
                self.found.add("a reference to something outside the picture")
            elif name == "resource" and value != _RESOURCE:
                self.found.add("metadata beyond the kind of file")

    def _text(self, element: ET.Element, tag: str) -> None:
        text = (element.text or "").strip()
        fine = {"format": text == "image/svg+xml", "style": bool(_SHEET.fullmatch(text))}
        if text and not fine.get(tag, False):
            self.found.add("text outside the labels of the chart")
        if any((child.tail or "").strip() for child in element):
            self.found.add("text outside the labels of the chart")

    def _mark(self, element: ET.Element, tag: str, group: str, *, defined: bool) -> None:
        on_axis = group.endswith("tick")
        if tag == "use":
            href = next((v for k, v in element.attrib.items() if k.endswith("href")), "")
            if href.startswith("#DejaVu"):
                self.letters += 1
            elif on_axis:
                self.on_axes += 1
            else:
                self.signs[group] += 1
                if group == "PathCollection":
                    self.points[-1].append(element.get("x", ""))
        elif tag == "path":
            count, name = len(_VERTEX.findall(element.get("d", ""))), element.get("id", "")
            if defined and name.startswith("DejaVu"):
                self.outlines[name] = max(count, self.outlines.get(name, 0))
            elif defined:
                self.shapes += count
            elif on_axis:
                self.on_axes += count
            elif group == "patch":
                self.areas += count
            else:
                self.vertices += count
        elif tag == "rect":
            self.clips += 1
            if not defined:
                self.found.add("a rectangle that cuts nothing off")

    def is_letters(self) -> bool:
        """Tell whether outlines are as small as letters, and no more than labels write."""
        written = {sign for label in [*self.labels, *self.ticks] for sign in label}
        fonts = Counter(name.rpartition("-")[0] for name in self.outlines)
        return all(count <= _OUTLINE for count in self.outlines.values()) and all(
            count <= len(written) + _LIGATURES for count in fonts.values()
        )


def check_svg(
    name: str,
    content: bytes,
    *,
    rows: int,
    texts: str,
    explains: Callable[[str], bool],
    choices: Sequence[frozenset[str]] = (),
) -> list[Problem]:
    """Check a picture against the exhibit that it shows.

    Parameters
    ----------
    rows
        Number of rows of the exhibit's CSV.
    texts
        All texts of the exhibit: its JSON, and the labels in its CSV.
    explains
        Tells whether the numbers of a label follow from the CSV.
    choices
        Of estimates under many choices: those of each estimate, from low to high.
    """
    text = content.decode("utf-8", "replace")
    if "<!ENTITY" in text or "<?xml-stylesheet" in text or "[" in text.partition("<svg")[0]:
        return [Problem(name, "definitions before the drawing", "a plain SVG", TRACE)]
    try:
        parser = ET.XMLParser(target=ET.TreeBuilder(insert_comments=True, insert_pis=True))  # noqa: S314
        root = ET.fromstring(text, parser)  # noqa: S314
    except ET.ParseError:
        return [Problem(name, "no readable SVG", "an SVG", TRACE)]
    drawing = _Drawing()
    drawing.walk(root)
    # What stands before or after the drawing is in no element.
    outside = text.partition("<svg")[0] + text.rpartition("</svg>")[2]
    if "<!--" in outside:
        drawing.found.add("a comment outside the drawing")
    problems = [Problem(name, what, "marks and labels", _ACTION) for what in sorted(drawing.found)]
    problems += [
        Problem(name, what, fine, _ACTION) for what, fine in _too_much(drawing, rows, choices)
    ]
    words = _WORDS | set(_words(texts))
    odd = [label for label in drawing.labels if not _is_explained(label, words, explains)]
    odd += [
        label
        for label in drawing.ticks
        if not _TICK.fullmatch(label.strip()) and not _is_explained(label, words, explains)
    ]
    if odd:
        problems.append(
            Problem(
                name, f"{len(odd)} labels that the exhibit does not have", _FROM_THE_CSV, _ACTION
            )
        )
    return problems


def _too_much(
    drawing: _Drawing, rows: int, choices: Sequence[frozenset[str]]
) -> list[tuple[str, str]]:
    found = []
    points = drawing.signs.pop("PathCollection", 0)
    if points > rows and choices:
        points -= marks_below(drawing.points, choices)
    others = sum(drawing.signs.values())
    # Points of a scatter are the rows; signs on lines are, too, when there is no scatter.
    if points > rows or others > rows * (_SIGNS_BESIDE if points else 1):
        found.append(("more marks than there are rows", "a mark per row"))
    if drawing.vertices > _VERTICES_OF_A_ROW * rows + _VERTICES_OF_THE_FRAME:
        found.append(("lines with more points than there are rows", "a point per row"))
    if drawing.areas > _AREA_OF_A_ROW * rows + _AREA_OF_THE_FRAME:
        found.append(("areas with more corners than there are rows", "an area per row"))
    shapes = drawing.shapes > _SHAPE_OF_A_ROW * rows + _SHAPES
    if shapes or not drawing.is_letters() or drawing.clips > _MOST_CLIPS:
        found.append(("definitions that no chart needs", "letters and marks"))
    if drawing.on_axes > (_TICK_LINE + 1) * drawing.tick_groups:
        found.append(("marks on an axis that are no ticks", "a line and a mark per tick"))
    if drawing.letters:
        found.append(("letters that no label writes", "letters of labels"))
    if max(len(drawing.ticks), drawing.tick_groups) > _MOST_TICKS:
        found.append(("more ticks than axes have", f"{_MOST_TICKS} at most"))
    return found


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W\d_]+|×", readable(text).casefold())


def _is_explained(label: str, words: set[str], explains: Callable[[str], bool]) -> bool:
    written = label.strip()
    # A broken line is part of a legend; a number alone could be anybody's.
    if len(written) > 3 and any(written in legend for legend in _LEGENDS):
        return True
    for legend in sorted(_LEGENDS, key=len, reverse=True):
        written = re.sub(rf"(?<!\w){re.escape(legend)}(?!\w)", " ", written)
    return set(_words(written)) <= words and explains(written)


def check_png(name: str, content: bytes) -> list[Problem]:
    """Check that a PNG holds pixels and nothing else."""
    odd = {chunk for chunk, _ in png_chunks(content)} - _CHUNKS
    if odd:
        return [Problem(name, "parts that are no pixels, such as text", "pixels alone", TRACE)]
    return []
