"""The words of the book's own interface, in every language."""

from analysis.charts.look import Counted
from analysis.claims.register import Verdict
from analysis.languages import Text

VERDICTS: dict[Verdict, Text] = {
    "supported": Text(nl="Onderbouwd", en="Supported"),
    "contradicted": Text(nl="Tegengesproken", en="Contradicted"),
    "inconclusive": Text(nl="Niet beslist", en="Undecided"),
    "not_testable": Text(nl="Niet toetsbaar", en="Not testable"),
}
#: A sign beside the colour, so that a verdict never depends on colour alone.
SIGNS: dict[Verdict, str] = {
    "supported": "✓",
    "contradicted": "✗",
    "inconclusive": "?",
    "not_testable": "–",
}

SOURCE = Text(nl="Bron", en="Source")
PERIOD = Text(nl="Periode", en="Period")
#: A single period is that of the newest data: a method may take more years together.
NEWEST = Text(nl="Nieuwste gegevens", en="Newest data")
EDITION = Text(nl="Editie", en="Edition")
LICENCE = Text(nl="Licentie", en="Licence")
METHOD = Text(nl="Methode", en="Method")
REASON = Text(nl="Waarom dit oordeel", en="Why this verdict")
RULE = Text(nl="Hoe de grens is gekozen", en="How the limit was chosen")
LINE = Text(nl="regel", en="line")
LINES = Text(nl="regels", en="lines")
FREQUENCIES = {
    "year": Text(nl="jaar", en="year"),
    "quarter": Text(nl="kwartaal", en="quarter"),
    "month": Text(nl="maand", en="month"),
}
REPORT_LINES = Text(nl="Plaats in het rapport", en="Place in the report")
REPORT_PLACE = Text(
    nl="{section}; {line} {lines} van de tekstversie",
    en="{section}; {line} {lines} of the text version",
)
BASIS = Text(nl="Op welke gronden", en="On what grounds")
DOWNLOAD = Text(nl="Cijfers als CSV", en="Figures as CSV")
SHOW_FIGURES = Text(nl="Cijfers bij deze figuur", en="Figures behind this chart")
SHOW_CODE = Text(nl="Code", en="Code")
STATEMENT = Text(nl="Uitspraak in het rapport", en="Statement in the report")
REPORT = Text(nl="Rapport", en="Report")
THIS_EDITION = Text(nl="Deze editie", en="This edition")
VERDICT = Text(nl="Oordeel", en="Verdict")
FINDINGS_CAPTION = Text(
    nl="Uitspraken van het rapport naast de cijfers van deze editie",
    en="Statements of the report beside the figures of this edition",
)
ITEM = Text(nl="Onderdeel", en="Item")
FROM = Text(nl="Van", en="From")
TO = Text(nl="Naar", en="To")
AXIS = Text(nl="As", en="Axis")
ESTIMATE = Text(nl="Uitkomst", en="Outcome")
INTERVAL = Text(nl="Interval", en="Interval")
NO_INTERVAL = Text(nl="bron geeft geen interval", en="source gives no interval")
#: Of what this book calculated itself.
WITHOUT_INTERVAL = Text(nl="geen interval", en="no interval")
CALCULATED = Text(nl="berekend", en="calculated")
COMPLETE_COUNT = Text(nl="volledige telling", en="complete count")
COUNT = Text(nl="n", en="n")
IN_ORGANISATIONS = Text(
    nl="{n} {counted} in {organisations} organisaties (afgerond)",
    en="{n} {counted} in {organisations} organisations (rounded)",
)
#: What ``n`` counts, as an exhibit says.
COUNTED: dict[Counted, Text] = {
    "people": Text(nl="personen", en="people"),
    "statements": Text(nl="uitspraken", en="statements"),
    "action_points": Text(nl="actiepunten", en="action points"),
    "instruments": Text(nl="instrumenten", en="tools"),
    "interventions": Text(nl="interventies", en="interventions"),
    "observations": Text(nl="waarnemingen", en="observations"),
}
PER_CELL = Text(nl="per cel in de CSV", en="per cell in the CSV")
CONFIDENTIAL = Text(nl="vertrouwelijk", en="confidential")
#: What stands in the place of a licence, where a source has none.
WITHOUT_LICENCE = {
    "confidential": CONFIDENTIAL,
    "published": Text(nl="openbaar gepubliceerd", en="published openly"),
}
NUMBER_USED = Text(nl="{counted} (afgerond)", en="{counted} (rounded)")
PUBLISHED_FIGURES = Text(nl="{n} gepubliceerde cijfers", en="{n} published figures")
ONE_PUBLISHED_FIGURE = Text(nl="1 gepubliceerd cijfer", en="1 published figure")
FIGURES_USED = Text(nl="Aantal cijfers", en="Figures used")
ONLY_ASSUMPTIONS = Text(nl="alleen aannames", en="assumptions only")
#: Stands where the airlock kept a cell inside.
IN_BRACKETS = Text(nl="tussen haakjes het 95%-interval", en="in brackets the 95% interval")
BANDS_IN_BRACKETS = Text(
    nl="van een band staan alleen de grenzen; tussen haakjes het 95%-gebied",
    en="of a band only the ends are shown; in brackets the 95% range",
)
BAND = Text(nl="Band", en="Band")
WITHIN_BAND = Text(nl="{band} (band)", en="{band} (band)")
SUPPRESSED_MARK = "×"
SUPPRESSED = Text(
    nl="verborgen om mensen en organisaties te beschermen",
    en="hidden to protect people and organisations",
)
SUPPRESSED_CELLS = Text(nl="verborgen", en="hidden")
AT_RISK = Text(nl="Nog gevolgd (afgerond)", en="Still followed (rounded)")
STILL_FOLLOWED = Text(nl="{n} nog gevolgd", en="{n} still followed")
EVENTS = Text(nl="Gebeurtenissen (afgerond)", en="Events (rounded)")
PEOPLE_FOLLOWED = Text(
    nl="hoogstens {n} personen tegelijk gevolgd (afgerond)",
    en="at most {n} people followed at the same time (rounded)",
)
PROVISIONAL = Text(nl="* voorlopig cijfer", en="* provisional figure")
SYNTHETIC = Text(nl="Synthetische data", en="Synthetic data")
SYNTHETIC_BANNER = Text(
    nl="Deze pagina is gemaakt met synthetische data. De cijfers zijn verzonnen om de rekenwijze "
    "te laten zien. Ze zeggen niets over de werkelijkheid.",
    en="This page was made with synthetic data. The figures are invented to show how the book "
    "calculates. They say nothing about the real world.",
)
PARTLY_SYNTHETIC_BANNER = Text(
    nl="Een deel van deze cijfers is synthetisch: verzonnen om de rekenwijze te laten zien. Bij "
    "elk cijfer staat wat het is.",
    en="Some of these figures are synthetic: invented to show how the book calculates. Each "
    "figure says what it is.",
)
ON_SYNTHETIC_DATA = Text(nl="op synthetische data", en="on synthetic data")
NOT_DELIVERED = Text(
    nl="Deze editie kan dit deel niet berekenen. In de levering ontbreekt, geheel of voor een "
    "deel: {tables}.",
    en="This edition cannot compute this part. The delivery lacks, wholly or in part: {tables}.",
)
WITHHELD_PART = Text(
    nl="Dit deel blijft binnen, om mensen en organisaties te beschermen.",
    en="This part stays inside, to protect people and organisations.",
)
NOT_ESTIMATED_PART = Text(
    nl="Dit deel is uit deze gegevens niet te schatten. Er zijn te weinig mensen of organisaties, "
    "zij verschillen te weinig, of kenmerken zijn niet uit elkaar te houden.",
    en="This part cannot be estimated from these data. There are too few people or organisations, "
    "they differ too little, or characteristics cannot be told apart.",
)
NOT_AVAILABLE = Text(nl="niet in deze levering", en="not in this delivery")
TABLE = Text(nl="Tabel", en="Table")
SUPPLIER = Text(nl="Leverancier", en="Supplier")
STATUS = Text(nl="Stand", en="Status")
LAST_PERIOD = Text(nl="Nieuwste cijfer", en="Newest figure")
DATA_CAPTION = Text(nl="Bronnen van deze editie", en="Sources of this edition")
STATUS_SYNTHETIC = Text(nl="synthetisch", en="synthetic")
STATUS_DELIVERED = Text(nl="geleverd", en="delivered")
STATUS_ABSENT = Text(nl="niet geleverd", en="not delivered")
PERIOD_STATUSES = {
    "definite": Text(nl="definitief", en="definite"),
    "provisional": Text(nl="voorlopig", en="provisional"),
    "not stated": Text(nl="niet vermeld", en="not stated"),
}
REVISED = Text(
    nl="{n} cijfers verschillen tussen bestanden; het nieuwste telt",
    en="{n} figures differ between files; the newest counts",
)
PERIOD_STATUS = Text(nl="Status van de cijfers", en="Status of the figures")
ADDRESSES = Text(nl="Vindplaatsen van {table}", en="Where {table} comes from")
REPORT_SAYS = Text(nl="Het rapport zegt", en="The report says")
GROUNDS = Text(nl="Waar dit op rust ({claim})", en="What this rests on ({claim})")
CHART_KINDS = {
    "lines": Text(nl="Lijngrafiek", en="Line chart"),
    "dots": Text(nl="Puntgrafiek", en="Dot chart"),
    "matrix": Text(nl="Gekleurde tabel", en="Shaded table"),
    "boxes": Text(nl="Figuur met percentielen", en="Chart of percentiles"),
    "binned": Text(nl="Puntgrafiek van groepsgemiddelden", en="Dot chart of group means"),
    "steps": Text(nl="Trapgrafiek", en="Step chart"),
    "funnel": Text(nl="Trechterdiagram", en="Funnel plot"),
    "pairs": Text(nl="Puntgrafiek naast elkaar", en="Dot chart side by side"),
    "calibration": Text(nl="IJkgrafiek", en="Calibration chart"),
    "tornado": Text(nl="Gevoeligheidsgrafiek", en="Tornado chart"),
    "paths": Text(nl="Padendiagram", en="Path diagram"),
    "profiles": Text(nl="Lijngrafiek over een as van getallen", en="Line chart over numbers"),
    "contributions": Text(nl="Staafgrafiek van bijdragen", en="Bar chart of contributions"),
    "specifications": Text(nl="Specificatiecurve", en="Specification curve"),
    "stacked": Text(
        nl="Gestapelde vlakken over een as van getallen", en="Stacked areas over numbers"
    ),
    "alluvial": Text(nl="Stroomdiagram", en="Flow diagram"),
    "events": Text(nl="Figuur van jaren rond een start", en="Chart of years around a start"),
}
SYNTHETIC_SOURCE = Text(
    nl="verzonnen cijfers in de vorm van {source}", en="invented figures in the form of {source}"
)
PUBLISHED_SOURCES = {
    "assumptions": Text(nl="aannames van deze editie", en="assumptions of this edition"),
    "report": Text(nl="eindrapport Preventieplan", en="final report of the Preventieplan"),
}
