"""Words of the report for whoever checks the output before it leaves."""

from analysis.airlock.words import Group
from analysis.languages import Text

HEADING = Text(
    nl="Verslag van de luchtsluis, editie {edition}", en="Report of the airlock, edition {edition}"
)
LEAD = (
    Text(
        nl="Dit verslag is voor wie de uitvoer controleert voordat zij de vertrouwde derde partij "
        "verlaat. Het zegt wat er in de uitgave zit, welke regels zijn toegepast en wat een mens "
        "nog moet bekijken.",
        en="This report is for the person who checks the output before it leaves the trusted third "
        "party. It says what the release holds, which rules were applied and what a person still "
        "has to look at.",
    ),
    Text(
        nl="Er staat geen verborgen cijfer in. Het is gemaakt door hetzelfde programma dat de "
        "uitgave maakte. Het is dus een hulp bij de controle, geen bewijs.",
        en="It holds no hidden figure. It was made by the same program that made the release. So "
        "it helps the check; it is no proof.",
    ),
)
NOT_PUBLIC = Text(
    nl="Niet publiceren: de redenen per onderdeel zeggen meer over verborgen cijfers dan het boek.",
    en="Not for publication: the reasons by exhibit say more about hidden figures than the book.",
)

CONTEXT = Text(nl="Waar dit over gaat", en="What this is about")
ABOUT = Text(nl="Over deze uitgave", en="About this release")
WHAT = Text(nl="Wat", en="What")
VALUE = Text(nl="Waarde", en="Value")
REFERENCE_YEAR = Text(nl="Peiljaar", en="Reference year")
DATA = Text(nl="Gegevens", en="Data")
CONFIDENTIAL_DATA = Text(nl="Vertrouwelijke gegevens daarin", en="Confidential data among these")
DATA_KINDS = {
    "real": Text(nl="echt", en="real"),
    "partly synthetic": Text(nl="deels synthetisch", en="partly synthetic"),
    "synthetic": Text(nl="synthetisch (verzonnen)", en="synthetic (invented)"),
}
NO_CONFIDENTIAL = Text(nl="geen", en="none")
CODE_VERSION = Text(nl="Versie van de code", en="Version of the code")
FINGERPRINT = Text(
    nl="Vingerafdruk van de sleutel van de pseudoniemen",
    en="Fingerprint of the key of the pseudonyms",
)
NO_KEY = Text(nl="geen pseudoniemen geleverd", en="no pseudonyms delivered")

CONTENT = Text(nl="Wat er in de uitgave zit", en="What the release holds")
FILES = Text(nl="Bestanden naar soort", en="Files by kind")
FILE_KIND = Text(nl="Plaats en soort", en="Place and kind")
KINDS = Text(nl="Onderdelen naar soort", en="Exhibits by kind")
ALL = Text(nl="Alle", en="All")
CONFIDENTIAL_ONES = Text(nl="Uit vertrouwelijke gegevens", en="From confidential data")
WITHHELD_ONES = Text(nl="Geheel binnen gebleven", en="Stayed inside as a whole")
WITHOUT_DATA = Text(nl="Zonder gegevens", en="Without data")

CHECKLIST = Text(nl="Wat een mens nog moet bekijken", en="What a person still has to look at")
CHECK_LEAD = Text(
    nl="De regels zien geen betekenis. Bekijk daarom zelf:",
    en="Rules see no meaning. So look yourself:",
)
CHECKS = (
    Text(
        nl="Teksten: geen titel, toelichting, alternatieve tekst of zin noemt of omschrijft een "
        "mens of organisatie.",
        en="Texts: no title, note, alternative text or sentence names or describes a person or an "
        "organisation.",
    ),
    Text(
        nl="Figuren: alles wat in een plaatje staat, staat ook in de tabel ernaast.",
        en="Charts: all that is in a picture is in the table beside it too.",
    ),
    Text(
        nl="Hoofdstukken: in code en proza staat geen gegeven dat iemand overtypte.",
        en="Chapters: code and prose hold nothing of the data that was typed over.",
    ),
    Text(
        nl="Besluiten: bij elk besluit klopt de reden nog, en mocht deze persoon beslissen.",
        en="Decisions: the reason of each still holds, and this person was entitled to decide.",
    ),
    Text(
        nl="Openbare onderdelen: elke tabel die als openbaar geldt, is werkelijk zo gepubliceerd.",
        en="Public exhibits: every table that counts as public was really published like this.",
    ),
    Text(
        nl="Drempels: het zijn de afgesproken drempels, en de uitzonderingen zijn afgesproken.",
        en="Thresholds: these are the agreed ones, and the exceptions were agreed.",
    ),
    Text(
        nl="Register: alle uitgaven die ooit naar buiten gingen, staan in het register.",
        en="Ledger: every release that ever left is in the ledger.",
    ),
    Text(
        nl="Buiten dit boek: uit dezelfde gegevens ging niets naar buiten dat de aanval niet kent.",
        en="Outside this book: nothing left from the same data that the attack does not know.",
    ),
    Text(
        nl="Niet in de aanval: uit percentielen, aantallen organisaties, lijnen in de tijd en "
        "uitkomsten van modellen is niets verborgens af te leiden.",
        en="Not in the attack: nothing hidden follows from percentiles, numbers of organisations, "
        "lines over time and outcomes of models.",
    ),
)
SIGN = Text(
    nl="Naam, datum, controlesom van manifest.json en handtekening",
    en="Name, date, checksum of manifest.json and signature",
)

NUMBERS = Text(nl="Wat de luchtsluis deed", en="What the airlock did")
REASONS = Text(nl="Verborgen cijfers naar regel", en="Hidden figures by rule")
RULE = Text(nl="Regel", en="Rule")
MEANING = Text(nl="Wat er mis is", en="What is wrong")
HIDDEN_CELLS = Text(nl="Verborgen cijfers", en="Hidden figures")
SEVERAL = Text(
    nl="Een cijfer kan om meer redenen verborgen zijn en telt dan bij elke reden mee.",
    en="A figure can be hidden for several reasons; it then counts under each of them.",
)

EXHIBITS = Text(nl="Per onderdeel", en="By exhibit")
EXHIBITS_LEAD = Text(
    nl="De tekens R1, R2 en verder verwijzen naar de lijst van regels hieronder.",
    en="The signs R1, R2 and so on refer to the list of rules below.",
)
CHAPTER = Text(nl="Hoofdstuk", en="Chapter")
JUDGED = Text(
    nl="{chapter}: onderdelen uit vertrouwelijke gegevens",
    en="{chapter}: exhibits from confidential data",
)
PUBLIC = Text(
    nl="{chapter}: openbaar of zonder gegevens, geen regels toegepast",
    en="{chapter}: public or without data, no rules applied",
)
TABLES = Text(nl="Tabellen erachter", en="Tables behind it")
APPLIED = Text(nl="Regels", en="Rules")
HIDDEN_WHY = Text(nl="Verborgen, en waarom", en="Hidden, and why")
DECIDED = Text(nl="Besluit", en="Decision")

DECISIONS = Text(nl="Besluiten van mensen", en="Decisions by people")

CHANGES = Text(nl="Wat er veranderde", en="What changed")
NO_EARLIER = Text(
    nl="Er is geen eerdere uitgave van dezelfde soort gegevens vastgelegd. Ging er toch al een "
    "naar buiten, leg die dan eerst vast en bouw opnieuw.",
    en="No earlier release of the same kind of data was recorded. If one did leave, record it "
    "first and build again.",
)
COMPARED = Text(
    nl="Aantallen en sommen, vergeleken met de laatst vastgelegde uitgave",
    en="Numbers and sums, compared with the last recorded release",
)
CHANGED = {
    "new": Text(nl="Nieuw", en="New"),
    "gone": Text(nl="Niet meer in de uitgave", en="No longer in the release"),
    "same": Text(nl="Gelijk", en="Same"),
    "changed": Text(nl="Veranderd", en="Changed"),
    "newly_hidden": Text(nl="Waarvan nu verborgen", en="Of which now hidden"),
}

RULES = Text(nl="De regels en drempels", en="The rules and thresholds")
ALL_RULES = Text(nl="Regels van de luchtsluis", en="Rules of the airlock")
FOLLOWS = Text(nl="Anders", en="Otherwise")
GROUPS: dict[Group, Text] = {
    "hides": Text(nl="cijfer verborgen", en="figure hidden"),
    "hides together": Text(nl="cijfer ook verborgen", en="figure hidden too"),
    "stops": Text(nl="geen uitgave", en="no release"),
    "asks": Text(nl="geen uitgave zonder besluit", en="no release without a decision"),
}
THRESHOLDS = Text(
    nl="Drempels, met hun naam in het bestand van de editie",
    en="Thresholds, by their name in the file of the edition",
)
THRESHOLD = Text(nl="Drempel", en="Threshold")
STRUCTURAL = Text(
    nl="Aandelen die per definitie nul of honderd procent zijn:",
    en="Shares that are zero or a hundred percent by definition:",
)

BY_YOURSELF = Text(nl="Zelf nagaan", en="Checking it yourself")
STEPS_LEAD = Text(
    nl="Deze opdrachten gebruiken niets van wat het verslag zegt. RELEASE is de map van de uitgave."
    "",
    en="These commands use nothing that the report says. RELEASE is the folder of the release.",
)
STEPS = (
    (
        "preventieplan release check RELEASE",
        Text(
            nl="Leest de uitgave zoals een buitenstaander en noemt alles wat er niet in hoort.",
            en="Reads the release as a stranger would and names all that should not be in it.",
        ),
    ),
    (
        "sha256sum RELEASE/manifest.json",
        Text(
            nl="Geeft de controlesom van de uitgave. Noteer haar bij uw akkoord: wat erna "
            "verandert, valt op.",
            en="Gives the checksum of the release. Note it with your approval: what changes later "
            "is noticed.",
        ),
    ),
    (
        "preventieplan release record RELEASE",
        Text(
            nl="Legt de uitgave vast in het register, zodra zij naar buiten mag.",
            en="Records the release in the ledger, as soon as it may leave.",
        ),
    ),
)
