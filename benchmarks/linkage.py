"""Time and memory of linking payslips: `.venv/bin/python benchmarks/linkage.py [largest share]`.

Makes payslips of the schema's form for a tenth and for all of 1.5 million people over 84 months
(126 million rows, a file per year, rows by month) and links them on two threads. Beside it a bare
DuckDB scan of the same files that counts distinct persons per organisation and year, and pandas on
as much as it survives. Each measurement is a process of its own. Ten gigabytes of disk are needed.

Absolute seconds depend on the machine; the ratios do less. Measured once for the whole sector, with
DuckDB 2.0 on two cores that other work shared (load 5 to 6):

    link / bare scan                                   2.36
    link / bare scan, a tenth of the rows              1.78
    link, time per row at all / at a tenth             1.15
    pandas / link, a tenth of the rows                 4.64
    link, peak of the process, GiB                     2.95

Pandas did not survive the whole sector in 12 GiB of address space. What it does is less: it groups
seven columns to employment years, and makes no careers, organisations or report.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb

PEOPLE = 1_500_000
ORGANISATIONS = 2_000
YEARS = range(2018, 2025)
SMALL, LARGE = 0.1, 1.0
#: Address space that pandas gets before it counts as not having survived.
PANDAS_LIMIT = 12 * 2**30
GIB = 2**30


def make_payslips(deliveries: Path, people: int) -> None:
    """Write payslips of people of whom three in ten change organisation once."""
    folder = deliveries / "pfzw"
    folder.mkdir(parents=True)
    engine = duckdb.connect(config={"threads": 2, "memory_limit": "3GB"})
    engine.execute(f"""
        CREATE TABLE people AS
        SELECT md5('person' || i) AS person,
            md5('organisation' || hash(i) % {ORGANISATIONS}) AS before,
            md5('organisation' || hash(i + 1) % {ORGANISATIONS}) AS after,
            md5('team' || hash(i) % 80000) AS team,
            list_extract(
                ['vvt', 'ghz', 'ggz', 'hospitals', 'welfare'],
                CAST(1 + hash(i) % {ORGANISATIONS} % 5 AS INTEGER)
            ) AS branch,
            list_extract(
                ['nursing', 'care', 'guidance', 'treatment', 'staff'],
                CAST(1 + hash(i * 19) % 5 AS INTEGER)
            ) AS function_group,
            CAST(1955 + hash(i * 5) % 50 AS INTEGER) AS birth_year,
            if(hash(i * 7) % 5 = 0, 'male', 'female') AS sex,
            (12 + hash(i * 11) % 25) / 36 AS fte,
            2200 + (hash(i * 13) % 300000) / 100 AS wage,
            (hash(i * 17) % 20000) / 100 AS allowance,
            DATE '2005-01-01' + CAST(hash(i * 23) % 4000 AS INTEGER) AS started,
            if(hash(i * 31) % 10 < 7, 999, CAST(hash(i * 3) % 84 AS INTEGER)) AS moves
        FROM range({people}) AS numbers(i)
    """)
    for year in YEARS:
        months = " UNION ALL ".join(
            _month(year, month, 12 * (year - YEARS[0]) + month - 1) for month in range(1, 13)
        )
        engine.execute(f"COPY ({months}) TO '{folder}/payslips-{year}.parquet' (FORMAT parquet)")
    engine.close()
    note = {"supplier": "pfzw", "edition": "2025", "key_fingerprint": "0" * 16}
    (folder / "delivery.json").write_text(json.dumps(note))


def _month(year: int, month: int, number: int) -> str:
    moved = f"CAST(DATE '{YEARS[0]}-01-01' + to_months(moves) AS DATE)"
    return f"""
        SELECT person, if({number} < moves, before, after) AS organisation,
            DATE '{year}-{month:02}-01' AS month, branch, function_group, team, birth_year, sex,
            fte * 36 AS hours, fte, round(wage * {1 + 0.002 * number}, 2) AS wage,
            allowance AS irregular_allowance,
            if({number} < 6, 'temporary', 'permanent') AS contract,
            if({number} < moves, started, {moved}) AS start_date,
            if(moves - {number} IN (1, 2), {moved} - 1, NULL) AS end_date,
            CAST(NULL AS VARCHAR) AS destination
        FROM people
    """


def link_payslips(deliveries: Path) -> int:
    """Link to employment years, careers and organisation years; return the employment years."""
    from analysis.linkage.link import link

    with tempfile.TemporaryDirectory(dir=deliveries.parent) as target:
        return link(deliveries, Path(target) / "dataset", "2025").tables["employment_years"]["rows"]


def scan_bare(deliveries: Path) -> int:
    """Count rows and distinct persons per organisation and year; return the groups."""
    from analysis.sources.engine import open_engine

    with open_engine() as engine:
        return len(
            engine.execute(f"""
                SELECT organisation, year(month), count(*), count(DISTINCT person)
                FROM read_parquet('{deliveries}/pfzw/*.parquet') GROUP BY ALL
            """).fetchall()
        )


def group_with_pandas(deliveries: Path) -> int:
    """Make a part of the employment years with pandas; return them."""
    import pandas as pd

    resource.setrlimit(resource.RLIMIT_AS, (PANDAS_LIMIT, PANDAS_LIMIT))
    columns = ["person", "organisation", "month", "wage", "fte", "contract", "start_date"]
    slips = pd.concat(
        pd.read_parquet(path, columns=columns) for path in (deliveries / "pfzw").glob("*.parquet")
    )
    slips["year"] = pd.to_datetime(slips["month"]).dt.year
    return len(
        slips.groupby(["person", "organisation", "year"]).agg(
            months=("month", "size"),
            last=("month", "max"),
            wage=("wage", "sum"),
            fte=("fte", "sum"),
            contract=("contract", "last"),
            started=("start_date", "max"),
        )
    )


WORK = {"link": link_payslips, "bare": scan_bare, "pandas": group_with_pandas}


def measure(kind: str, deliveries: Path) -> tuple[float, float]:
    """Return seconds and peak memory in GiB of a process; NaN when it did not survive."""
    command = [sys.executable, __file__, "--measure", kind, str(deliveries)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        if kind != "pandas":
            raise SystemExit(done.stderr)
        return float("nan"), float("nan")
    told = json.loads(done.stdout)
    return told["seconds"], told["peak"]


def run_one(kind: str, deliveries: Path) -> None:
    """Do one piece of work and print what it took."""
    start = time.perf_counter()
    WORK[kind](deliveries)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / GIB
    print(json.dumps({"seconds": seconds, "peak": peak}))


def main(largest: float) -> None:
    """Print the ratios."""
    found: dict[tuple[str, float], tuple[float, float]] = {}
    shares = [SMALL * largest, LARGE * largest]
    for share in shares:
        with tempfile.TemporaryDirectory(prefix="preventieplan-benchmark-") as scratch:
            deliveries = Path(scratch) / "deliveries"
            make_payslips(deliveries, round(PEOPLE * share))
            for kind in WORK:
                found[kind, share] = measure(kind, deliveries)
    small, large = shares
    rows = round(PEOPLE * large) * 12 * len(YEARS)
    print(f"{rows:,} payslips; employment years, careers, organisation years and their report")
    for label, value in {
        "link / bare scan": found["link", large][0] / found["bare", large][0],
        "link / bare scan, a tenth of the rows": found["link", small][0] / found["bare", small][0],
        "link, time per row at all / at a tenth": found["link", large][0]
        / found["link", small][0]
        * small
        / large,
        "bare scan, time per row at all / at a tenth": found["bare", large][0]
        / found["bare", small][0]
        * small
        / large,
        "pandas / link, a tenth of the rows": found["pandas", small][0] / found["link", small][0],
        "pandas / link, all rows (nan: not survived)": found["pandas", large][0]
        / found["link", large][0],
        "link, peak of the process, GiB": found["link", large][1],
        "bare scan, peak of the process, GiB": found["bare", large][1],
        "pandas, peak at a tenth, GiB": found["pandas", small][1],
        "link, thousand rows per second": rows / found["link", large][0] / 1000,
    }.items():
        print(f"{label:<46} {value:8.2f}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        run_one(sys.argv[2], Path(sys.argv[3]))
    else:
        main(float(sys.argv[1]) if sys.argv[1:] else LARGE)
