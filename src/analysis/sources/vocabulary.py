"""The closed lists that confidential deliveries use, with the words a reader knows them by."""

from analysis.languages import Text

BRANCHES = {
    "vvt": Text(nl="Verpleging, verzorging en thuiszorg", en="Nursing and home care"),
    "ghz": Text(nl="Gehandicaptenzorg", en="Disability care"),
    "ggz": Text(nl="Geestelijke gezondheidszorg", en="Mental-health care"),
    "hospitals": Text(nl="Ziekenhuizen", en="Hospitals"),
    "welfare": Text(nl="Welzijn, jeugd en overig", en="Welfare, youth and other"),
}
#: The branches that Vernet's figure in the report covers.
FOUR_BRANCHES = ("vvt", "ghz", "ggz", "hospitals")

REGIONS = {
    "noord": Text(nl="Noord-Nederland", en="North"),
    "noord_holland": Text(nl="Noord-Holland", en="North Holland"),
    "limburg": Text(nl="Limburg", en="Limburg"),
    "oost": Text(nl="Oost-Nederland", en="East"),
    "midden": Text(nl="Midden-Nederland", en="Centre"),
    "zuid_holland": Text(nl="Zuid-Holland", en="South Holland"),
    "brabant_zeeland": Text(nl="Brabant en Zeeland", en="Brabant and Zeeland"),
}

AGE_BANDS = {
    "under_25": Text(nl="jonger dan 25", en="under 25"),
    "25_to_34": Text(nl="25 tot 35", en="25 to 34"),
    "35_to_44": Text(nl="35 tot 45", en="35 to 44"),
    "45_to_54": Text(nl="45 tot 55", en="45 to 54"),
    "55_plus": Text(nl="55 en ouder", en="55 and over"),
}
#: First age of each band; the last one is open.
AGE_STARTS = {"under_25": 0, "25_to_34": 25, "35_to_44": 35, "45_to_54": 45, "55_plus": 55}

FUNCTION_GROUPS = {
    "nursing": Text(nl="Verpleging", en="Nursing"),
    "care": Text(nl="Verzorging", en="Personal care"),
    "guidance": Text(nl="Begeleiding en agogisch werk", en="Guidance and social work"),
    "treatment": Text(nl="Behandeling", en="Treatment"),
    "facilities": Text(nl="Facilitair", en="Facilities"),
    "secretarial": Text(nl="Secretariaat en administratie", en="Secretariat and administration"),
    "management": Text(nl="Leiding", en="Management"),
    "staff": Text(nl="Staf", en="Staff"),
}

SEXES = {"female": Text(nl="vrouw", en="female"), "male": Text(nl="man", en="male")}

CONTRACTS = {
    "permanent": Text(nl="vast", en="permanent"),
    "temporary": Text(nl="tijdelijk", en="temporary"),
    "on_call": Text(nl="oproep", en="on call"),
}

DESTINATIONS = {
    "pension": Text(nl="pensioen", en="retirement"),
    "other_sector": Text(nl="andere sector", en="other sector"),
    "inactive": Text(nl="inactief (restgroep)", en="inactive (remainder)"),
}

EDUCATION = {
    "low": Text(nl="geen of mbo 1", en="none or mbo 1"),
    "mbo": Text(nl="mbo 2 tot en met 4", en="mbo 2 to 4"),
    "hbo": Text(nl="hbo", en="hbo (applied university)"),
    "wo": Text(nl="wo", en="wo (university)"),
}
#: "Practically educated" in the report.
PRACTICAL = ("low", "mbo")

ORIGINS = {
    "netherlands": Text(nl="Nederland", en="Netherlands"),
    "abroad": Text(nl="buitenland (zelf of ouders)", en="abroad (self or parents)"),
}

SESSION_KINDS = {
    "listening": Text(nl="luistersessie", en="listening session"),
    "data_verification": Text(nl="dataverificatiesessie", en="data-verification session"),
    "reflection": Text(nl="reflectiesessie", en="reflection session"),
}

ROLES = {
    "professional": Text(nl="zorgprofessional", en="care professional"),
    "team_leader": Text(nl="teamleider", en="team leader"),
    "board": Text(nl="bestuur", en="board"),
    "management": Text(nl="management", en="management"),
    "hr": Text(nl="HR", en="HR"),
    "employee_council": Text(nl="medewerkersvertegenwoordiging", en="employee council"),
}

#: What people talk about in sessions, as the coders score it.
THEMES = {
    "leadership": Text(nl="leiderschap", en="leadership"),
    "rosters": Text(nl="roosters en planning", en="rosters and planning"),
    "learning": Text(nl="leren en ontwikkelen", en="learning and development"),
    "fixed_team": Text(nl="vaste collega's", en="fixed colleagues"),
    "climate": Text(nl="organisatieklimaat", en="organisational climate"),
    "workload": Text(nl="werkdruk", en="workload"),
    "administration": Text(nl="regeldruk", en="administrative burden"),
    "craft": Text(nl="vakmanschap en dynamiek", en="craft and dynamics"),
    "support_staff": Text(nl="ondersteunende functies", en="supporting functions"),
    "national_offer": Text(nl="landelijk aanbod", en="national interventions"),
    "own_offer": Text(nl="aanbod van de eigen organisatie", en="what the own organisation offers"),
    "health": Text(
        nl="lichamelijke, mentale en financiële gezondheid",
        en="physical, mental and financial health",
    ),
    "board": Text(nl="zichtbaar bestuur", en="a visible board"),
    "board_agenda": Text(
        nl="personeel op de bestuurlijke agenda", en="staff on the board's agenda"
    ),
    "direct_contact": Text(
        nl="direct contact met leiding en bestuur", en="direct contact with leaders and board"
    ),
    "channels": Text(
        nl="intranet, nieuwsbrief en andere kanalen",
        en="intranet, newsletters and other channels",
    ),
    "conversation": Text(nl="het goede gesprek", en="the good conversation"),
    "figures": Text(nl="sturen op cijfers en productie", en="steering by figures and production"),
    "span": Text(nl="aantal mensen per leidinggevende", en="number of people per manager"),
    "consistency": Text(nl="eenduidige leiding", en="consistent leadership"),
}

#: What a theme is to the speaker: the job demands and resources of the JD-R model, and what the
#: sessions asked besides. One voice may mean several.
MEANINGS = {
    "stressor": Text(nl="kost energie", en="costs energy"),
    "energy": Text(nl="geeft energie", en="gives energy"),
    "need": Text(nl="is nodig om te blijven", en="is needed to stay"),
    "keep": Text(nl="moet blijven", en="should be kept"),
    "stop": Text(nl="kan stoppen", en="can be stopped"),
}

#: Building block of chapter 2.4 → the themes that belong to it.
BUILDING_BLOCKS = {
    "board_agenda": ("board", "board_agenda"),
    "leadership": (
        "leadership", "climate", "direct_contact", "conversation", "span", "consistency",
    ),
    "calm": ("rosters", "fixed_team", "support_staff", "workload", "administration"),
}  # fmt: skip

#: What an organisation has or does, as the facilitators score it after the sessions.
CHECKLIST = {
    "data_experts": Text(nl="data-experts voor de arbeidsmarkt", en="labour-market data experts"),
    "dashboards": Text(nl="volwassen dashboards", en="mature dashboards"),
    "analysis": Text(nl="analytisch vermogen", en="analytical capacity"),
    "hr_themes": Text(nl="HR-beleid naar thema's", en="HR policy by theme"),
    "hr_instruments": Text(nl="HR-instrumenten", en="HR instruments"),
    "projects": Text(nl="programma- en projectmanagement", en="programme and project management"),
    "hr_in_strategy": Text(nl="HR in het strategisch beleid", en="HR in the strategic policy"),
    "hr_on_agenda": Text(nl="HR op de bestuurlijke agenda", en="HR on the board's agenda"),
    "professionals": Text(
        nl="zorgprofessionals denken mee", en="care professionals take part in decisions"
    ),
    "academy": Text(nl="interne academie", en="internal academy"),
    "absence_policy": Text(nl="passend verzuimbeleid", en="adequate absence policy"),
    "board_energy": Text(nl="energie bij het bestuur", en="energy on the board"),
    "attention": Text(nl="aandacht voor professionals", en="attention to professionals"),
    "people": Text(nl="mensen om het te doen", en="people to do it"),
    "means": Text(nl="middelen om het te doen", en="means to do it"),
}
#: The three success factors of chapter 2.3 → items that make them up.
SUCCESS_FACTORS = {
    "data_maturity": ("data_experts", "dashboards", "analysis"),
    "strategic_hr": ("hr_themes", "hr_instruments", "projects"),
    "connection": ("hr_in_strategy", "hr_on_agenda", "professionals"),
}
#: Processes and tools, and what is put into using them.
PROCESSES = (*SUCCESS_FACTORS["data_maturity"], *SUCCESS_FACTORS["strategic_hr"])
COMMITMENT = ("board_energy", "attention", "people", "means")

LEVELS = {
    "individual": Text(nl="individu", en="individual"),
    "organisational": Text(nl="organisatie", en="organisation"),
    "both": Text(nl="individu en organisatie", en="individual and organisation"),
}

#: What stands in place of the code of an earlier intervention where none does the same.
NO_OVERLAP = "none"

AIMS = {
    "source": Text(nl="aanpak bij de bron", en="at the source"),
    "early": Text(nl="vroege signalen", en="early signals"),
    "recovery": Text(nl="herstel na ziekte", en="recovery after illness"),
}

TRAINING_EVENTS = {
    "training_start": Text(nl="begin opleiding", en="start of training"),
    "diploma": Text(nl="diploma", en="diploma"),
    "registration": Text(nl="registratie", en="registration"),
    "reregistration": Text(nl="herregistratie", en="re-registration"),
    "deregistration": Text(nl="uitschrijving", en="deregistration"),
}

#: Scales of the IZZ Monitor: scale → parts, each measured by ``ITEMS_PER_PART`` items. The parts of
#: workload (5), climate (5), learning climate (3) and leadership (4) are those of the report's
#: glossary; the other scales have one part.
SCALES = {
    "workload": ("cognitive", "quantitative", "emotional", "physical", "administrative"),
    "work_life": ("conflict",),
    "climate": ("management", "supervisor", "team", "communication", "participation"),
    "learning": ("safety", "reflection", "openness"),
    "leadership": ("meaning", "participation", "confidence", "autonomy"),
    "autonomy": ("work",),
    "exhaustion": ("emotional",),
    "engagement": ("vigour",),
    "marker": ("unrelated",),
}
ITEMS_PER_PART = 3


def items(scale: str) -> list[str]:
    """Return the columns of the items of a scale: ``workload_cognitive_1`` and so on."""
    return [
        f"{scale}_{part}_{number}"
        for part in SCALES[scale]
        for number in range(1, ITEMS_PER_PART + 1)
    ]
