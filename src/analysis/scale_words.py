"""Words for the scales of the survey, their parts and their questions."""

from analysis.labels import words
from analysis.sources.izz_monitor import SCALE_WORDS
from analysis.sources.vocabulary import ITEMS_PER_PART, SCALES

#: Scale → words.
SCALE_LABELS = words(SCALE_WORDS)

_PARTS = {
    "workload": {
        "cognitive": {"nl": "cognitief", "en": "cognitive"},
        "quantitative": {"nl": "kwantitatief", "en": "quantitative"},
        "emotional": {"nl": "emotioneel", "en": "emotional"},
        "physical": {"nl": "fysiek", "en": "physical"},
        "administrative": {"nl": "regeldruk", "en": "administrative"},
    },
    "climate": {
        "management": {"nl": "hoger management", "en": "senior management"},
        "supervisor": {"nl": "leidinggevende", "en": "supervisor"},
        "team": {"nl": "groepsnormen", "en": "group norms"},
        "communication": {"nl": "communicatie", "en": "communication"},
        "participation": {"nl": "meedoen", "en": "participation"},
    },
    "learning": {
        "safety": {"nl": "psychologische veiligheid", "en": "psychological safety"},
        "reflection": {"nl": "tijd voor reflectie", "en": "time for reflection"},
        "openness": {"nl": "openheid voor nieuwe ideeën", "en": "openness to new ideas"},
    },
    "leadership": {
        "meaning": {"nl": "betekenis", "en": "meaning"},
        "participation": {"nl": "betrekken", "en": "involvement"},
        "confidence": {"nl": "vertrouwen", "en": "confidence"},
        "autonomy": {"nl": "ruimte", "en": "autonomy"},
    },
}
_SHORT = {
    "workload": {"nl": "Werkdruk", "en": "Workload"},
    "climate": {"nl": "Klimaat", "en": "Climate"},
    "learning": {"nl": "Leerklimaat", "en": "Learning"},
    "leadership": {"nl": "Leiderschap", "en": "Leadership"},
}
_ITEMS = (
    {"nl": "eerste vraag", "en": "first item"},
    {"nl": "tweede vraag", "en": "second item"},
    {"nl": "derde vraag", "en": "third item"},
)

#: ``<scale>_<part>`` of the scales of several parts → words.
PART_LABELS = {
    f"{scale}_{part}": {
        language: f"{_SHORT[scale][language]}: {text[language]}" for language in text
    }
    for scale, parts in _PARTS.items()
    for part, text in parts.items()
}

#: Item → words.
ITEM_LABELS = {
    f"{scale}_{part}_{number}": {
        language: f"{text[language]}, {_ITEMS[number - 1][language]}" for language in text
    }
    for scale, parts in SCALES.items()
    for part in parts
    for text in (PART_LABELS.get(f"{scale}_{part}", SCALE_LABELS[scale]),)
    for number in range(1, ITEMS_PER_PART + 1)
}
