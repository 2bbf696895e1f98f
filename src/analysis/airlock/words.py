"""What the rules of the airlock mean, in the words of the book and of its report.

Only texts, so that pages can be written without the airlock itself. Thresholds stand in braces by
their name in the edition; shares of contributors are written in percent.
"""

from dataclasses import dataclass
from typing import Literal

from analysis.languages import Text

#: What follows when a row breaks a rule: it is hidden, it is hidden for what stands elsewhere, no
#: release happens, or somebody decides. ``shown`` is how a row leaves that breaks none.
Group = Literal["hides", "hides together", "stops", "asks", "shown"]


@dataclass(frozen=True)
class RuleWords:
    """A rule for readers.

    Attributes
    ----------
    short
        What is wrong with a row that breaks it.
    asks
        What the airlock asks of each row.
    why
        What a reader could find out otherwise.
    example
        Of a row that breaks it.
    """

    group: Group
    short: Text
    asks: Text
    why: Text
    example: Text


def _words(
    group: Group,
    short: tuple[str, str],
    asks: tuple[str, str],
    why: tuple[str, str],
    example: tuple[str, str],
) -> RuleWords:
    texts = (Text(nl=nl, en=en) for nl, en in (short, asks, why, example))
    return RuleWords(group, *texts)


#: Every rule by name, in the order in which a reader meets them.
RULE_WORDS: dict[str, RuleWords] = {
    "minimum_persons": _words(
        "hides",
        ("te weinig mensen", "too few people"),
        (
            "Achter elk cijfer staan minstens {minimum_persons} verschillende mensen.",
            "At least {minimum_persons} different people stand behind every figure.",
        ),
        (
            "In een klein groepje is iemand te herkennen.",
            "In a small group somebody can be recognised.",
        ),
        (
            "Het verzuim van de drie mensen die op één plek een zeldzaam beroep hebben.",
            "The absence of the three people who have a rare job in one place.",
        ),
    ),
    "minimum_organisations": _words(
        "hides",
        ("te weinig organisaties", "too few organisations"),
        (
            "Die mensen werken bij minstens {minimum_organisations} organisaties.",
            "Those people work at {minimum_organisations} organisations or more.",
        ),
        (
            "Anders gaat een cijfer over mensen eigenlijk over hun werkgever.",
            "Otherwise a figure about people is really about their employer.",
        ),
        (
            "Het verzuim in een regio met maar twee ziekenhuizen.",
            "Absence in a region with only two hospitals.",
        ),
    ),
    "organisations_as_unit": _words(
        "hides",
        (
            "te weinig organisaties waar die de eenheid zijn",
            "too few organisations where these are the unit",
        ),
        (
            "Gaat een cijfer over organisaties, dan zijn het er minstens "
            "{minimum_organisations_as_unit}.",
            "A figure about organisations covers at least {minimum_organisations_as_unit} of them.",
        ),
        (
            "Organisaties zijn bekend. Bij een paar weet men welke het zijn.",
            "Organisations are well known. With a few of them, people know which ones they are.",
        ),
        (
            "Het gemiddelde van een handvol instellingen.",
            "The average of a handful of organisations.",
        ),
    ),
    "numerator_and_complement": _words(
        "hides",
        ("te weinig mensen in een deel", "too few people in a part"),
        (
            "Bij een aandeel zijn beide delen groot genoeg, elk minstens {minimum_persons} "
            "mensen: wie het wel heeft en wie het niet heeft.",
            "Both parts of a share are large enough, each at least {minimum_persons} people: "
            "those who have it and those who do not.",
        ),
        (
            "Een klein deel is te herkennen, ook als het geheel groot is.",
            "A small part can be recognised, even when the whole is large.",
        ),
        (
            "Van een grote groep hebben er vier een tijdelijk contract.",
            "Four people out of a large group have a temporary contract.",
        ),
    ),
    "small_count": _words(
        "hides",
        ("te weinig van wat geteld is", "too few of what is counted"),
        (
            "Een aantal organisaties is minstens {minimum_organisations_as_unit}, tenzij het al "
            "gepubliceerd was.",
            "A number of organisations is at least {minimum_organisations_as_unit}, unless it was "
            "published already.",
        ),
        (
            "Wie er drie telt, weet al gauw welke drie.",
            "Whoever counts three soon knows which three.",
        ),
        (
            "Het aantal organisaties dat met een proef meedeed, als het er drie zijn.",
            "The number of organisations in a trial, when there are three.",
        ),
    ),
    "group_disclosure": _words(
        "hides",
        ("bijna iedereen, of niemand", "nearly everybody, or nobody"),
        (
            "Over gevoelige onderwerpen is een aandeel niet nul en niet hoger dan "
            "{highest_share}%.",
            "On sensitive subjects a share is not zero and not higher than {highest_share}%.",
        ),
        (
            "Wie weet dat iemand bij de groep hoort, weet het dan ook van die persoon.",
            "Whoever knows that somebody belongs to the group then knows it of that person too.",
        ),
        (
            "Iedereen in een groep meldt klachten, dus ook uw buurvrouw.",
            "Everybody in a group reports complaints, and so does your neighbour.",
        ),
    ),
    "dominance": _words(
        "hides",
        ("een of twee bepalen het cijfer", "one or two make up the figure"),
        (
            "Niemand levert meer dan {largest_contributor}% van een som of gemiddelde, en twee "
            "samen niet meer dan {largest_two_contributors}%. Wat de anderen leveren, is minstens "
            "{protection_percent}% van de grootste.",
            "Nobody contributes more than {largest_contributor}% of a sum or average, and two "
            "together no more than {largest_two_contributors}%. What the others contribute is at "
            "least {protection_percent}% of the largest.",
        ),
        (
            "De een kan anders uitrekenen wat de ander heeft.",
            "Otherwise one can work out what the other has.",
        ),
        (
            "Eén groot ziekenhuis tussen een paar kleine.",
            "One large hospital among a few small ones.",
        ),
    ),
    "all_equal": _words(
        "hides",
        ("alle waarden gelijk", "all values equal"),
        (
            "Achter een gemiddelde staan waarden die verschillen.",
            "The values behind an average differ.",
        ),
        (
            "Is alles gelijk, dan is het gemiddelde ieders eigen waarde.",
            "When all are equal, the average is everybody's own value.",
        ),
        (
            "Een groep waarin iedereen hetzelfde verdient.",
            "A group in which everybody earns the same.",
        ),
    ),
    "precision": _words(
        "hides",
        ("te precies voor wat één toevoegt", "too precise for what one adds"),
        (
            "Een cijfer is zo grof dat niet te zien is wat één mens of een paar organisaties "
            "toevoegen.",
            "A figure is so coarse that nobody sees what one person or a few organisations add.",
        ),
        (
            "Uit een heel precies gemiddelde is één waarde terug te rekenen.",
            "From a very precise average a single value can be worked out.",
        ),
        (
            "Een gemiddeld loon tot op de cent.",
            "An average wage to the cent.",
        ),
    ),
    "quantile": _words(
        "hides",
        ("te weinig in de staart", "too few in the tail"),
        (
            "Aan beide kanten van een grens, zoals “een kwart verzuimt meer”, zitten er minstens "
            "{minimum_persons}.",
            "On both sides of a limit, such as “a quarter is absent more”, there are at least "
            "{minimum_persons}.",
        ),
        (
            "Anders is de grens de waarde van een paar mensen of organisaties.",
            "Otherwise the limit is the value of a few people or organisations.",
        ),
        (
            "Het loon waar in een kleine groep alleen de best betaalde boven zit.",
            "The wage that only the best paid person of a small group exceeds.",
        ),
    ),
    "degrees_of_freedom": _words(
        "hides",
        ("te weinig vrijheidsgraden", "too few degrees of freedom"),
        (
            "Een verband of verschil rust op minstens {minimum_degrees_of_freedom} waarnemingen "
            "meer dan er getallen uit worden geschat.",
            "A relation or difference rests on at least {minimum_degrees_of_freedom} observations "
            "more than the numbers estimated from them.",
        ),
        (
            "Anders beschrijft het verband de losse gevallen.",
            "Otherwise the relation describes the single cases.",
        ),
        (
            "Een lijn door de cijfers van drie organisaties.",
            "A line through the figures of three organisations.",
        ),
    ),
    "exact_relation": _words(
        "hides",
        ("een exact verband", "an exact relation"),
        (
            "Een verband is niet volmaakt, en een spreiding is niet nul.",
            "A relation is not perfect, and a spread is not zero.",
        ),
        (
            "Wie de ene waarde kent, kan dan de andere uitrekenen.",
            "Whoever knows one value can then work out the other.",
        ),
        (
            "Verzuim dat bij elke organisatie precies oploopt met de leeftijd.",
            "Absence that rises exactly with age at every organisation.",
        ),
    ),
    "same_cell_elsewhere": _words(
        "hides together",
        ("hetzelfde cijfer is elders verborgen", "the same figure is hidden elsewhere"),
        (
            "Wat op één plek verborgen is, is het overal.",
            "What is hidden in one place is hidden everywhere.",
        ),
        (
            "Anders staat het een pagina verder.",
            "Otherwise it stands on the next page.",
        ),
        (
            "Een aantal dat in een tabel verborgen is, maar in een figuur zou staan.",
            "A number that is hidden in a table but would be in a figure.",
        ),
    ),
    "secondary": _words(
        "hides together",
        ("verraadt een ander verborgen cijfer", "gives another hidden figure away"),
        (
            "Tussen de laagste en de hoogste mogelijke waarde van een verborgen aantal zit "
            "minstens {interval_width}. Een verborgen som is hoogstens op {protection_percent}% "
            "na te schatten. Anders voegt de sluis categorieën samen of verbergt zij meer.",
            "The lowest and the highest possible value of a hidden number are at least "
            "{interval_width} apart. A hidden sum can be estimated to {protection_percent}% at "
            "best. Otherwise the airlock merges categories or hides more.",
        ),
        (
            "Het totaal min de zichtbare delen geeft het verborgen deel.",
            "The total minus the visible parts gives the hidden part.",
        ),
        (
            "Van vijf branches zijn er vier te zien, en het totaal ook.",
            "Four of five branches can be seen, and so can the total.",
        ),
    ),
    "hidden_in_an_earlier_release": _words(
        "hides together",
        ("een eerdere uitgave verborg het", "an earlier release hid it"),
        (
            "Wat een eerdere uitgave verborg, blijft verborgen.",
            "What an earlier release hid stays hidden.",
        ),
        (
            "Twee uitgaven naast elkaar zouden vertellen wat er veranderde.",
            "Two releases side by side would tell what changed.",
        ),
        (
            "Een cijfer over een ouder jaar, dat de vorige editie verborg.",
            "A figure on an older year, which the edition before hid.",
        ),
    ),
    "whole_finding": _words(
        "hides together",
        ("een ander deel van het oordeel is verborgen", "another part of the verdict is hidden"),
        (
            "Is een deel van een oordeel verborgen, dan blijft het hele oordeel binnen.",
            "When a part of a verdict is hidden, the whole verdict stays inside.",
        ),
        (
            "Het oordeel zou het verborgen deel verraden.",
            "The verdict would give the hidden part away.",
        ),
        (
            "Een uitspraak over twee groepen, waarvan er één te klein is.",
            "A statement on two groups of which one is too small.",
        ),
    ),
    "extreme_or_rank": _words(
        "stops",
        ("een uiterste of rang is één geval", "an extreme or a rank is a single case"),
        (
            "Geen hoogste, geen laagste en geen plaats in een rangorde.",
            "No highest, no lowest and no place in a ranking.",
        ),
        (
            "Zo'n cijfer gaat over één mens of organisatie.",
            "Such a figure is about one person or organisation.",
        ),
        (
            "De organisatie met het hoogste verzuim.",
            "The organisation with the highest absence.",
        ),
    ),
    "thin_indicator": _words(
        "stops",
        ("een kenmerk van te weinig mensen", "an indicator of too few people"),
        (
            "Elk kenmerk in een model geldt voor minstens {minimum_persons} mensen, en voor "
            "minstens evenveel niet.",
            "Every characteristic in a model holds for at least {minimum_persons} people, and "
            "does not hold for at least as many.",
        ),
        (
            "Een kenmerk van één mens geeft die mens prijs.",
            "A characteristic of one person gives that person away.",
        ),
        (
            "Een kenmerk dat maar één arts heeft.",
            "A characteristic that only one doctor has.",
        ),
    ),
    "leverage": _words(
        "stops",
        ("rust op te weinig waarnemingen", "rests on too few observations"),
        (
            "De uitkomst van een model rust op minstens {minimum_persons} waarnemingen, en niet "
            "voor meer dan {largest_contributor}% op één ervan.",
            "The outcome of a model rests on at least {minimum_persons} observations, and not for "
            "more than {largest_contributor}% on one of them.",
        ),
        (
            "Anders is het een cijfer over één geval.",
            "Otherwise it is a figure about a single case.",
        ),
        (
            "Eén heel grote organisatie bepaalt hoe een lijn loopt.",
            "One very large organisation decides how a line runs.",
        ),
    ),
    "saturated_model": _words(
        "stops",
        ("een tabel van gemiddelden", "a table of means"),
        (
            "Een model heeft niet voor elk groepje een eigen uitkomst.",
            "A model has no outcome of its own for every small group.",
        ),
        (
            "Dan is het een tabel van gemiddelden, en daarvoor gelden de regels van tabellen.",
            "Then it is a table of averages, and the rules of tables hold for it.",
        ),
        (
            "Een uitkomst per functie, per plaats en per jaar.",
            "An outcome per job, per place and per year.",
        ),
    ),
    "unlabelled": _words(
        "stops",
        ("een naam die in geen vaste lijst staat", "a name that is in no fixed list"),
        (
            "Elke naam in een tabel of figuur komt uit een vaste lijst.",
            "Every name in a table or chart comes from a fixed list.",
        ),
        (
            "In vrije tekst kan een mens of organisatie met naam staan.",
            "Free text can name a person or an organisation.",
        ),
        (
            "Een zelf ingevuld antwoord als kop van een rij.",
            "An answer in somebody's own words as the heading of a row.",
        ),
    ),
    "unstated": _words(
        "stops",
        ("onbekend wie erachter staan", "not known who stands behind it"),
        (
            "Bij elk cijfer is bekend wie erachter staan.",
            "For every figure it is known who stands behind it.",
        ),
        (
            "Wat niet bekend is, kan niemand controleren.",
            "What is not known cannot be checked.",
        ),
        (
            "Een som zonder het aantal mensen waarover zij gaat.",
            "A sum without the number of people that it covers.",
        ),
    ),
    "identifier": _words(
        "stops",
        ("lijkt op een pseudoniem of nummer", "looks like a pseudonym or a number"),
        (
            "Nergens staat een pseudoniem of een lang nummer.",
            "Nowhere stands a pseudonym or a long number.",
        ),
        (
            "Daarmee is iemand in andere bestanden te vinden.",
            "With it somebody can be found in other files.",
        ),
        (
            "Een personeelsnummer in de titel van een figuur.",
            "A staff number in the title of a chart.",
        ),
    ),
    "derived_number": _words(
        "asks",
        ("een mens moet beslissen", "somebody has to decide"),
        (
            "Over een getal waarvoor geen regel bestaat, beslist een mens. Vermeld staat wie, "
            "waarom en tot en met welke editie.",
            "A person decides on a number for which there is no rule. Who, why and until which "
            "edition is stated.",
        ),
        (
            "Een programma kan niet elk soort getal beoordelen.",
            "A program cannot judge every kind of number.",
        ),
        (
            "De maat voor hoe ongelijk antwoorden wegen.",
            "The measure of how unequally answers weigh.",
        ),
    ),
}

#: What happens to figures that break no rule; not rules, but readers look for them here.
HANDLING: dict[str, RuleWords] = {
    "rounding": _words(
        "shown",
        ("afgerond", "rounded"),
        (
            "Aantallen zijn afgerond op veelvouden van {rounding_base}, behalve wat al "
            "gepubliceerd was. Een aandeel van mensen volgt uit de afgeronde aantallen.",
            "Numbers are rounded to multiples of {rounding_base}, except what was published "
            "already. A share of people follows from the rounded numbers.",
        ),
        (
            "Zo verraadt een verschil van één niet dat er iemand bij kwam.",
            "So a difference of one does not give away that somebody joined.",
        ),
        (
            "Een groep die in de ene tabel één groter zou zijn dan in de andere.",
            "A group that would be one larger in one table than in another.",
        ),
    ),
    "unchanged": _words(
        "shown",
        ("als voorheen", "as before"),
        (
            "Een aantal dat al eerder is uitgegeven en weinig veranderde, blijft staan. Weinig is "
            "minder dan {interval_width}.",
            "A number that was released before and changed little stays as it was. Little is less "
            "than {interval_width}.",
        ),
        (
            "Een kleine wijziging zou vertellen hoe weinig mensen erbij kwamen of weggingen.",
            "A small change would tell how few people came or went.",
        ),
        (
            "Een herberekening die enkele mensen verschilt.",
            "A new calculation that differs by a few people.",
        ),
    ),
    "bands": _words(
        "shown",
        ("in een band", "in a band"),
        (
            "Een aandeel van de deelnemende organisaties staat er als band: tot een derde, tot "
            "twee derde, of meer.",
            "A share of the participating organisations is shown as a band: up to a third, up to "
            "two thirds, or more.",
        ),
        (
            "Zij zijn met weinig en bij naam bekend.",
            "They are few and known by name.",
        ),
        (
            "Hoeveel deelnemers minder verzuim kregen.",
            "How many participants came to have less absence.",
        ),
    ),
    "steps": _words(
        "shown",
        ("in stappen", "in steps"),
        (
            "Een lijn in de tijd doet pas een stap na minstens {minimum_events} gebeurtenissen, "
            "en stopt als er te weinig mensen over zijn.",
            "A line over time takes a step only after at least {minimum_events} events, and stops "
            "when too few people are left.",
        ),
        (
            "Anders is elke stap het vertrek van één mens.",
            "Otherwise every step is the departure of one person.",
        ),
        (
            "Een lijn van wie na hoeveel maanden vertrok.",
            "A line of who left after how many months.",
        ),
    ),
}
