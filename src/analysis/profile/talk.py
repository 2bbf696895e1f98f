"""What to talk about when a figure stands out, and questions for the session, per topic.

The same for every organisation: only which of them stand in a profile depends on the data.
"""

from analysis.languages import Text
from analysis.profile.measures import EXIT, Topic
from analysis.sources.vocabulary import AGE_BANDS

_EXIT_BAND = {
    "higher": Text(
        nl="Uit deze leeftijdsgroep verlaten meer mensen de sector. Wat zoeken zij op dit punt in "
        "hun loopbaan, en wat kan de organisatie hun bieden?",
        en="More people of this age leave the sector. What do they look for at this point of their "
        "career, and what can the organisation offer them?",
    ),
    "lower": Text(
        nl="Uit deze leeftijdsgroep verlaten minder mensen de sector. Wat houdt hen, volgens "
        "henzelf?",
        en="Fewer people of this age leave the sector. What keeps them, in their own words?",
    ),
}

#: Figure and side → what to talk about.
TALK: dict[str, dict[str, Text]] = {
    "absence_rate": {
        "higher": Text(
            nl="Er is meer verzuim. Kijk eerst of dat komt doordat mensen vaker ziek zijn of "
            "langer, en of teams daarin verschillen.",
            en="There is more absence. See first whether people are ill more often or for longer, "
            "and whether teams differ in that.",
        ),
        "lower": Text(
            nl="Er is minder verzuim. Hoe ziet u dat zelf terug, en komt iemand soms ziek naar het "
            "werk?",
            en="There is less absence. Where do you see that yourself, and does anybody come to "
            "work ill at times?",
        ),
    },
    "frequency": {
        "higher": Text(
            nl="Mensen melden zich vaker ziek. Is dat rond bepaalde diensten, seizoenen of "
            "roosters?",
            en="People report ill more often. Is that around certain shifts, seasons or rosters?",
        ),
        "lower": Text(
            nl="Mensen melden zich minder vaak ziek. Wordt elke ziekmelding ook vastgelegd?",
            en="People report ill less often. Is every report of illness put on record?",
        ),
    },
    "mean_duration": {
        "higher": Text(
            nl="Wie ziek is, is langer ziek. Hoe verlopen de eerste weken: wie belt, wie denkt mee "
            "over ander werk?",
            en="Those who are ill are ill for longer. How do the first weeks go: who calls, who "
            "thinks along about other work?",
        ),
        "lower": Text(
            nl="Wie ziek is, is korter ziek. Is de terugkeer ook blijvend?",
            en="Those who are ill are ill for shorter. Do they return for good?",
        ),
    },
    "long_term_share": {
        "higher": Text(
            nl="Een groter deel van het verzuim duurt langer dan zes weken. Zijn er vooraf "
            "signalen geweest die iemand had kunnen bespreken?",
            en="A larger share of absence lasts more than six weeks. Were there signals beforehand "
            "that somebody could have talked about?",
        ),
        "lower": Text(
            nl="Een kleiner deel van het verzuim duurt lang. Bestaat het verzuim dan vooral uit "
            "korte meldingen, en herkent u dat?",
            en="A smaller share of absence is long. Is absence mostly short then, and do you "
            "recognise that?",
        ),
    },
    "turnover_rate": {
        "higher": Text(
            nl="Er vertrekken meer mensen. Wie vertrekt er, na hoeveel tijd, en wat vertellen zij "
            "bij het weggaan?",
            en="More people leave. Who leaves, after how much time, and what do they tell on "
            "leaving?",
        ),
        "lower": Text(
            nl="Er vertrekken minder mensen. Is er genoeg ruimte om door te groeien of van plek te "
            "wisselen?",
            en="Fewer people leave. Is there enough room to grow or to change places?",
        ),
    },
    "inflow_rate": {
        "higher": Text(
            nl="Er komen meer nieuwe mensen bij. Is er tijd om hen in te werken, en hoeveel vraagt "
            "dat van de collega's?",
            en="More new people come in. Is there time to show them the work, and how much does "
            "that ask of colleagues?",
        ),
        "lower": Text(
            nl="Er komen minder nieuwe mensen bij. Is dat een keuze, of lukt werven niet?",
            en="Fewer new people come in. Is that a choice, or does recruiting not work?",
        ),
    },
    "sector_exit_rate": {
        "higher": Text(
            nl="Meer mensen gaan weg uit zorg en welzijn. Gaan zij met pensioen, naar ander werk, "
            "of stoppen zij?",
            en="More people leave care and welfare. Do they retire, go to other work, or stop?",
        ),
        "lower": Text(
            nl="Minder mensen gaan weg uit zorg en welzijn. Wat maakt dat zij blijven werken in "
            "de sector?",
            en="Fewer people leave care and welfare. What makes them go on working in the sector?",
        ),
    },
    **{f"{EXIT}{band}": _EXIT_BAND for band in AGE_BANDS},
    "team_churn": {
        "higher": Text(
            nl="Teams wisselen vaker van samenstelling. Komt dat door vertrek, door groei of door "
            "hoe er wordt geroosterd?",
            en="Teams change more. Does that come from leaving, from growth or from how rosters "
            "are made?",
        ),
        "lower": Text(
            nl="Teams blijven meer bij elkaar. Wat levert dat op, en komt er genoeg nieuws binnen?",
            en="Teams stay together more. What does that bring, and does enough that is new come "
            "in?",
        ),
    },
    "manager_churn": {
        "higher": Text(
            nl="Leidinggevenden wisselen vaker. Wat merken teams daarvan, en wat hebben nieuwe "
            "leidinggevenden nodig?",
            en="Managers change more often. What do teams notice of it, and what do new managers "
            "need?",
        ),
        "lower": Text(
            nl="Leidinggevenden blijven langer op hun plek. Helpt dat teams, en krijgen nieuwe "
            "leiders een kans?",
            en="Managers stay longer. Does that help teams, and do new leaders get a chance?",
        ),
    },
    "temporary_share": {
        "higher": Text(
            nl="Meer mensen hebben een tijdelijk of oproepcontract. Wie wil dat zelf, en wie wacht "
            "op een vaste plek?",
            en="More people have a temporary or on-call contract. Who wants that, and who waits "
            "for a permanent place?",
        ),
        "lower": Text(
            nl="Minder mensen hebben een tijdelijk of oproepcontract. Hoe vangt u pieken en uitval "
            "dan op?",
            en="Fewer people have a temporary or on-call contract. How then do you meet peaks and "
            "absence?",
        ),
    },
    "irregular_allowance_share": {
        "higher": Text(
            nl="Er wordt meer in avond, nacht en weekend gewerkt. Hoeveel invloed hebben mensen op "
            "hun rooster?",
            en="More work is done in evenings, at night and at weekends. How much say do people "
            "have in their roster?",
        ),
        "lower": Text(
            nl="Er wordt minder in avond, nacht en weekend gewerkt. Past dat bij uw soort zorg, of "
            "ligt dat werk elders?",
            en="Less work is done in evenings, at night and at weekends. Does that fit your kind "
            "of care, or is that work done elsewhere?",
        ),
    },
    "climate": {
        "higher": Text(
            nl="Mensen ervaren meer aandacht voor gezond en veilig werken. Waaraan merken zij dat?",
            en="People experience more attention for healthy and safe work. How do they notice?",
        ),
        "lower": Text(
            nl="Mensen ervaren minder aandacht voor gezond en veilig werken. Waar zit dat: bij "
            "het management, de leidinggevende, het team, de communicatie of het meepraten?",
            en="People experience less attention for healthy and safe work. Where is that: with "
            "management, the supervisor, the team, communication or having a say?",
        ),
    },
    "learning": {
        "higher": Text(
            nl="Mensen ervaren meer ruimte om te leren en fouten te bespreken. Waardoor lukt dat "
            "in de drukte?",
            en="People experience more room to learn and to talk about mistakes. How does that "
            "work out in busy times?",
        ),
        "lower": Text(
            nl="Mensen ervaren minder ruimte om te leren en fouten te bespreken. Is er tijd voor, "
            "en voelt het veilig?",
            en="People experience less room to learn and to talk about mistakes. Is there time for "
            "it, and does it feel safe?",
        ),
    },
    "leadership": {
        "higher": Text(
            nl="Mensen ervaren meer vertrouwen en ruimte van hun leidinggevende. Wat doen "
            "leidinggevenden hier anders?",
            en="People experience more trust and room from their manager. What do managers do "
            "differently here?",
        ),
        "lower": Text(
            nl="Mensen ervaren minder vertrouwen en ruimte van hun leidinggevende. Hoeveel mensen "
            "heeft een leidinggevende onder zich, en welke steun is er?",
            en="People experience less trust and room from their manager. How many people does a "
            "manager have, and which support is there?",
        ),
    },
    "workload": {
        "higher": Text(
            nl="Mensen ervaren meer werkdruk. Welke soort: te veel werk, zwaar werk, moeilijke "
            "situaties of regels?",
            en="People experience more workload. Of which kind: too much work, heavy work, "
            "difficult situations or rules?",
        ),
        "lower": Text(
            nl="Mensen ervaren minder werkdruk. Geldt dat voor alle teams en functies?",
            en="People experience less workload. Does that hold for all teams and functions?",
        ),
    },
    "engagement": {
        "higher": Text(
            nl="Mensen zijn meer bevlogen. Waar halen zij energie uit?",
            en="People are more engaged. What gives them energy?",
        ),
        "lower": Text(
            nl="Mensen zijn minder bevlogen. Wat kost hun energie, en wat gaf die vroeger wel?",
            en="People are less engaged. What takes their energy, and what used to give it?",
        ),
    },
    "overhead_share": {
        "higher": Text(
            nl="Een groter deel van de lasten gaat naar overhead. Wat merken zorgteams van die "
            "ondersteuning?",
            en="A larger share of costs goes to overhead. What do care teams notice of that "
            "support?",
        ),
        "lower": Text(
            nl="Een kleiner deel van de lasten gaat naar overhead. Doen zorgteams zelf werk dat "
            "elders ondersteuning doet?",
            en="A smaller share of costs goes to overhead. Do care teams do work that support does "
            "elsewhere?",
        ),
    },
}

QUESTIONS: dict[Topic, tuple[Text, ...]] = {
    "absence": (
        Text(nl="Herkent u deze cijfers uit uw eigen administratie?",
             en="Do you recognise these figures from your own records?"),
        Text(nl="Bij welk verzuim denkt u zelf aan het werk of het rooster, en bij welk niet?",
             en="With which absence do you think of the work or the roster, and with which not?"),
    ),
    "leaving": (
        Text(nl="Van wie wist u vooraf dat zij weggingen, en wie verraste u?",
             en="Of whom did you know beforehand that they would leave, and who surprised you?"),
        Text(nl="Wat vertellen mensen die een jaar na hun start nog blijven?",
             en="What do people tell who are still there a year after they started?"),
    ),
    "teams": (
        Text(nl="Welke teams zijn al jaren stabiel, en wat is daar anders geregeld?",
             en="Which teams have been stable for years, and what is arranged differently there?"),
        Text(nl="Wie merkt het als een team vaak van leiding wisselt, en wat gebeurt er dan?",
             en="Who notices when a team often changes managers, and what happens then?"),
    ),
    "contracts": (
        Text(nl="Welke contracten willen mensen zelf?", en="Which contracts do people want?"),
        Text(nl="Hoe ver vooruit kent iemand het eigen rooster, en wie mag er iets aan veranderen?",
             en="How far ahead does somebody know their roster, and who may change it?"),
    ),
    "experience": (
        Text(nl="Klopt dit beeld met wat u in de luistersessies en in gesprekken hoort?",
             en="Does this fit with what you hear in listening sessions and conversations?"),
        Text(nl="Wie heeft de enquête waarschijnlijk niet ingevuld, en hoe hoort u hen?",
             en="Who probably did not answer the survey, and how do you hear them?"),
    ),
    "overhead": (
        Text(nl="Welke ondersteuning zouden teams missen als zij wegviel, en welke niet?",
             en="Which support would teams miss if it were gone, and which not?"),
    ),
}  # fmt: skip
