"""The tables of published series that the book knows, and how a delivery names their files."""

from dataclasses import dataclass

from analysis.languages import Text
from analysis.sources.azw import AzwFile
from analysis.sources.statline import Measure, StatLineTable


@dataclass(frozen=True)
class Table:
    """A table of the dataset.

    Attributes
    ----------
    name
        Name in the dataset.
    supplier
        Key in ``suppliers.SUPPLIERS``; what is public follows from it.
    title
        What a reader calls it.
    layout
        How the supplier's files are built.
    files
        For AZW files, the pattern of the file name. StatLine files carry the table's id in their
        name or in a folder's.
    """

    name: str
    supplier: str
    title: Text
    layout: StatLineTable | AzwFile
    files: str

    @property
    def units(self) -> dict[str, str]:
        """Unit of each measure."""
        if isinstance(self.layout, StatLineTable):
            return {measure.name: measure.unit for measure in self.layout.measures}
        return dict(self.layout.measures.values())

    def column_of(self, measure: str) -> str:
        """Return how the supplier's files name a measure."""
        if isinstance(self.layout, StatLineTable):
            return next(m.title for m in self.layout.measures if m.name == measure)
        return next(column for column, (name, _) in self.layout.measures.items() if name == measure)


TABLES = {
    table.name: table
    for table in (
        Table(
            name="absence",
            supplier="statline",
            title=Text(
                nl="Verzuimpercentage naar bedrijfstak (80072ned)",
                en="Absence rate by industry (80072ned)",
            ),
            layout=StatLineTable(
                table_id="80072ned",
                dimension="BedrijfskenmerkenSBI2008",
                measures=(Measure("Ziekteverzuimpercentage", "absence_rate", "percent"),),
                groups=("T001081", "422400", "422600", "425300", "426600"),
            ),
            files="80072ned",
        ),
        Table(
            name="vacancies",
            supplier="statline",
            title=Text(
                nl="Vacatures naar bedrijfstak (80472ned)", en="Vacancies by industry (80472ned)"
            ),
            layout=StatLineTable(
                table_id="80472ned",
                dimension="Bedrijfskenmerken",
                measures=(
                    Measure("Openstaande vacatures", "open_vacancies", "thousand"),
                    Measure("Ontstane vacatures", "new_vacancies", "thousand"),
                    Measure("Vervulde vacatures", "filled_vacancies", "thousand"),
                ),
                groups=("422400",),
            ),
            files="80472ned",
        ),
        Table(
            name="absence_by_branch",
            supplier="azw",
            title=Text(
                nl="Verzuimpercentage naar AZW-branche (24015NED)",
                en="Absence rate by AZW branch (24015NED)",
            ),
            layout=AzwFile(
                period="Perioden",
                branch="azw_branche",
                measures={"ziekteverzuimpercentage": ("absence_rate", "percent")},
            ),
            files="azw_24015NED_*.csv",
        ),
        Table(
            name="flows",
            supplier="azw",
            title=Text(
                nl="Instroom en uitstroom van de sector", en="Inflow and outflow of the sector"
            ),
            layout=AzwFile(
                period="Perioden",
                branch=None,
                measures={
                    "instroom_x1000": ("inflow", "thousand"),
                    "uitstroom_x1000": ("outflow", "thousand"),
                    "saldo_x1000": ("net_flow", "thousand"),
                },
                has_status=False,
            ),
            files="azw_in_uitstroom_*.csv",
        ),
        Table(
            name="employment",
            supplier="azw",
            title=Text(
                nl="Werkzame personen in zorg en welzijn (Arbeidsmarktprofiel)",
                en="People at work in care and welfare (labour market profile)",
            ),
            layout=AzwFile(
                period="jaar",
                branch=None,
                measures={
                    "werknemers_x1000": ("employees", "thousand"),
                    "zelfstandigen_x1000": ("self_employed", "thousand"),
                },
                annual=True,
            ),
            files="cbs_werkzame_personen_*.csv",
        ),
        Table(
            name="moves",
            supplier="azw",
            title=Text(
                nl="Overstappen in de sector en bestemming van vertrekkers",
                en="Moves within the sector and destinations of leavers",
            ),
            layout=AzwFile(
                period="Perioden",
                branch=None,
                measures={
                    "binnen_branche_x1000": ("within_branch", "thousand"),
                    "tussen_branches_x1000": ("between_branches", "thousand"),
                    "pensioen_x1000": ("to_pension", "thousand"),
                    "andere_sector_x1000": ("to_other_sector", "thousand"),
                    "inactief_x1000": ("to_inactivity", "thousand"),
                },
            ),
            files="azw_mobiliteit_*.csv",
        ),
        Table(
            name="flexible_share",
            supplier="azw",
            title=Text(
                nl="Aandeel flexibele arbeid naar branche", en="Share of flexible work by branch"
            ),
            layout=AzwFile(
                period="Perioden",
                branch="azw_branche",
                measures={"flexibel_percentage": ("flexible_share", "percent")},
            ),
            files="azw_flexibele_schil_*.csv",
        ),
    )
}
