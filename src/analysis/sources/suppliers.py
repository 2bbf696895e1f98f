"""The suppliers. What is public follows from here and from nowhere else."""

from dataclasses import dataclass

from analysis.languages import Text


@dataclass(frozen=True)
class Supplier:
    """Who delivers, under which licence, and whether anybody may see every cell."""

    key: str
    name: Text
    public: bool
    licence: str


def _confidential(key: str, *, nl: str, en: str) -> Supplier:
    return Supplier(key, Text(nl=nl, en=en), public=False, licence="confidential")


#: Licence of what its makers put on their own websites.
PUBLISHED = "published"

SUPPLIERS = {
    supplier.key: supplier
    for supplier in (
        Supplier(
            "statline", Text(nl="CBS StatLine", en="CBS StatLine"), public=True, licence="CC BY 4.0"
        ),
        Supplier(
            "azw",
            Text(
                nl="CBS over de arbeidsmarkt in zorg en welzijn (AZW)",
                en="CBS on the labour market in care and welfare (AZW)",
            ),
            public=True,
            licence="CC BY 4.0",
        ),
        _confidential("pfzw", nl="PFZW", en="PFZW"),
        _confidential("vernet", nl="Vernet", en="Vernet"),
        _confidential("izz_monitor", nl="Stichting IZZ, Monitor", en="IZZ Foundation, Monitor"),
        _confidential(
            "izz_care_use", nl="Stichting IZZ, zorggebruik", en="IZZ Foundation, care use"
        ),
        _confidential("fwg", nl="FWG", en="FWG"),
        _confidential("intrakoop", nl="Intrakoop", en="Intrakoop"),
        _confidential("programme", nl="Preventieplan", en="Preventieplan"),
        Supplier(
            "inventory",
            Text(nl="Inventarisatie van interventies", en="Inventory of interventions"),
            public=True,
            licence=PUBLISHED,
        ),
        _confidential("additional", nl="Aanvullende bronnen", en="Additional sources"),
    )
}
