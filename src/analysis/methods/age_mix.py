"""The ages of an organisation's employees, as shares beside its other characteristics."""

from analysis.dataset import DataTable

#: Column → age bands whose share it is.
SHARES = {"young_share": ("under_25", "25_to_34"), "older_share": ("55_plus",)}


def with_age_mix(table: DataTable, ages: DataTable) -> DataTable:
    """Add the shares of the young and of the older among employees.

    Parameters
    ----------
    table
        Organisations by year.
    ages
        Employees by organisation, year and age band; without it the shares stay out.
    """
    if table.frame is None or ages.frame is None:
        return table
    keys = ["organisation", "year"]
    counts = ages.frame.pivot_table(
        index=keys, columns="age_band", values="employees", aggfunc="sum", fill_value=0
    )
    total = counts.sum(axis=1)
    shares = {
        name: counts.reindex(columns=list(bands), fill_value=0).sum(axis=1) / total
        for name, bands in SHARES.items()
    }
    frame = table.frame
    for name, share in shares.items():
        frame = frame.join(share.rename(name), on=keys)
    return DataTable(table.name, frame)
