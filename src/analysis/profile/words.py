"""What a profile calls its figures, topics and columns, and what it says on every page."""

from analysis.languages import Text
from analysis.linkage.organisations import COLUMNS
from analysis.profile.measures import EXIT, MEASURES, By, Topic, Unit
from analysis.sources.izz_monitor import SCALE_WORDS
from analysis.sources.vocabulary import AGE_BANDS

_EXIT = Text(nl="Vertrek uit de sector", en="Exit from the sector")

LABELS: dict[str, Text] = {
    "absence_rate": Text(nl="Verzuimpercentage", en="Absence rate"),
    "frequency": Text(nl="Ziekmeldingen per persoonsjaar", en="Reports of illness per person-year"),
    "mean_duration": Text(nl="Gemiddelde verzuimduur", en="Mean duration of absence"),
    "long_term_share": Text(nl="Aandeel lang verzuim", en="Share of long absence"),
    "turnover_rate": Text(nl="Verloop", en="Turnover"),
    "inflow_rate": Text(nl="Instroom", en="Inflow"),
    "sector_exit_rate": _EXIT,
    **{
        f"{EXIT}{band}": Text(nl=f"{_EXIT.nl}, {words.nl}", en=f"{_EXIT.en}, {words.en}")
        for band, words in AGE_BANDS.items()
    },
    "team_churn": Text(nl="Wisselingen in teams", en="Team churn"),
    "manager_churn": Text(nl="Wisselende leidinggevenden", en="Manager churn"),
    "temporary_share": Text(nl="Tijdelijke en oproepcontracten", en="Temporary and on-call work"),
    "irregular_allowance_share": Text(
        nl="Onregelmatigheidstoeslag", en="Irregular-hours allowance"
    ),
    "overhead_share": Text(nl="Overhead", en="Overhead"),
    **{
        name: SCALE_WORDS[name]
        for name in ("climate", "learning", "leadership", "workload", "engagement")
    },
}

_OF_COLUMN = {column.name: column.description for column in COLUMNS}
_OF_BANDS = Text(
    nl="Wie in het jaar de sector verliet, als deel van de werknemers van die leeftijd op "
    "1 januari; bijbanen van studenten tellen niet mee",
    en="Those who left the sector in the year, as a share of the employees of that age on "
    "1 January; side jobs of students do not count",
)
#: The data dictionary of the dataset says what a figure is; ages are split apart from it.
DEFINITIONS: dict[str, Text] = {
    measure.name: _OF_BANDS if measure.name.startswith(EXIT) else _OF_COLUMN[measure.name]
    for measure in MEASURES
}

CHANCE: dict[By, Text] = {
    "counts": Text(
        nl="exact interval voor een aandeel, verruimd als zulke aandelen van jaar op jaar meer "
        "schommelen dan losse beslissingen van mensen verklaren",
        en="exact interval of a share, widened where such shares move more from year to year than "
        "separate decisions of people explain",
    ),
    "years": Text(
        nl="hoeveel dit cijfer van jaar op jaar schommelt bij organisaties van ongeveer deze "
        "omvang, los van de beweging van de branche; wie meer schommelt dan toeval verklaart, telt "
        "als de grootste schommeling die toeval geeft",
        en="how much this figure moves from year to year at organisations of about this size, "
        "apart from the movement of the branch; those that move more than chance explains count as "
        "the largest movement that chance gives",
    ),
    "respondents": Text(
        nl="standaardfout van het gewogen gemiddelde van de respondenten",
        en="standard error of the weighted mean of the respondents",
    ),
}

TOPICS: dict[Topic, Text] = {
    "absence": Text(nl="Verzuim", en="Absence"),
    "leaving": Text(nl="Vertrek en instroom", en="Leaving and joining"),
    "teams": Text(nl="Rust in teams en leiding", en="Stability of teams and managers"),
    "contracts": Text(nl="Contracten en werktijden", en="Contracts and working hours"),
    "experience": Text(nl="Hoe mensen het werk ervaren", en="How people experience the work"),
    "overhead": Text(nl="Overhead", en="Overhead"),
}

POSITIONS: dict[tuple[str, bool | None], Text] = {
    ("within", None): Text(nl="binnen wat toeval toelaat", en="within what chance allows"),
    ("higher", False): Text(
        nl="duidelijk hoger, buiten de middelste helft",
        en="clearly higher, outside the middle half",
    ),
    ("higher", True): Text(
        nl="duidelijk hoger, wel in de middelste helft",
        en="clearly higher, yet in the middle half",
    ),
    ("higher", None): Text(nl="duidelijk hoger", en="clearly higher"),
    ("lower", False): Text(
        nl="duidelijk lager, buiten de middelste helft",
        en="clearly lower, outside the middle half",
    ),
    ("lower", True): Text(
        nl="duidelijk lager, wel in de middelste helft",
        en="clearly lower, yet in the middle half",
    ),
    ("lower", None): Text(nl="duidelijk lager", en="clearly lower"),
    ("not compared", None): Text(nl="niet vergeleken", en="not compared"),
}
#: In a sentence: "Absence rate: higher than ...".
SIDES = {
    "higher": Text(nl="hoger dan de branche", en="higher than the branch"),
    "lower": Text(nl="lager dan de branche", en="lower than the branch"),
}

#: Whom a figure rests on.
BEHIND: dict[str, Text] = {
    "person_years": Text(nl="{n} persoonsjaren", en="{n} person-years"),
    "respondents": Text(nl="{n} respondenten", en="{n} respondents"),
}
BEHIND_OTHERS = Text(nl="{n} werknemers", en="{n} employees")

REASONS = {
    "no source": Text(
        nl="de bron is niet geleverd",
        en="the source was not delivered",
    ),
    "not delivered": Text(
        nl="de bron heeft voor dit jaar geen cijfer van uw organisatie",
        en="the source has no figure of your organisation for this year",
    ),
    "few people": Text(
        nl="er zitten te weinig mensen achter, of het zou over te weinig mensen iets verraden",
        en="too few people stand behind it, or it would give away something of too few people",
    ),
}

#: What follows a number.
UNIT_SIGNS: dict[Unit, Text | None] = {
    "percent": Text(nl="%", en="%"),
    "per_year": None,
    "days": Text(nl=" dagen", en=" days"),
    "score": None,
}

#: Terms of the book's glossary, by their English name, that a profile explains.
GLOSSARY = (
    "Absence rate (verzuimpercentage)",
    "Turnover (verloop)",
    "Exit from the sector (vertrek uit de sector)",
    "Irregular-hours allowance (onregelmatigheidstoeslag)",
    "Scale (schaal)",
    "Interval",
    "Pseudonym (pseudoniem)",
    "Data-verification session (dataverificatiesessie)",
)

#: Everything else, by the place where it stands on the page.
PAGE: dict[str, Text] = {
    "title": Text(
        nl="Profiel voor de dataverificatiesessie", en="Profile for the data-verification session"
    ),
    "kicker": Text(
        nl="Preventieplan arbeidsmarkt zorg en welzijn",
        en="Preventieplan arbeidsmarkt zorg en welzijn",
    ),
    "confidential": Text(
        nl="Vertrouwelijk: alleen voor organisatie {short}",
        en="Confidential: for organisation {short} only",
    ),
    "synthetic": Text(nl="synthetische data", en="synthetic data"),
    "synthetic_lead": Text(
        nl="Deze cijfers zijn gemaakt met synthetische data. Zij gaan niet over een echte "
        "organisatie.",
        en="These figures were made from synthetic data. They are not about a real organisation.",
    ),
    "organisation": Text(nl="Organisatie", en="Organisation"),
    "branch": Text(nl="Branche", en="Branch"),
    "size": Text(nl="Werknemers", en="Employees"),
    "year": Text(nl="Peiljaar", en="Reference year"),
    "edition": Text(nl="Editie", en="Edition"),
    "unknown": Text(nl="onbekend", en="unknown"),
    "core": Text(nl="De kern", en="The core"),
    "core_none_compared": Text(
        nl="Voor deze organisatie is geen enkel cijfer met de branche te vergelijken.",
        en="For this organisation no figure can be compared with the branch.",
    ),
    "core_nothing": Text(
        nl="Geen van de {compared} vergeleken cijfers wijkt duidelijk af van de branche.",
        en="None of the {compared} figures that were compared differs clearly from the branch.",
    ),
    "core_ordinary": Text(
        nl="Van de {compared} vergeleken cijfers valt er geen op. Waar een cijfer meer van de "
        "branche verschilt dan toeval toelaat, ligt het nog in de middelste helft van de "
        "organisaties.",
        en="Of the {compared} figures that were compared, none stands out. Where a figure differs "
        "from the branch by more than chance allows, it still lies in the middle half of the "
        "organisations.",
    ),
    "core_one": Text(
        nl="Van de {compared} vergeleken cijfers valt er één op. Het verschilt meer van de branche "
        "dan toeval toelaat.",
        en="Of the {compared} figures that were compared, one stands out. It differs from the "
        "branch by more than chance allows.",
    ),
    "core_some": Text(
        nl="Van de {compared} vergeleken cijfers vallen er {standing} op. Zij verschillen meer van "
        "de branche dan toeval toelaat.",
        en="Of the {compared} figures that were compared, {standing} stand out. They differ from "
        "the branch by more than chance allows.",
    ),
    "core_furthest": Text(
        nl="De {count} die het verst van de branche liggen:",
        en="The {count} that lie furthest from the branch:",
    ),
    "core_caution": Text(
        nl="Een verschil is een begin van een gesprek, geen oordeel. Het zegt niet waardoor het "
        "komt, en wijst niemand aan. Geen verschil zegt niet dat alles goed gaat.",
        en="A difference is the start of a conversation, not a verdict. It does not tell what "
        "causes it, and points at nobody. No difference does not mean that all is well.",
    ),
    "against": Text(nl="{own}, branche {mean}", en="{own}, branch {mean}"),
    "at_a_glance": Text(nl="Waar staat uw organisatie?", en="Where does your organisation stand?"),
    "reading": Text(
        nl="Opvallend is een cijfer dat meer van de branche verschilt dan toeval toelaat, en ook "
        "buiten de middelste helft van de organisaties ligt. Het bolletje is uw organisatie, de "
        "lijn erdoor het bereik dat toeval bij uw omvang geeft (95%). Het streepje is het "
        "gemiddelde van de andere organisaties in de branche, het vlak hun middelste helft. Een "
        "oranje ruit valt op. Elke rij heeft een eigen schaal.",
        en="A figure stands out when it differs from the branch by more than chance allows, and "
        "also lies outside the middle half of the organisations. The dot is your organisation, the "
        "line through it the range that chance gives at your size (95%). The tick is the mean of "
        "the other organisations of the branch, the area their middle half. An orange diamond "
        "stands out. Each row has a scale of its own.",
    ),
    "column_figure": Text(nl="Cijfer", en="Figure"),
    "column_own": Text(nl="Uw organisatie", en="Your organisation"),
    "column_guess": Text(nl="Beste schatting", en="Best guess"),
    "column_branch": Text(nl="Branche", en="Branch"),
    "column_middle": Text(nl="Middelste helft", en="Middle half"),
    "column_picture": Text(nl="Beeld", en="Picture"),
    "column_position": Text(nl="Verschil", en="Difference"),
    "interval": Text(nl="{low} tot {high}", en="{low} to {high}"),
    "not_told": Text(nl="niet te tonen", en="not told"),
    "guess_note": Text(
        nl="De beste schatting trekt uw cijfer naar het branchegemiddelde, des te meer naarmate "
        "toeval bij uw omvang groter is. Zij zegt beter wat blijvend is dan het cijfer van één "
        "jaar.",
        en="The best guess draws your figure to the mean of the branch, the more so the larger "
        "chance is at your size. It tells better than the figure of one year what is lasting.",
    ),
    "topic_caption": Text(
        nl="{topic}: uw organisatie en de branche", en="{topic}: your organisation and the branch"
    ),
    "no_difference": Text(
        nl="Op dit onderwerp valt geen cijfer op. Dat is ook een uitkomst: herkent u dat?",
        en="On this topic no figure stands out. That is a result too: do you recognise it?",
    ),
    "talk": Text(nl="Om over te praten", en="To talk about"),
    "questions": Text(nl="Vragen voor de sessie", en="Questions for the session"),
    "together": Text(nl="Cijfers naast elkaar", en="Figures side by side"),
    "together_caution": Text(
        nl="Dat twee cijfers samengaan, zegt niet dat het ene door het andere komt.",
        en="That two figures go together does not mean that one comes from the other.",
    ),
    "development": Text(nl="Ontwikkeling over de jaren", en="Development over the years"),
    "development_lead": Text(
        nl="Eén jaar kan toeval zijn. Kijk of een verschil er al langer is.",
        en="One year can be chance. See whether a difference has been there for longer.",
    ),
    "own_line": Text(nl="Uw organisatie", en="Your organisation"),
    "branch_line": Text(nl="Branche", en="Branch"),
    "development_caption": Text(nl="{label} per jaar", en="{label} by year"),
    "moved": Text(
        nl="Uw organisatie ging van {own_first} in {first} naar {own_last} in {last}.",
        en="Your organisation went from {own_first} in {first} to {own_last} in {last}.",
    ),
    "moved_branch": Text(
        nl="De branche ging van {branch_first} in {first} naar {branch_last} in {last}.",
        en="The branch went from {branch_first} in {first} to {branch_last} in {last}.",
    ),
    "limits": Text(nl="Wat deze cijfers niet zeggen", en="What these figures do not tell"),
    "definitions": Text(nl="Begripsomschrijving en bronnen", en="Definitions and sources"),
    "definitions_caption": Text(
        nl="Wat elk cijfer is, en van wie het komt", en="What each figure is, and whose it is"
    ),
    "column_definition": Text(nl="Wat het is", en="What it is"),
    "column_source": Text(nl="Bron en jaar", en="Source and year"),
    "of_ages": Text(nl="{label}, naar leeftijd", en="{label}, by age"),
    "methods": Text(nl="Hoe is gerekend", en="How it was computed"),
    "glossary": Text(nl="Begrippen", en="Glossary"),
    "hidden": Text(nl="Niet getoond", en="Not shown"),
    "because": Text(nl="want", en="because"),
}

LIMITS: tuple[Text, ...] = (
    Text(
        nl="Dit profiel is alleen voor uw organisatie. Deel het niet met een andere: wie profielen "
        "van één branche naast elkaar legt, komt meer te weten over organisaties die er niet bij "
        "zijn.",
        en="This profile is for your organisation alone. Do not share it with another: whoever "
        "puts profiles of one branch side by side learns more of organisations that are not among "
        "them.",
    ),
    Text(
        nl="Zij zeggen niet waardoor een verschil komt. Organisaties verschillen ook in werk, "
        "cliënten, regio en leeftijd van mensen; daarvoor is hier niet gecorrigeerd.",
        en="They do not tell what causes a difference. Organisations also differ in work, clients, "
        "region and ages; no correction was made for these here.",
    ),
    Text(
        nl="Zij zeggen niets over een team, een locatie of een persoon.",
        en="They tell nothing of a team, a location or a person.",
    ),
    Text(
        nl="Lager of hoger is niet vanzelf beter of slechter. Weinig verloop kan ook betekenen dat "
        "mensen nergens heen kunnen.",
        en="Lower or higher is not better or worse by itself. Little turnover can also mean that "
        "people have nowhere to go.",
    ),
    Text(
        nl="Wie de enquête invulde, is niet altijd als wie haar niet invulde. Weging herstelt dat "
        "voor een deel.",
        en="Those who answered the survey are not always like those who did not. Weighting repairs "
        "part of that.",
    ),
    Text(
        nl="Kloppen de cijfers niet met uw eigen administratie? Zeg het: daar is de sessie voor. "
        "Definities en peildata verschillen vaak.",
        en="Do the figures not fit your own records? Say so: that is what the session is for. "
        "Definitions and reference dates often differ.",
    ),
)

METHODS: tuple[Text, ...] = (
    Text(
        nl="Het branchegemiddelde gaat over de andere organisaties, zonder de uwe; elke "
        "organisatie telt één keer. Het is afgerond, en staat er alleen als er minstens "
        "{organisations} andere zijn en geen ervan overheerst.",
        en="The mean of the branch is over the other organisations, without yours; each counts "
        "once. It is rounded, and only told if there are {organisations} others at least and none "
        "of them dominates.",
    ),
    Text(
        nl="De middelste helft loopt van P25 tot P75. Elk van beide is het gemiddelde van tien "
        "waarden, zodat er geen andere organisatie in te herkennen is; daarvoor zijn veertig "
        "andere organisaties nodig.",
        en="The middle half runs from P25 to P75. Each is the mean of ten values, so that no other "
        "organisation can be recognised in it; that takes forty other organisations.",
    ),
    Text(
        nl="Alle vergelijkingen zijn samen getoetst (Benjamini en Hochberg, 1995): van wat "
        "duidelijk heet, is naar verwachting hooguit een op de twintig vals alarm. De toets telt "
        "ook mee dat het branchegemiddelde zelf onzeker is.",
        en="All comparisons were tested together (Benjamini and Hochberg, 1995): of what is called "
        "clear, at most one in twenty is expected to be a false alarm. The test also counts that "
        "the mean of the branch is uncertain itself.",
    ),
    Text(
        nl="De beste schatting volgt uit de verhouding tussen toeval en blijvende verschillen "
        "(empirische Bayes; Morris, 1983). Zij heeft niet meer decimalen dan het "
        "branchegemiddelde. Een beste schatting, of een interval met de vergelijking die erop "
        "rust, ontbreekt waar een of twee andere organisaties het grootste deel ervan bepalen.",
        en="The best guess follows from the ratio of chance to lasting differences (empirical "
        "Bayes; Morris, 1983). It has no more decimals than the mean of the branch. A best guess, "
        "or an interval with the comparison that rests on it, is left out where one or two other "
        "organisations would make up most of it.",
    ),
    Text(
        nl="Groepen van minder dan {persons} mensen zijn niet getoond. Vertrek uit de sector staat "
        "er alleen als minstens {persons} mensen weggingen en minstens {persons} niet.",
        en="Groups of fewer than {persons} people are not shown. Exit from the sector is only told "
        "if {persons} people or more left and {persons} or more did not.",
    ),
)
