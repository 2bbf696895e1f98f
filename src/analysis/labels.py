"""Names of sectors, branches and measures as readers see them; explained in the book's glossary."""

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
