"""Names of sectors, branches and measures as readers see them; explained in the book's glossary."""

from analysis import formats
from analysis.languages import Language, Text
from analysis.places import from_start, is_from_start, is_place, place_of
from analysis.sources.vocabulary import AGE_BANDS


def words(vocabulary: dict[str, Text]) -> dict[str, dict[str, str]]:
    """Return the labels of a closed list in the form in which a chapter passes them on."""
    return {key: text.model_dump() for key, text in vocabulary.items()}


#: Stands in the place of a table's title where the airlock kept a number inside.
WITHHELD = Text(
    nl="de uitkomst blijft binnen, om mensen en organisaties te beschermen",
    en="the result stays inside, to protect people and organisations",
)

#: Stands there where the tables were delivered, and a model could not be estimated from them.
NOT_ESTIMATED = Text(
    nl="uit deze gegevens niet te schatten: te weinig mensen of organisaties, te weinig verschil "
    "tussen hen, of kenmerken die niet uit elkaar te houden zijn",
    en="cannot be estimated from these data: too few people or organisations, too little "
    "difference between them, or characteristics that cannot be told apart",
)

#: CBS industries (SBI 2008) by StatLine key.
INDUSTRIES = {
    "T001081": {"nl": "Alle bedrijfstakken", "en": "All industries"},
    "422400": {"nl": "Zorg en welzijn", "en": "Care and welfare"},
    "422500": {"nl": "Gezondheidszorg", "en": "Health care"},
    "422600": {"nl": "Ziekenhuizen", "en": "Hospitals"},
    "425300": {"nl": "Verpleging en zorg met overnachting", "en": "Residential care"},
    "426600": {"nl": "Welzijn zonder overnachting", "en": "Welfare, no overnight stay"},
}

#: Branches of the AZW programme.
BRANCHES = {
    "sector": {"nl": "Hele sector", "en": "Whole sector"},
    "vvt": {"nl": "Verpleging, verzorging en thuiszorg", "en": "Nursing and home care"},
    "ghz": {"nl": "Gehandicaptenzorg", "en": "Disability care"},
    "ggz": {"nl": "Geestelijke gezondheidszorg", "en": "Mental-health care"},
    "hospitals": {"nl": "Ziekenhuizen", "en": "Hospitals"},
    "youth_care": {"nl": "Jeugdzorg", "en": "Youth care"},
    "social_work": {"nl": "Sociaal werk", "en": "Social work"},
}

MEASURES = {
    "employees": {"nl": "Werknemers", "en": "Employees"},
    "self_employed": {"nl": "Zelfstandigen", "en": "Self-employed"},
    "open_vacancies": {"nl": "Openstaand", "en": "Open"},
    "new_vacancies": {"nl": "Ontstaan in de periode", "en": "New in the period"},
    "filled_vacancies": {"nl": "Vervuld in de periode", "en": "Filled in the period"},
    "inflow": {"nl": "Instroom", "en": "Inflow"},
    "outflow": {"nl": "Uitstroom", "en": "Outflow"},
    "within_branch": {"nl": "Binnen de branche", "en": "Within the branch"},
    "between_branches": {"nl": "Naar een andere branche", "en": "To another branch"},
    "to_pension": {"nl": "Vertrek: pensioen", "en": "Left: retirement"},
    "to_other_sector": {"nl": "Vertrek: andere sector", "en": "Left: other sector"},
    "to_inactivity": {"nl": "Vertrek: inactief (restgroep)", "en": "Left: inactive (remainder)"},
}

#: What a chapter says of an organisation, as columns of ``organisation_years``.
CHARACTERISTICS = {
    "employees": {"nl": "Aantal werknemers", "en": "Number of employees"},
    "absence_rate": {"nl": "Verzuim", "en": "Absence rate"},
    "turnover_rate": {"nl": "Verloop", "en": "Turnover"},
    "inflow_rate": {"nl": "Instroom", "en": "Inflow"},
    "sector_exit_rate": {"nl": "Vertrek uit de sector", "en": "Exit from the sector"},
    "temporary_share": {"nl": "Tijdelijke contracten", "en": "Temporary contracts"},
    "irregular_allowance_share": {
        "nl": "Onregelmatigheidstoeslag",
        "en": "Irregular-hours allowance",
    },
    "overhead_share": {"nl": "Overhead", "en": "Overhead"},
    "team_churn": {"nl": "Wisselingen in teams", "en": "Team churn"},
}

#: What may go with the absence of organisations, and how it is looked at.
ORGANISATION_DRIVERS = {
    **CHARACTERISTICS,
    "injury_risk": {"nl": "Risico op persoonlijk letsel", "en": "Risk of personal injury"},
    "mental_load": {"nl": "Psychische belasting", "en": "Mental load"},
    "burdensome_conditions": {
        "nl": "Bezwarende omstandigheden",
        "en": "Burdensome conditions",
    },
    "manager_churn": {"nl": "Wisselende leidinggevenden", "en": "Changing managers"},
    "effective_streams": {"nl": "Geldstromen", "en": "Funding streams"},
    "young_share": {"nl": "Jonge werknemers", "en": "Young employees"},
    "older_share": {"nl": "Oudere werknemers", "en": "Older employees"},
    "mental_care_share": {"nl": "Gebruik psychische zorg", "en": "Use of mental care"},
    "physiotherapy_share": {"nl": "Gebruik fysiotherapie", "en": "Use of physiotherapy"},
    "mobility": {"nl": "Mobiliteit", "en": "Mobility"},
    "between": {"nl": "tussen organisaties", "en": "between organisations"},
    "within": {"nl": "binnen een organisatie", "en": "within an organisation"},
    "pooled": {"nl": "zonder onderscheid", "en": "without telling them apart"},
    "random": {"nl": "toevallige effecten", "en": "random effects"},
}

SIZE_BANDS = {
    "under_250": {"nl": "minder dan 250", "en": "under 250"},
    "250_to_999": {"nl": "250 tot 1.000", "en": "250 to 999"},
    "1000_to_2999": {"nl": "1.000 tot 3.000", "en": "1,000 to 2,999"},
    "3000_plus": {"nl": "3.000 en meer", "en": "3,000 and more"},
}

#: What methods call the measures of a distribution, a funnel and a curve, and groups they make.
STATISTICS = {
    "p10": {"nl": "P10", "en": "P10"},
    "p25": {"nl": "P25", "en": "P25"},
    "p50": {"nl": "Mediaan", "en": "Median"},
    "p75": {"nl": "P75", "en": "P75"},
    "p90": {"nl": "P90", "en": "P90"},
    "size": {"nl": "Gemiddelde omvang", "en": "Mean size"},
    "target": {"nl": "Alle organisaties samen", "en": "All organisations together"},
    "low_95": {"nl": "Ondergrens 95%", "en": "Lower limit 95%"},
    "high_95": {"nl": "Bovengrens 95%", "en": "Upper limit 95%"},
    "low_998": {"nl": "Ondergrens 99,8%", "en": "Lower limit 99.8%"},
    "high_998": {"nl": "Bovengrens 99,8%", "en": "Upper limit 99.8%"},
    "below": {"nl": "Organisaties onder de 95%-grens", "en": "Organisations below the 95% limit"},
    "within": {"nl": "Organisaties tussen de 95%-grenzen", "en": "Organisations within 95% limits"},
    "above": {"nl": "Organisaties boven de 95%-grens", "en": "Organisations above the 95% limit"},
    "all_sizes": {"nl": "Alle klassen", "en": "All classes"},
    "time": {"nl": "Tijd", "en": "Time"},
    "still_there": {"nl": "Aandeel dat er nog is", "en": "Share still there"},
    **{f"bin_{place}": {"nl": f"Groep {place}", "en": f"Group {place}"} for place in range(1, 21)},
}

#: Outcomes of a scenario, as its sliders and tables name them.
SCENARIO_OUTCOMES = {
    "ill": Text(nl="Minder mensen ziek op een dag", en="Fewer people ill on a day"),
    "fte": Text(nl="Hetzelfde in voltijdbanen", en="The same in full-time jobs"),
    "fte_of_vacancies": Text(
        nl="Die voltijdbanen als deel van de openstaande vacatures",
        en="Those full-time jobs as a share of the open vacancies",
    ),
    "absence_averted": Text(
        nl="Kosten die de werkgever vermijdt, met het loon dat hij toch betaalt",
        en="Costs that employers avoid, with the wages that they pay anyway",
    ),
    "absence_cash": Text(
        nl="Geld dat de werkgever overhoudt: minder inhuur",
        en="Cash that employers keep: less hired cover",
    ),
    "absence_society": Text(
        nl="Waarde voor de samenleving: werk dat weer gedaan wordt",
        en="Value for society: work that is done again",
    ),
    "kept": Text(nl="Minder vertrekkers per jaar", en="Fewer leavers a year"),
    "kept_of_vacancies": Text(
        nl="Als deel van de nieuwe vacatures van een jaar",
        en="As a share of the new vacancies of a year",
    ),
    "turnover_averted": Text(
        nl="Vermeden kosten van de werkgever", en="Costs that employers avoid"
    ),
    "bill": Text(nl="Rekening voor interventies", en="Bill for interventions"),
    "break_even_averted": Text(
        nl="Daling van het verzuim die nodig is, als alle kosten tellen",
        en="Fall of absence that is needed if all costs count",
    ),
    "break_even_cash": Text(
        nl="Daling van het verzuim die nodig is, als alleen geld telt",
        en="Fall of absence that is needed if only cash counts",
    ),
}

#: Readings of unwanted departures, which the report does not define.
READINGS = {
    "before_pension": Text(
        nl="Iedereen die vóór pensioen de sector verlaat",
        en="Everybody who leaves the sector before retirement",
    ),
    "other_sector": Text(nl="Wie naar een andere sector gaat", en="Who goes to another sector"),
    "employer": Text(
        nl="Wie vóór pensioen de sector verlaat of daarbinnen van werkgever of functie wisselt",
        en="Who leaves the sector before retirement, or changes employer or function within it",
    ),
}

SOURCES = {
    "pfzw": {"nl": "PFZW", "en": "PFZW"},
    "vernet": {"nl": "Vernet", "en": "Vernet"},
    "izz_monitor": {"nl": "IZZ Monitor", "en": "IZZ Monitor"},
    "izz_care_use": {"nl": "IZZ zorggebruik", "en": "IZZ care use"},
    "fwg": {"nl": "FWG", "en": "FWG"},
    "intrakoop": {"nl": "Intrakoop", "en": "Intrakoop"},
    "additional": {"nl": "Aanvullend", "en": "Additional"},
    "programme": {"nl": "Programma", "en": "Programme"},
}

#: Groups that the report says are missed.
MISSED_GROUPS = {
    "young_voices": {
        "nl": "Jonger dan 35 in luistersessies",
        "en": "Under 35 in listening sessions",
    },
    "practical_voices": {
        "nl": "Praktisch opgeleid in luistersessies",
        "en": "Practically educated in listening sessions",
    },
    "young_respondents": {"nl": "Jonger dan 35 in de enquête", "en": "Under 35 in the survey"},
    "practical_respondents": {
        "nl": "Praktisch opgeleid in de enquête",
        "en": "Practically educated in the survey",
    },
}

#: Ages together, and the parts of those under 35.
AGE_GROUPS = {
    "under_35": {"nl": "jonger dan 35, samen", "en": "under 35, together"},
    "students_under_25": {
        "nl": "jonger dan 25, bijbaan van een student",
        "en": "under 25, side job of a student",
    },
    "others_under_25": {"nl": "jonger dan 25, andere banen", "en": "under 25, other jobs"},
}

#: The eight best practices of the report.
PRACTICES = {
    "board_role": {"nl": "Rol van de raad van bestuur", "en": "Role of the board"},
    "leadership_programme": {"nl": "Leiderschap", "en": "Leadership"},
    "own_control": {"nl": "Eigen regie in teams", "en": "Own control in teams"},
    "safe_environment": {"nl": "Veilige werkomgeving", "en": "Safe work environment"},
    "talent": {"nl": "Talentontwikkeling", "en": "Talent development"},
    "attention_to_staff": {
        "nl": "Behoud door aandacht en werkplezier",
        "en": "Retention by attention and joy in work",
    },
    "absence_guidance": {
        "nl": "Verzuimbegeleiding en het goede gesprek",
        "en": "Absence guidance and the good conversation",
    },
    "data_driven": {"nl": "Werken met data", "en": "Working with data"},
}

#: Classes of the size of a small unit within an organisation.
UNIT_SIZES = {
    "units_10_to_14": {"nl": "10 tot en met 14 mensen", "en": "10 to 14 people"},
    "units_15_to_19": {"nl": "15 tot en met 19 mensen", "en": "15 to 19 people"},
    "units_20_to_30": {"nl": "20 tot en met 30 mensen", "en": "20 to 30 people"},
    "units_10_to_30": {"nl": "10 tot en met 30 mensen, samen", "en": "10 to 30 people, together"},
}


_AT = {"nl": "bij", "en": "at"}
#: Years seen from the first whole year of the programme.
_BEFORE_START = {
    "nl": {True: "{years} jaar eerder", False: "{years} jaar eerder"},
    "en": {True: "{years} year earlier", False: "{years} years earlier"},
}
_AFTER_START = {
    "nl": {True: "{years} jaar later", False: "{years} jaar later"},
    "en": {True: "{years} year later", False: "{years} years later"},
}
_START = {"nl": "eerste hele jaar", "en": "first whole year"}


def standard_label(key: str, language: Language) -> str:
    """Return what a chapter need not name: a measure that a method makes, or the key itself."""
    if is_from_start(key):
        years = from_start(key)
        words = _BEFORE_START if years < 0 else _AFTER_START
        written = words[language][abs(years) == 1].format(years=abs(years))
        return written if years else _START[language]
    if is_place(key):
        return f"{_AT[language]} {formats.number(place_of(key), language, decimals=4)}"
    return STATISTICS[key][language] if key in STATISTICS else key


def names_a_category(label: Text) -> bool:
    """Tell whether a label names a category of this list, such as an age band.

    Its numbers are limits that the code draws, not results that a hand typed.
    """
    return label.model_dump() in _CATEGORIES


_CATEGORIES = [
    *words(AGE_BANDS).values(),
    *SIZE_BANDS.values(),
    *MISSED_GROUPS.values(),
    *AGE_GROUPS.values(),
    *UNIT_SIZES.values(),
]
