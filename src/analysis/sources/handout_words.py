"""The sentences of the hand-outs in both languages; names and rules come from the schema."""

from analysis.languages import Text

#: What the book does with a supplier's tables.
PURPOSES = {
    "pfzw": Text(
        nl="Het boek volgt hiermee in-, door- en uitstroom in zorg en welzijn: wie begint, wie "
        "vertrekt, waarheen, en bij welke organisaties dat meer of minder gebeurt. De bestanden "
        "per organisatie zijn de ruggengraat waaraan alle andere bronnen gekoppeld worden.",
        en="With these the book follows joining, moving and leaving in care and welfare: who "
        "starts, who leaves, where to, and at which organisations more or less. The files per "
        "organisation are the backbone to which all other sources are linked.",
    ),
    "vernet": Text(
        nl="Het boek vergelijkt hiermee het verzuim van organisaties, leeftijden en functies, en "
        "zoekt wat ermee samenhangt.",
        en="With this the book compares absence between organisations, ages and functions, and "
        "looks for what goes with it.",
    ),
    "izz_monitor": Text(
        nl="Het boek beschrijft hiermee hoe medewerkers hun werk ervaren, en wie er denkt te "
        "vertrekken. Respondenten zijn niet aan loonstroken te koppelen.",
        en="With this the book describes how employees experience their work, and who thinks of "
        "leaving. Respondents cannot be linked to payslips.",
    ),
    "izz_care_use": Text(
        nl="Het boek kijkt hiermee of gebruik van psychische zorg en fysiotherapie samengaat met "
        "verzuim en vertrek van organisaties.",
        en="With this the book sees whether use of mental care and physiotherapy goes with absence "
        "and departures of organisations.",
    ),
    "fwg": Text(
        nl="Het boek weegt hiermee hoe zwaar de functies in een organisatie zijn.",
        en="With this the book weighs how heavy the functions in an organisation are.",
    ),
    "intrakoop": Text(
        nl="Het boek kijkt hiermee of geldstromen en overhead van organisaties samengaan met "
        "verzuim en vertrek.",
        en="With this the book sees whether funding streams and overhead of organisations go with "
        "absence and departures.",
    ),
    "programme": Text(
        nl="Het boek telt hiermee wie aan het Preventieplan meedeed, wat er in sessies is gezegd "
        "en wat is afgesproken.",
        en="With these the book counts who took part in the Preventieplan, what was said in "
        "sessions and what was agreed.",
    ),
    "inventory": Text(
        nl="Het boek vergelijkt hiermee het aanbod aan interventies met wat mensen nodig hebben.",
        en="With this the book compares the interventions on offer with what people need.",
    ),
    "additional": Text(
        nl="Deze bronnen ontbreken volgens het rapport. Het boek beantwoordt er de strategische "
        "vragen mee: opleiding en herkomst, terugkeer na langdurig verzuim, behoud na scholing.",
        en="The report says that these sources are missing. With them the book answers the "
        "strategic questions: education and origin, return after long absence, retention after "
        "training.",
    ),
}

#: The units of the schema as a page says them.
UNITS = {
    "0 or 1": Text(nl="0 of 1", en="0 or 1"),
    "date": Text(nl="dag", en="day"),
    "days": Text(nl="dagen", en="days"),
    "euro": Text(nl="euro", en="euro"),
    "euro per year": Text(nl="euro per jaar", en="euro per year"),
    "fte": Text(nl="fte", en="fte"),
    "fte years": Text(nl="fte-jaren", en="fte years"),
    "hours per week": Text(nl="uur per week", en="hours per week"),
    "instruments": Text(nl="instrumenten", en="instruments"),
    "per year": Text(nl="per jaar", en="per year"),
    "percent": Text(nl="procent", en="percent"),
    "persons": Text(nl="personen", en="persons"),
    "score": Text(nl="score", en="score"),
    "share": Text(nl="aandeel (0 tot 1)", en="share (0 to 1)"),
    "year": Text(nl="jaar", en="year"),
}

WORDS = {
    "title": Text(nl="Levering van {name}", en="Delivery of {name}"),
    "summary": Text(
        nl="Gevraagd wordt het volgende, en niets daarnaast: elke kolom die niet in de tabellen "
        "hieronder staat, wordt geweigerd.\n\n{tables}",
        en="This is asked for, and nothing beside it: every column that is not in the tables below "
        "is refused.\n\n{tables}",
    ),
    "files": Text(
        nl="## Bestanden\n\nZet de bestanden in een map `{supplier}`, onder de namen hierboven, "
        "als `.parquet` (liefst) of `.csv`. Een tabel mag over meer bestanden verdeeld zijn, "
        "bijvoorbeeld per jaar: `{file}-2024.parquet`, `{file}-2025.parquet`. De volgorde van "
        "rijen en kolommen is vrij. Schrijf de namen van kolommen precies zoals hieronder.",
        en="## Files\n\nPut the files in a folder `{supplier}`, under the names above, as "
        "`.parquet` (best) or `.csv`. A table may be spread over several files, by year for "
        "example: `{file}-2024.parquet`, `{file}-2025.parquet`. Rows and columns may be in any "
        "order. Write the names of columns exactly as below.",
    ),
    "forms": Text(
        nl="In een CSV-bestand mag het volgende.\n\n"
        "- **Tekens:** UTF-8 (met of zonder BOM) of Windows-1252; geen UTF-16.\n"
        "- **Scheiding:** komma, puntkomma of tab. Een cel met een scheidingsteken of regeleinde "
        "staat tussen dubbele aanhalingstekens. Na de laatste rij komt een regeleinde.\n"
        "- **Getallen:** met een punt of met een komma als decimaalteken, in het hele bestand "
        "hetzelfde. Geen scheiding van duizendtallen: `1.234` kan twee dingen betekenen en wordt "
        "geweigerd als niets in het bestand uitsluitsel geeft.\n"
        "- **Datums:** `2024-12-31` of `31-12-2024`, in een kolom overal hetzelfde.\n"
        "- **Onbekend:** een lege cel. Woorden als NA of onbekend zijn waarden, en worden "
        "geweigerd.",
        en="A CSV file may be written as follows.\n\n"
        "- **Characters:** UTF-8 (with or without BOM) or Windows-1252; no UTF-16.\n"
        "- **Separator:** comma, semicolon or tab. A cell with a separator or line break stands "
        "between double quotes. A line break follows the last row.\n"
        "- **Numbers:** with a decimal point or a decimal comma, the same in the whole file. No "
        "thousands separator: `1.234` can mean two things and is refused when nothing in the file "
        "decides.\n"
        "- **Dates:** `2024-12-31` or `31-12-2024`, the same throughout a column.\n"
        "- **Unknown:** an empty cell. Words like NA or unknown are values, and are refused.",
    ),
    "grain": Text(nl="Elke rij", en="Each row"),
    "key": Text(nl="Geen twee rijen hebben dezelfde {key}.", en="No two rows have the same {key}."),
    "additional": Text(
        nl="Deze bron is nog niet eerder geleverd.", en="This source was not delivered before."
    ),
    "column": Text(nl="kolom", en="column"),
    "type": Text(nl="soort", en="type"),
    "unit": Text(nl="eenheid", en="unit"),
    "allowed": Text(nl="toegestaan", en="allowed"),
    "empty": Text(nl="mag leeg", en="may be empty"),
    "description": Text(nl="betekenis", en="meaning"),
    "yes": Text(nl="ja", en="yes"),
    "no": Text(nl="nee", en="no"),
    "BIGINT": Text(nl="geheel getal", en="whole number"),
    "DOUBLE": Text(nl="getal", en="number"),
    "DATE": Text(nl="datum", en="date"),
    "VARCHAR": Text(nl="tekst", en="text"),
    "rules": Text(
        nl="Deze regels worden gecontroleerd (tussen haakjes de kolommen):",
        en="These rules are checked (columns in brackets):",
    ),
    "expected": Text(nl="verwacht", en="expected"),
    "with": Text(nl="(vergeleken met {tables})", en="(compared with {tables})"),
    "note": Text(
        nl="## Begeleidend bestand\n\nNaast de bestanden staat `{supplier}/{note}`. `preventieplan "
        "pseudonymise` schrijft het. Zo ziet het eruit:\n\n```json\n{example}\n```\n\n`edition` is "
        "de editie van het boek waarvoor geleverd wordt. De vingerafdruk van de sleutel moet bij "
        "alle bronnen gelijk zijn; de sleutel zelf hoort nergens in een levering.",
        en="## The note\n\nBeside the files stands `{supplier}/{note}`. `preventieplan "
        "pseudonymise` writes it. It looks like this:\n\n```json\n{example}\n```\n\n`edition` is "
        "the edition of the book that the delivery is for. The fingerprint of the key must be the "
        "same for all sources; the key itself belongs in no delivery.",
    ),
    "sample": Text(
        nl="Bij `fractions` staat welk deel van alle personen een bestand bevat, boven 0 en tot en "
        "met 1. Wat er niet bij staat, is volledig.",
        en="Under `fractions` stands which share of all persons a file holds, above 0 and up to 1. "
        "What is left out is complete.",
    ),
    "pseudonyms": Text(
        nl="## Pseudoniemen maken\n\nLever nooit namen, nummers van personen of "
        "burgerservicenummers. Vervang ze eerst op de eigen plek, met de sleutel van deze "
        "editie:\n\n"
        "    preventieplan pseudonymise BRON DOEL --supplier {supplier} --edition 2025 "
        "--key-file SLEUTEL\n\n"
        "Elke editie krijgt een eigen sleutel en bevat alle jaren die zij nodig heeft: "
        "pseudoniemen van twee edities zijn met opzet niet te koppelen. Een pseudoniem telt "
        "32 tekens, 0-9 en a-f.",
        en="## Make pseudonyms\n\nNever deliver names, numbers of persons or citizen service "
        "numbers. Replace them at your own place first, with the key of this edition:\n\n"
        "    preventieplan pseudonymise SOURCE TARGET --supplier {supplier} --edition 2025 "
        "--key-file KEY\n\n"
        "Every edition has a key of its own and holds all the years that it needs: pseudonyms of "
        "two editions cannot be joined, on purpose. A pseudonym has 32 characters, 0-9 and a-f.",
    ),
    "nobody": Text(
        nl="## Pseudoniemen\n\nDeze bestanden gaan niet over personen of organisaties: er is niets "
        "te vervangen. Lever ze niet met namen of nummers van personen.",
        en="## Pseudonyms\n\nThese files are not about persons or organisations: there is nothing "
        "to replace. Do not deliver them with names or numbers of persons.",
    ),
    "check": Text(
        nl="## Zelf controleren\n\n    preventieplan check MAP --language nl\n\nMAP is de map "
        "waarin `{supplier}` staat. De controle noemt alles wat niet klopt in een keer, met regel, "
        "kolom en aantal rijen, en nooit de inhoud van een cel. `--report RAPPORT.json` schrijft "
        "hetzelfde weg. `datapackage.json` zegt hetzelfde als deze pagina, voor programma's "
        "(Frictionless Table Schema).",
        en="## Check it yourself\n\n    preventieplan check FOLDER\n\nFOLDER is the folder in "
        "which `{supplier}` stands. The check names everything that is wrong at once, with rule, "
        "column and number of rows, and never the content of a cell. `--report REPORT.json` writes "
        "the same. `datapackage.json` says the same as this page, for programs (Frictionless Table "
        "Schema).",
    ),
}
