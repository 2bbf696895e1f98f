"""Words of the tables that say how the data are protected, for the book and the output report."""

from analysis.airlock.words import Group
from analysis.languages import Text

ASKS = Text(nl="Wat de luchtsluis eist", en="What the airlock asks")
HAPPENS = Text(nl="Wat er gebeurt", en="What happens")
WHY = Text(nl="Waarom", en="Why")
SO_NOT = Text(nl="Dus niet", en="So not")
EXAMPLE = Text(nl="Bijvoorbeeld", en="For example")
GROUPS: dict[Group, Text] = {
    "hides": Text(
        nl="Eisen aan elk cijfer: voldoet het niet, dan is het verborgen",
        en="Asked of every figure: one that does not comply is hidden",
    ),
    "hides together": Text(
        nl="Eisen aan alle cijfers samen: wat een ander cijfer verraadt, is ook verborgen",
        en="Asked of all figures together: what gives another away is hidden too",
    ),
    "stops": Text(
        nl="Eisen die de hele uitgave tegenhouden zolang iets niet voldoet",
        en="Asked before anything is released: one failure stops everything",
    ),
    "asks": Text(nl="Waar een mens beslist", en="Where a person decides"),
    "shown": Text(
        nl="Wat er gebeurt met cijfers die aan alles voldoen",
        en="What happens to figures that comply with everything",
    ),
}

SUMMARY = Text(
    nl="De luchtsluis in editie {edition}, in aantallen",
    en="The airlock in edition {edition}, in numbers",
)
COUNTED = Text(nl="Wat is geteld", en="What is counted")
NUMBER = Text(nl="Aantal", en="Number")
CHECKED = Text(
    nl="Figuren, tabellen, getallen en oordelen bekeken",
    en="Charts, tables, numbers and verdicts checked",
)
OF_CONFIDENTIAL = Text(
    nl="Daarvan uit vertrouwelijke gegevens", en="Of these, from confidential data"
)
CELLS = Text(nl="Cijfers daarin", en="Figures in these")
HIDDEN = Text(nl="Cijfers verborgen", en="Figures hidden")
HIDDEN_ITSELF = Text(
    nl="Waarvan: het cijfer zelf voldoet niet", en="Of which: the figure itself does not comply"
)
HIDDEN_FOR_OTHERS = Text(
    nl="Waarvan: het zou een ander cijfer verraden", en="Of which: it would give another away"
)
WITHHELD = Text(
    nl="Figuren, tabellen, getallen en oordelen die geheel binnen bleven",
    en="Charts, tables, numbers and verdicts that stayed inside as a whole",
)
MERGED = Text(nl="Keren dat categorieën zijn samengevoegd", en="Times that categories were merged")
ATTACKED = Text(
    nl="Verborgen aantallen en sommen aangevallen", en="Hidden numbers and sums attacked"
)
FOUND_AT_FIRST = Text(
    nl="Te achterhalen voordat er meer verborgen werd",
    en="Found out before more was hidden",
)
FOUND_IN_THE_END = Text(nl="Te achterhalen in wat er naar buiten ging", en="Found out in what left")
JOINED = Text(
    nl="Zichtbare aantallen en sommen die de aanval combineerde",
    en="Visible numbers and sums that the attack combined",
)
EARLIER = Text(nl="Eerdere uitgaven in de aanval", en="Earlier releases in the attack")
DECISIONS = Text(nl="Besluiten van mensen", en="Decisions by people")

NUMBER = Text(nl="Aantal", en="Number")
UNIT = Text(nl="Van", en="Of")
PUBLISHED_WHERE = Text(nl="Waar het al stond", en="Where it stood already")
PUBLISHED_BEFORE = Text(
    nl="Aantallen die al gepubliceerd waren, en daarom niet zijn afgerond",
    en="Numbers published before, and therefore not rounded",
)
THE_NUMBER = Text(nl="het getal {value} in", en="the number {value} in")
ONE_OF_A_KIND = Text(nl="een {kind} in", en="a {kind} in")
EXHIBIT = Text(nl="Onderdeel", en="Exhibit")
KIND = Text(nl="Soort", en="Kind")
KINDS = {
    "figure": Text(nl="figuur", en="chart"),
    "table": Text(nl="tabel", en="table"),
    "number": Text(nl="getal", en="number"),
    "finding": Text(nl="oordeel", en="verdict"),
}
STAYED_INSIDE = Text(nl="geheel binnen gebleven", en="stayed inside as a whole")
FIGURES = Text(nl="Cijfers", en="Figures")
OF_WHICH_HIDDEN = Text(nl="Verborgen", en="Hidden")
MERGES = Text(nl="Samengevoegd", en="Merged")
TOUCHED = Text(
    nl="Waar de luchtsluis iets verborg of samenvoegde", en="Where the airlock hid or merged"
)
NOTHING_HIDDEN = Text(
    nl="In deze editie is niets verborgen of samengevoegd.",
    en="In this edition nothing was hidden or merged.",
)
DECIDED = Text(nl="Waarover mensen besloten", en="What people decided on")
DECIDED_BY = Text(nl="Wie besloot", en="Who decided")
DECIDED_WHY = Text(nl="Waarom het mag", en="Why it may be shown")
DECIDED_UNTIL = Text(nl="Tot en met editie", en="Until edition")
NOTHING_DECIDED = Text(
    nl="In deze editie hoefde niemand te beslissen.", en="In this edition nobody had to decide."
)
