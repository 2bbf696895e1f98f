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
    )
}
