import hashlib
import json

import pandas as pd
import pyarrow as pa
import pytest
from click.testing import CliRunner

from analysis.cli import main
from analysis.errors import DeliveryError, EditionError
from analysis.linkage import pseudonymise as module
from analysis.linkage.pseudonymise import pseudonymise, read_fractions
from analysis.linkage.pseudonyms import (
    DOMAINS,
    Key,
    Pseudonymiser,
    is_decimal,
    is_dummy,
    normalised,
    pseudonym,
    read_key,
)
from analysis.sources.bsn import looks_like_bsn, number_sql, passes_eleven_test, passes_sql
from analysis.sources.check import check_deliveries
from analysis.sources.confidential import CONFIDENTIAL
from analysis.sources.delivered_files import find_delivered
from analysis.sources.engine import open_engine
from analysis.sources.schema import about

SECRET = bytes(range(40, 72))
KEY = Key(SECRET)
OTHER = Key(bytes(range(80, 112)))
#: Made with `printf '%s' "$message" | openssl dgst -sha256 -mac HMAC -macopt hexkey:...`.
VECTORS = {
    ("organisation", "1234567"): "32ed101d2398fed5cdc6a6fcd3e885d7",
    ("person", "AB123"): "234d433beb6de8fd54e10bec79a1585f",
}
VECTOR_FINGERPRINT = "bf6d80c3e4267481"


def by_definition(secret: bytes, message: str) -> str:
    """HMAC from its definition (RFC 2104), without the hmac module."""
    block = secret.ljust(64, b"\0")
    inner = hashlib.sha256(bytes(b ^ 0x36 for b in block) + message.encode()).digest()
    return hashlib.sha256(bytes(b ^ 0x5C for b in block) + inner).hexdigest()


@pytest.mark.parametrize(("domain", "raw"), VECTORS)
def test_vectors_of_openssl(domain, raw):
    assert pseudonym(raw, key=KEY, edition="2025", domain=domain) == VECTORS[domain, raw]
    assert by_definition(SECRET, f"v1|2025|{domain}|{raw}")[:32] == VECTORS[domain, raw]


def test_fingerprint_and_key_that_does_not_show_itself():
    assert KEY.fingerprint == VECTOR_FINGERPRINT == by_definition(SECRET, "v1|fingerprint")[:16]
    assert "40" not in repr(KEY)
    assert repr(KEY) == "Key(…)"


def test_domains_are_those_of_the_schema():
    told = {
        about(column).domain for table in CONFIDENTIAL.values() for column in table.columns.values()
    } - {None}
    assert told == set(DOMAINS)


def test_another_key_edition_or_domain_cannot_be_joined():
    made = {
        pseudonym("1234", key=key, edition=edition, domain=domain)
        for key in (KEY, OTHER)
        for edition in ("2025", "2026")
        for domain in DOMAINS
    }
    assert len(made) == 2 * 2 * len(DOMAINS)


def test_spelling_of_shared_ids_does_not_matter_and_of_own_ids_does():
    for raw in ("01234567", " 1234567", "0123.45 67", "１２３４５６７", "1234-567\u00a0"):
        assert normalised(raw, "organisation") == "1234567"
    assert normalised("ab-0012", "person") == "AB0012"
    assert normalised("00", "person") == "0"
    assert normalised(" t-01  a", "team") == "T-01 A" != normalised("T-1 A", "team")


@pytest.mark.parametrize(
    "raw", ["", " ", "0", "000", "999", "999999999", "1111", "onbekend", "Unknown", "n.v.t.",
            "NVT", "test", "nan", "-", "N/A"]
)  # fmt: skip
def test_dummies(raw):
    for domain in DOMAINS:
        assert is_dummy(normalised(raw, domain))


@pytest.mark.parametrize("raw", ["7", "11", "1112", "A1", "TEST7", "10000000"])
def test_real_ids_are_no_dummies(raw):
    assert not is_dummy(normalised(raw, "team"))


def test_ids_written_as_decimals():
    for raw in ("17.0", "17,0", " 17.00", "１７.0"):
        assert is_decimal(raw)
        with pytest.raises(EditionError, match="written as a decimal"):
            pseudonym(raw, key=KEY, edition="2025", domain="team")
    for raw in ("17", "170", "1.7", "T1.0", "0123.45.00", "123.000", ".0"):
        assert not is_decimal(raw)


def test_call_that_does_not_fit():
    with pytest.raises(EditionError, match="edition '20|25' does not fit"):
        Pseudonymiser(KEY, "20|25", "person")
    with pytest.raises(EditionError, match="allowed: person, organisation"):
        Pseudonymiser(KEY, "2025", "household")
    with pytest.raises(EditionError, match="dummy id"):
        pseudonym("0", key=KEY, edition="2025", domain="person")


# --- key -----------------------------------------------------------------------------------------


def key_file(tmp_path, secret: bytes, mode: int = 0o600):
    path = tmp_path / "key"
    path.write_bytes(secret)
    path.chmod(mode)
    return path


def test_key_of_a_file_and_of_the_environment(tmp_path, monkeypatch):
    assert read_key(key_file(tmp_path, SECRET + b"\n")) == KEY
    monkeypatch.setenv("PREVENTIEPLAN_KEY", SECRET.decode())
    assert read_key() == KEY


@pytest.mark.parametrize(
    ("secret", "mode", "told"),
    [
        (SECRET[:31], 0o600, "shorter than 32 bytes"),
        (SECRET[:31] + b"\n", 0o600, "shorter than 32 bytes"),
        (b"a" * 32, 0o600, "can be guessed"),
        (b"abc" * 20, 0o600, "can be guessed"),
        (SECRET, 0o644, "chmod 600"),
    ],
)
def test_keys_refused(tmp_path, secret, mode, told):
    with pytest.raises(EditionError, match=told) as caught:
        read_key(key_file(tmp_path, secret, mode))
    assert secret.decode().strip() not in str(caught.value)


def test_no_key(tmp_path, monkeypatch):
    monkeypatch.delenv("PREVENTIEPLAN_KEY", raising=False)
    with pytest.raises(EditionError, match="no key: expected --key-file"):
        read_key()
    with pytest.raises(EditionError, match="no such key file"):
        read_key(tmp_path / "absent")


# --- citizen service numbers ---------------------------------------------------------------------


def citizen_numbers(count: int, start: int = 100_000_000) -> list[str]:
    found, number = [], start
    while len(found) < count:
        if passes_eleven_test(str(number)):
            found.append(str(number))
        number += 1
    return found


def test_citizen_service_numbers_are_recognised():
    # 111222333 is the test number that the government publishes.
    assert passes_eleven_test("111222333")
    assert not passes_eleven_test("111222334")
    real = citizen_numbers(10)
    assert looks_like_bsn(real)
    assert looks_like_bsn([int(number) for number in real])
    assert looks_like_bsn([f"{n[:3]}.{n[3:6]}.{n[6:]}" for n in real])
    assert not looks_like_bsn(real[:9] * 5), "nine distinct numbers say nothing"
    assert not looks_like_bsn(str(number) for number in range(100_000_000, 100_001_000))
    assert not looks_like_bsn([None, "", "abc", 1.5])


@pytest.mark.parametrize(
    "form", ["{}.0", "{},0", "{}.00 ", "{}", "P{}", "bsn {}", "p-{}.0", "P_{}", " {}"]
)
def test_citizen_service_numbers_in_other_clothes(form):
    real = [form.format(number) for number in citizen_numbers(12)]
    assert looks_like_bsn(real)
    # Any row of numbers holds some that pass.
    assert not looks_like_bsn(form.format(number) for number in range(100_000_000, 100_000_100))
    # The receiver's check counts the same numbers in SQL.
    number = number_sql("cell", "VARCHAR")
    with open_engine() as engine:
        engine.register("held", pa.table({"cell": real}))
        query = f"SELECT count(*) FILTER ({passes_sql('n')}) FROM (SELECT {number} AS n FROM held)"
        assert engine.execute(query).fetchone() == (12,)


# --- files ---------------------------------------------------------------------------------------


def absence(organisations, year=2024):
    return pd.DataFrame(
        {
            "organisation": organisations,
            "year": year,
            "age_band": "all",
            "function_group": "all",
            "person_years": 100.0,
            "absence_rate": 7.5,
            "frequency": 1.2,
            "mean_duration": None,
            "long_term_share": 50.0,
        }
    )


def accounts(organisations):
    names = list(CONFIDENTIAL["intrakoop_accounts"].columns)
    frame = pd.DataFrame({name: [1.5] * len(organisations) for name in names})
    total = frame.filter(regex="revenue_(?!total)").sum(axis=1)
    frame = frame.assign(revenue_total=total, result=total - frame["costs_total"])
    return frame.assign(organisation=organisations, year=2024)


def payslips(persons, teams):
    return pd.DataFrame(
        {
            "person": persons,
            "organisation": "KVK 01",
            "month": "2024-01-01",
            "branch": "vvt",
            "function_group": "care",
            "team": teams,
            "birth_year": 1980,
            "sex": "female",
            "hours": 24.0,
            "fte": 0.6667,
            "wage": 2500.25,
            "irregular_allowance": 100.0,
            "contract": "permanent",
            "start_date": "2020-01-01",
            "end_date": None,
            "destination": None,
        }
    )


@pytest.fixture
def raw(tmp_path):
    folder = tmp_path / "raw"
    folder.mkdir()
    return folder


def run(raw, tmp_path, supplier="vernet", out="out", **options):
    options = {"edition": "2025", "key": KEY, **options}
    return pseudonymise(raw, tmp_path / out, supplier=supplier, **options)


def test_two_suppliers_join_on_the_organisation(raw, tmp_path):
    absence(["01234567", "ab 12"]).to_csv(raw / "absence.csv", index=False, sep=";")
    run(raw, tmp_path)
    (raw / "absence.csv").unlink()
    accounts(["AB12", "1234567", "77"]).to_parquet(raw / "accounts.parquet")
    run(raw, tmp_path, supplier="intrakoop")
    first = pd.read_csv(tmp_path / "out" / "vernet" / "absence.csv", sep=";")
    second = pd.read_parquet(tmp_path / "out" / "intrakoop" / "accounts.parquet")
    assert set(first["organisation"]) < set(second["organisation"])
    assert set(second["organisation"]) == {
        by_definition(SECRET, f"v1|2025|organisation|{normal}")[:32]
        for normal in ("AB12", "1234567", "77")
    }
    assert second["organisation"].is_monotonic_increasing, "the order tells nothing of the ids"
    for other in ({"edition": "2026"}, {"key": OTHER}):
        run(raw, tmp_path, supplier="intrakoop", out="other", **other)
        third = pd.read_parquet(tmp_path / "other" / "intrakoop" / "accounts.parquet")
        assert not set(first["organisation"]) & set(third["organisation"])


def test_all_other_columns_pass_unchanged(raw, tmp_path):
    frame = absence(["b1", "a1", "c1"]).assign(absence_rate=[1.25, 2.5, 3.75])
    frame.to_parquet(raw / "absence.parquet")
    frame.assign(year=2023).astype(str).to_csv(raw / "absence-2023.csv", index=False)
    run(raw, tmp_path)
    out = tmp_path / "out" / "vernet"
    made = pd.read_parquet(out / "absence.parquet")
    assert made.dtypes.drop("organisation").equals(
        pd.read_parquet(raw / "absence.parquet").dtypes.drop("organisation")
    )
    assert sorted(made["absence_rate"]) == [1.25, 2.5, 3.75]
    text = pd.read_csv(out / "absence-2023.csv", dtype=str, keep_default_na=False)
    assert set(text["mean_duration"]) == {""}
    assert set(text["year"]) == {"2023"}
    assert {path.name for path in out.iterdir()} == {
        "absence.parquet", "absence-2023.csv", "delivery.json",
    }  # fmt: skip
    note = find_delivered(tmp_path / "out")["vernet_absence"].note
    assert (note.supplier, note.edition, note.key_fingerprint) == (
        "vernet",
        "2025",
        KEY.fingerprint,
    )
    assert not note.synthetic


def test_domains_fractions_and_ids_that_may_be_missing(raw, tmp_path):
    frame = payslips(["17", "17", "18"], ["17", None, " "])
    frame["month"] = ["2024-01-01", "2024-02-01", "2024-01-01"]
    frame.to_csv(raw / "payslips.csv", index=False)
    run(raw, tmp_path, supplier="pfzw", fractions=read_fractions(("payslips=0.5",)))
    made = pd.read_csv(tmp_path / "out" / "pfzw" / "payslips.csv")
    assert made["person"].nunique() == 2
    assert made["team"].notna().sum() == 1
    assert not set(made["person"]) & set(made["team"].dropna())
    assert find_delivered(tmp_path / "out")["pfzw_payslips"].fraction == 0.5


def test_supplier_without_pseudonyms_needs_no_fingerprint(raw, tmp_path):
    pd.DataFrame(
        {"function": ["f1"], "function_group": ["care"], "injury_risk": [1.0],
         "mental_load": [1.0], "burdensome_conditions": [1.0]}
    ).to_csv(raw / "functions.csv", index=False)  # fmt: skip
    assert run(raw, tmp_path, supplier="fwg").key_fingerprint is None


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_second_run_and_another_order_give_the_same_bytes(raw, tmp_path, ending):
    frame = absence([f"org{i}" for i in range(500)])
    write = pd.DataFrame.to_csv if ending == "csv" else pd.DataFrame.to_parquet
    made = []
    for rows in (frame, frame, frame.sample(frac=1, random_state=1)):
        write(rows, raw / f"absence.{ending}", index=False)
        run(raw, tmp_path)
        made.append((tmp_path / "out" / "vernet" / f"absence.{ending}").read_bytes())
    assert made[0] == made[1] == made[2]


@pytest.mark.parametrize(
    ("organisations", "told"),
    [
        (["a1", None], "'organisation' has 1 empty and 0 dummy"),
        (["a1", " ", ""], "'organisation' has 2 empty and 0 dummy"),
        (["a1", "999999999", "n.v.t."], "'organisation' has 0 empty and 2 dummy"),
        (citizen_numbers(12), "'organisation' holds citizen service numbers"),
        (["0123456789abcdef" * 2], "holds pseudonyms already"),
        (
            ["4711.0", "a1", "4712,0", "4712,00 "],
            "has 3 ids written as decimals.*write them as text",
        ),
    ],
)
def test_ids_refused(raw, tmp_path, organisations, told):
    absence(organisations).to_csv(raw / "absence.csv", index=False)
    with pytest.raises(DeliveryError, match=told) as caught:
        run(raw, tmp_path)
    for value in organisations:
        assert not value or value in ("999999999", " ") or value not in str(caught.value)
    assert not (tmp_path / "out").exists()


def test_citizen_service_numbers_in_any_column_are_refused(raw, tmp_path):
    frame = absence([f"org{i}" for i in range(12)]).assign(function_group=citizen_numbers(12))
    frame.to_csv(raw / "absence.csv", index=False)
    with pytest.raises(DeliveryError, match="'function_group' holds citizen"):
        run(raw, tmp_path)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"absence_rate": ["Jansen", "7.5"]}, "column 'absence_rate': 1 of 2 rows"),
        ({"function_group": ["J. Jansen", "all"]}, "column 'function_group': 1 of 2 rows"),
        ({"person_years": [-1, 1]}, "column 'person_years': 1 of 2 rows"),
        ({"organisation": ["a1", "A1"]}, "row repeated, column 'organisation, year"),
    ],
)
@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_what_the_check_would_refuse_is_not_written(raw, tmp_path, change, told, ending):
    write = pd.DataFrame.to_csv if ending == "csv" else pd.DataFrame.to_parquet
    write(absence(["a1", "b2"]), raw / f"absence.{ending}", index=False)
    run(raw, tmp_path)
    earlier = (tmp_path / "out" / "vernet" / f"absence.{ending}").read_bytes()
    write(absence(["a1", "b2"]).assign(**change), raw / f"absence.{ending}", index=False)
    for out in ("out", "new"):
        with pytest.raises(DeliveryError, match=f"^vernet/absence.{ending}: ") as caught:
            run(raw, tmp_path, out=out)
        assert told in str(caught.value)
        assert "Jansen" not in str(caught.value)
    assert (tmp_path / "out" / "vernet" / f"absence.{ending}").read_bytes() == earlier
    assert not list((tmp_path / "new").iterdir())


def test_citizen_service_numbers_among_numbers_are_refused(raw, tmp_path):
    frame = absence([f"org{i}" for i in range(12)])
    for numbers in (citizen_numbers(12), pd.array(citizen_numbers(12)).astype("float64")):
        frame.assign(person_years=numbers).to_parquet(raw / "absence.parquet")
        with pytest.raises(DeliveryError, match="citizen service numbers"):
            run(raw, tmp_path)
        assert not (tmp_path / "out" / "vernet").exists()


def test_names_that_differ_in_capitals_only_are_refused(raw, tmp_path):
    for name, year in {"absence_A.csv": 2023, "Absence_a.CSV": 2024}.items():
        absence(["a1"], year).to_csv(raw / name, index=False)
    if len(list(raw.iterdir())) == 1:
        pytest.skip("this disk keeps one of the two")
    with pytest.raises(DeliveryError, match="^Absence_a.CSV and absence_A.csv: names that differ"):
        run(raw, tmp_path)


def test_teams_that_became_decimals_are_refused(raw, tmp_path):
    frame = payslips(["17", "18"], [17, None])
    frame.to_csv(raw / "payslips.csv", index=False)
    with pytest.raises(DeliveryError, match="column 'team' has 1 ids written as decimals"):
        run(raw, tmp_path, supplier="pfzw")


def test_rows_that_get_lost_are_noticed(raw, tmp_path, monkeypatch):
    absence(["a1", "b2"]).to_csv(raw / "absence.csv", index=False)
    monkeypatch.setattr(module, "_count", lambda engine, file: 3)
    with pytest.raises(DeliveryError, match="absence.csv: 3 rows became 2"):
        run(raw, tmp_path)
    assert not list((tmp_path / "out").iterdir())


def test_result_passes_the_check(raw, tmp_path):
    absence(["a1", "b2"]).to_csv(raw / "absence.csv", index=False)
    run(raw, tmp_path)
    assert not check_deliveries(tmp_path / "out", edition="2025").problems


def test_files_and_columns_refused(raw, tmp_path):
    with pytest.raises(DeliveryError, match="no file of supplier vernet"):
        run(raw, tmp_path)
    frame = absence(["a1"])
    frame.assign(surname="x").to_csv(raw / "absence.csv", index=False)
    with pytest.raises(DeliveryError, match="has 1 columns that vernet_absence does not know") as e:
        run(raw, tmp_path)
    assert "surname" not in str(e.value)
    frame.drop(columns="year").to_csv(raw / "absence.csv", index=False)
    with pytest.raises(DeliveryError, match="lacks year"):
        run(raw, tmp_path)
    (raw / "absence.csv").unlink()
    frame.assign(organisation=1.5).to_parquet(raw / "absence.parquet")
    with pytest.raises(DeliveryError, match="has type DOUBLE"):
        run(raw, tmp_path)
    frame.to_csv(raw / "verzuim.csv", index=False)
    with pytest.raises(DeliveryError, match="verzuim.csv: no table of supplier vernet"):
        run(raw, tmp_path)


def test_error_of_the_engine_shows_no_row(raw, tmp_path):
    absence(["a1"]).to_csv(raw / "absence.csv", index=False)
    with (raw / "absence.csv").open("a") as stream:
        stream.write("secret-id,2024,too,few\n")
    with pytest.raises(DeliveryError, match="^absence.csv: number of cells: 1 of 2 rows") as caught:
        run(raw, tmp_path)
    assert "secret" not in str(caught.value)


def test_error_of_the_engine_is_told_without_what_it_says(raw, tmp_path, monkeypatch):
    absence(["a1"]).to_csv(raw / "absence.csv", index=False)

    def broken(engine, *_):
        engine.execute("SELECT CAST('secret-id' AS INT)")

    monkeypatch.setattr(module, "_write", broken)
    with pytest.raises(DeliveryError, match="cannot be read") as caught:
        run(raw, tmp_path)
    assert "secret" not in str(caught.value)
    assert caught.value.__suppress_context__


@pytest.mark.parametrize(
    ("separator", "encoding", "end"),
    [
        ("\t", "utf-8", "\n"),
        (";", "cp1252", "\r\n"),
        (",", "utf-8-sig", "\r"),
        (",", "utf-8", "\n"),
    ],
)
def test_csv_is_read_as_the_check_reads_it(raw, tmp_path, separator, encoding, end):
    text = absence(["é1", "b2"]).to_csv(index=False, sep=separator, lineterminator=end)
    (raw / "absence.csv").write_bytes(text.encode(encoding))
    run(raw, tmp_path)
    made = pd.read_csv(tmp_path / "out" / "vernet" / "absence.csv", sep=separator)
    assert set(made["organisation"]) == {
        pseudonym(name, key=KEY, edition="2025", domain="organisation") for name in ("é1", "b2")
    }


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda text: text.encode("utf-16"), "UTF-16"),
        (lambda text: text.encode()[:-4], "cut off"),
        (lambda text: text.encode() + b'"a3,2024\n', "quote not closed"),
        (lambda text: text.encode() + b"a3,2024\n", "number of cells: 1 of 3 rows"),
        (
            lambda text: text.encode() + b"a3,2024,all,all,1,1,1,1,1,1,1\n",
            "number of cells: 1 of 3",
        ),
        (lambda text: b"", "empty file"),
        (lambda text: text.split("\n", 1)[1].encode(), "no header"),
    ],
)
def test_damaged_csv_is_refused_with_its_name_and_the_reason(raw, tmp_path, change, told):
    (raw / "absence.csv").write_bytes(change(absence(["a1", "a2"]).to_csv(index=False)))
    with pytest.raises(DeliveryError, match=f"^absence.csv: {told}"):
        run(raw, tmp_path)
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("ending", ["csv", "parquet"])
def test_name_of_a_file_or_folder_is_no_pattern(tmp_path, ending):
    write = pd.DataFrame.to_csv if ending == "csv" else pd.DataFrame.to_parquet
    folder = tmp_path / "raw [a-c]*"
    folder.mkdir()
    years = {"absence_[1]": 2024, "absence_1": 2023, "absence_?": 2022, "absence_{1}'s": 2021}
    for name, year in years.items():
        write(absence(["a1"], year), folder / f"{name}.{ending}", index=False)
    run(folder, tmp_path, out="out [x]*")
    read = pd.read_csv if ending == "csv" else pd.read_parquet
    for name, year in years.items():
        made = read(tmp_path / "out [x]*" / "vernet" / f"{name}.{ending}")
        assert made["year"].tolist() == [year]


def test_call_refused(raw, tmp_path):
    absence(["a1"]).to_csv(raw / "absence.csv", index=False)
    with pytest.raises(EditionError, match="supplier 'cbs' is not known"):
        run(raw, tmp_path, supplier="cbs")
    for fractions in ({"absence": 0.5}, {"payslips": 0.5}):
        with pytest.raises(EditionError, match="vernet has no file that may be a sample.* Leave"):
            run(raw, tmp_path, fractions=fractions)
    with pytest.raises(EditionError, match="payslips=0 does not fit.* 1 for payslips"):
        run(raw, tmp_path, supplier="pfzw", fractions={"payslips": 0.0})
    with pytest.raises(EditionError, match="write FILE=SHARE"):
        read_fractions(("payslips",))


def test_what_we_did_not_make_stays(raw, tmp_path):
    absence(["a1"]).to_csv(raw / "absence.csv", index=False)
    theirs = tmp_path / "out" / "vernet" / "notes.txt"
    theirs.parent.mkdir(parents=True)
    theirs.write_text("mine")
    with pytest.raises(EditionError, match="not written by this program"):
        run(raw, tmp_path)
    assert theirs.read_text() == "mine"
    theirs.unlink()
    run(raw, tmp_path)
    theirs.write_text("added later")
    with pytest.raises(EditionError, match="changed since"):
        run(raw, tmp_path)


def test_interrupted_run_leaves_nothing_half(raw, tmp_path, monkeypatch):
    absence(["a1"]).to_csv(raw / "absence.csv", index=False)
    absence(["a1"], 2023).to_csv(raw / "absence-2023.csv", index=False)
    write = module._write

    def interrupted(engine, file, target):
        if "2023" not in target.name:
            raise KeyboardInterrupt
        write(engine, file, target)

    monkeypatch.setattr(module, "_write", interrupted)
    with pytest.raises(KeyboardInterrupt):
        run(raw, tmp_path)
    assert not list((tmp_path / "out").iterdir())


def test_command_line(raw, tmp_path, monkeypatch):
    payslips([f"p{i}" for i in range(30)], None).to_csv(raw / "payslips.csv", index=False)
    call = ["pseudonymise", str(raw), str(tmp_path / "out"), "--supplier", "pfzw"]
    call += ["--edition", "2025", "--fraction", "payslips=0.1"]
    file = key_file(tmp_path, SECRET)
    done = CliRunner().invoke(main, [*call, "--key-file", str(file)])
    assert done.exit_code == 0, done.output
    note = json.loads((tmp_path / "out" / "pfzw" / "delivery.json").read_text())
    assert note["fractions"] == {"payslips": 0.1}
    assert note["key_fingerprint"] == KEY.fingerprint
    everything = done.output.encode() + b"".join(
        path.read_bytes() for path in (tmp_path / "out").rglob("*") if path.is_file()
    )
    assert SECRET not in everything
    assert b"p17" not in everything
    monkeypatch.delenv("PREVENTIEPLAN_KEY", raising=False)
    assert CliRunner().invoke(main, call).exit_code == 2
    assert "--key " not in CliRunner().invoke(main, ["pseudonymise", "--help"]).output


def test_input_may_be_read_only(raw, tmp_path):
    absence(["a1"]).to_csv(raw / "absence.csv", index=False)
    (raw / "absence.csv").chmod(0o400)
    raw.chmod(0o500)
    try:
        run(raw, tmp_path)
    finally:
        raw.chmod(0o700)
    assert len(pd.read_csv(tmp_path / "out" / "vernet" / "absence.csv")) == 1
