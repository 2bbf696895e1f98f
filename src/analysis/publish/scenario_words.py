"""The words around the sliders of a scenario."""

from analysis.languages import Text

TITLE = Text(nl="Reken zelf: wat als?", en="Calculate yourself: what if?")
HOW = Text(
    nl="Schuif met de muis, een vinger of de pijltjestoetsen. De uitkomsten rekenen mee. Alles "
    "gebeurt op deze pagina; niemand ziet wat u kiest.",
    en="Move the sliders with mouse, finger or arrow keys. The outcomes follow. All of it happens "
    "on this page; nobody sees what you choose.",
)
WITHOUT_SCRIPT = Text(
    nl="Deze tabellen staan op de ambitie van het Preventieplan, met {cost} per werknemer per jaar "
    "voor interventies.",
    en="These tables stand at the ambition of the Preventieplan, with {cost} per employee a year "
    "for interventions.",
)
RESET = Text(nl="Terug naar de ambitie", en="Back to the ambition")
SLIDERS = {
    "absence": Text(nl="Minder verzuim", en="Less absence"),
    "exit": Text(nl="Minder ongewenst vertrek", en="Fewer unwanted departures"),
    "year": Text(nl="Bereikt in", en="Reached in"),
    "cost": Text(
        nl="Kosten van interventies, per werknemer per jaar",
        en="Cost of interventions, per employee a year",
    ),
}
STATUS = Text(
    nl="Met {absence} minder verzuim zijn op een dag {ill} mensen minder ziek. Met {exit} minder "
    "vertrek vóór pensioen blijven elk jaar {kept} mensen langer in de sector. Dat geldt in "
    "{year}, als de daling dan is bereikt.",
    en="With {absence} less absence, {ill} fewer people are ill on a day. With {exit} fewer "
    "departures before retirement, {kept} more people stay in the sector each year. That holds in "
    "{year}, if the fall is reached by then.",
)
STATUS_OF_OTHER = Text(
    nl="Met {absence} minder verzuim zijn op een dag {ill} mensen minder ziek. Met {exit} minder "
    "ongewenst vertrek gaan elk jaar {kept} mensen minder weg. Dat geldt in {year}, als de daling "
    "dan is bereikt.",
    en="With {absence} less absence, {ill} fewer people are ill on a day. With {exit} fewer "
    "unwanted departures, {kept} fewer people leave each year. That holds in {year}, if the fall "
    "is reached by then.",
)
OF_ABSENCE = Text(nl="Minder verzuim", en="Less absence")
OF_EXIT = Text(
    nl="Minder ongewenst vertrek, naar wat ongewenst is",
    en="Fewer unwanted departures, by what is unwanted",
)
OF_COST = Text(
    nl="Verdient het zich terug? Een daling van meer dan honderd procent kan niet; moet zij zo "
    "groot zijn, dan komt de rekening er nooit uit.",
    en="Does it earn itself back? A fall of more than a hundred percent is impossible; if it must "
    "be that large, the bill is never earned back.",
)
LAST = Text(nl="In het jaar van de daling", en="In the year of the fall")
SPREAD = Text(nl="Spreiding (95%)", en="Range (95%)")
SUMMED = Text(nl="Opgeteld tot en met dat jaar", en="Added up to that year")
READING = Text(nl="Wat ongewenst is", en="What is unwanted")
NET = {
    "absence_averted": Text(
        nl="Alle vermeden kosten van verzuim min de rekening",
        en="All avoided costs of absence less the bill",
    ),
    "absence_cash": Text(
        nl="Geld van minder inhuur min de rekening", en="Cash of less cover less the bill"
    ),
}
OF_BRANCHES = Text(
    nl="Per branche, in een organisatie met duizend werknemers",
    en="By branch, in an organisation with a thousand employees",
)
BRANCH = Text(nl="Branche", en="Branch")
OF_A_THOUSAND = {
    "ill_of_thousand": Text(nl="Minder mensen ziek op een dag", en="Fewer people ill on a day"),
    "averted_of_thousand": Text(
        nl="Vermeden kosten van verzuim (spreiding)", en="Avoided cost of absence (range)"
    ),
    "cash_of_thousand": Text(nl="Daarvan geld (spreiding)", en="Of which cash (range)"),
    "kept_of_thousand": Text(
        nl="Minder vertrekkers vóór pensioen per jaar",
        en="Fewer leavers before retirement a year",
    ),
    "turnover_of_thousand": Text(
        nl="Vermeden kosten van vertrek (spreiding)", en="Avoided cost of departures (range)"
    ),
}
