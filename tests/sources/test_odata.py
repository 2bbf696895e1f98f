"""Addresses, pages and counts, without a server."""

import pytest

from analysis.errors import DeliveryError, EditionError
from analysis.sources import odata

ASKED = "https://datasets.cbs.nl/odata/v1/CBS/80072ned/Observations"


@pytest.mark.parametrize(
    ("protocol", "catalogue", "expected"),
    [
        ("v4", "CBS", ASKED),
        ("v4", "CBS-asd", "https://datasets.cbs.nl/odata/v1/CBS-asd/80072ned/Observations"),
        ("v3", "CBS", "https://opendata.cbs.nl/ODataFeed/odata/80072ned/Observations?$format=json"),
        (
            "v3",
            "AZW",
            "https://dataderden.cbs.nl/ODataFeed/odata/80072ned/Observations?$format=json",
        ),
    ],
)
def test_where_a_table_is(protocol, catalogue, expected):
    service = odata.service(protocol, catalogue, "80072ned", odata.Roots())
    assert service.address("Observations") == expected


def test_where_the_lists_are():
    roots = odata.Roots()
    wanted = "$select=Identifier,Catalog,Title"
    assert (
        odata.catalogue_address("v4", roots)
        == f"https://datasets.cbs.nl/odata/v1/Datasets?{wanted}"
    )
    assert odata.catalogue_address("v3", roots) == (
        f"https://dataderden.cbs.nl/ODataCatalog/Tables?$format=json&{wanted}"
    )
    assert odata.service("v3", "CBS", "80072ned", roots).listed == (
        "https://opendata.cbs.nl/ODataCatalog/Tables?$format=json&$filter=Identifier%20eq%20'80072ned'"
    )


@pytest.mark.parametrize(
    "table_id", ["", "../80072ned", "80072ned/x", "ned", "80072ned'", "8" * 40]
)
def test_what_is_not_an_id_is_refused(table_id):
    with pytest.raises(EditionError, match="is not an id of CBS"):
        odata.service("v4", "CBS", table_id, odata.Roots())


@pytest.mark.parametrize(
    ("link", "expected"),
    [
        (f"{ASKED}?$skip=1", f"{ASKED}?$skip=1"),
        ("Observations?$skip=1", f"{ASKED}?$skip=1"),
        ("?$skip=1", f"{ASKED}?$skip=1"),
        # A server behind one that encrypts.
        (f"{ASKED.replace('https', 'http')}?$skip=1", f"{ASKED}?$skip=1"),
        ("https://datasets.cbs.nl:443/x", "https://datasets.cbs.nl:443/x"),
        (None, None),
    ],
)
@pytest.mark.parametrize("key", ["@odata.nextLink", "odata.nextLink"])
def test_the_next_page(key, link, expected):
    assert odata.next_address({"value": [], key: link}, address=ASKED) == expected


@pytest.mark.parametrize(
    "link",
    [
        "https://example.org/x",
        "https://datasets.cbs.nl:8443/x",
        "https://datasets.cbs.nl.example.org/x",
        "https://datasets.cbs.nl@example.org/x",
        "//example.org/x",
        "file:///etc/passwd",
        "ftp://datasets.cbs.nl/x",
        "https://datasets.cbs.nl:port/x",
    ],
)
def test_a_next_page_elsewhere_is_refused(link):
    with pytest.raises(DeliveryError, match="leads to another server"):
        odata.next_address({"@odata.nextLink": link}, address=ASKED)


def test_a_next_page_that_is_no_text_is_refused():
    with pytest.raises(DeliveryError, match="is not text"):
        odata.next_address({"@odata.nextLink": 3}, address=ASKED)


def test_the_last_page_has_no_next():
    assert odata.next_address({"value": []}, address=ASKED) is None


@pytest.mark.parametrize("content", [None, [], "x", {}, {"value": {}}, {"value": ["x"]}])
def test_what_has_no_rows_is_refused(content):
    with pytest.raises(DeliveryError, match="no list 'value' of rows"):
        odata.rows_of(content, address=ASKED)


@pytest.mark.parametrize("name", ["../x", "a/b", "", None, "a.b", ".hidden"])
def test_a_part_whose_name_is_no_file_is_refused(name):
    with pytest.raises(DeliveryError, match="1 of them unreadable"):
        odata.parts_of({"value": [{"name": name}]}, address=ASKED)


@pytest.mark.parametrize("count", [None, "4409", -1, 1.5, True])
def test_a_count_that_is_none_is_refused(count):
    with pytest.raises(DeliveryError, match="how many rows"):
        odata.count_of({"@odata.count": count}, "@odata.count", address=ASKED)


def test_a_table_must_say_when_it_was_modified():
    with pytest.raises(DeliveryError, match="'Modified'"):
        odata.properties_of("v4", {"Title": "x"}, address=ASKED)
    with pytest.raises(DeliveryError, match="'Modified'"):
        odata.properties_of("v3", {"value": []}, address=ASKED)


def test_what_holds_for_one_page_is_not_kept():
    content = {
        "@odata.context": "c",
        "@odata.count": 3,
        "@odata.nextLink": "n",
        "source": "synthetic",
        "value": [],
    }
    assert odata.head_of(content) == {"@odata.context": "c", "source": "synthetic"}


@pytest.mark.parametrize(
    "root",
    ["", "datasets.cbs.nl", "ftp://x", "https://", "https://x/?a=1", "http://[::1", "http://x:y/"],
)
def test_a_root_that_is_no_address_is_refused(root):
    with pytest.raises(EditionError, match="--root-v4"):
        odata.read_root("--root-v4", root)


def test_a_root_loses_its_slash():
    assert odata.read_root("--root-v4", "http://127.0.0.1:1/x/") == "http://127.0.0.1:1/x"
