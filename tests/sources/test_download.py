"""Each way in which a server can fail: what is tried again, how long is waited, what is said."""

import gzip
import threading
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from analysis.errors import DeliveryError, WorkplaceError
from analysis.sources.download import Patience, Session
from tests.sources import cbs_server as server


@pytest.fixture
def get(fetch, cbs):
    def ask(part="CBS/80072ned/Properties"):
        with fetch.session() as session:
            return session.get(f"{cbs.v4}/{part}", what="table 80072ned")

    return ask


def instead_of_truth(handler, body):
    server.send(handler, 200, gzip.compress(body)[:-20], Content_Encoding="gzip")


PASSING = {
    "500": server.status(500),
    "503": server.status(503),
    "429": server.status(429),
    "cut off in the body": server.cut_off,
    "content-length too short": server.too_short,
    "connection closed": server.hang_up,
    "not JSON": server.instead("Perioden;Value"),
    "JSON cut off": server.instead('{"value": [{"Id": 0'),
    "nothing": server.instead(""),
    "web page with status 200": server.instead("<html><h1>Onderhoud</h1></html>"),
    "not UTF-8": server.instead(b'{"Modified": "\xff"}'),
    "number that is none": server.instead('{"value": NaN}'),
    "number without end": server.instead('{"value": 1e999}'),
    "half a character": server.instead('{"value": "\\ud800"}'),
    "nested beyond reason": server.instead("[" * 100_000),
    "packed and cut off": instead_of_truth,
}


@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING.keys())
def test_a_passing_fault_is_tried_again(cbs, fetch, get, fault):
    cbs.fails("Properties", fault, fault)
    assert get()["Identifier"] == "80072ned"
    assert cbs.count("Properties") == 3
    assert fetch.waited == [1.0, 2.0], "each wait is twice as long"


def test_a_slow_server_is_tried_again(cbs, fetch, get):
    over = threading.Event()
    cbs.fails("Properties", server.slow(over))
    try:
        assert get()["Identifier"] == "80072ned"
    finally:
        over.set()
    assert cbs.count("Properties") == 2


def test_an_answer_that_comes_by_drops_is_given_up(cbs, fetch, get):
    fetch.patience = Patience(read=0.2, whole=0.0, attempts=2)
    with pytest.raises(WorkplaceError, match="no whole answer in time at .*tried 2 times"):
        get()


LASTING = {
    "503": (server.status(503), WorkplaceError, "an error (status 503)"),
    "cut off": (server.cut_off, WorkplaceError, "cut off"),
    "no connection": (server.hang_up, WorkplaceError, "no connection"),
    "not JSON": (server.instead("x"), DeliveryError, "no whole JSON instead of data"),
    "web page": (server.instead("<html>"), DeliveryError, "a web page instead of data"),
}


@pytest.mark.parametrize(("fault", "error", "said"), LASTING.values(), ids=LASTING.keys())
def test_a_lasting_fault_ends_in_one_line(cbs, get, fault, error, said):
    cbs.fails("Properties", fault, forever=True)
    with pytest.raises(error) as caught:
        get()
    message = str(caught.value)
    assert "\n" not in message
    for part in (
        "table 80072ned",
        said,
        f"{cbs.v4}/CBS/80072ned/Properties",
        "tried 3 times",
        "again",
    ):
        assert part in message
    assert cbs.count("Properties") == 3


def test_a_server_that_is_always_slow(cbs, get):
    over = threading.Event()
    cbs.fails("Properties", server.slow(over), forever=True)
    try:
        with pytest.raises(WorkplaceError, match="no answer in time at .*tried 3 times"):
            get()
    finally:
        over.set()


def test_no_server_at_all(fetch):
    with (
        fetch.session() as session,
        pytest.raises(WorkplaceError, match="no connection at .*tried 3 times"),
    ):
        session.get("http://127.0.0.1:9/", what="table 80072ned")


def test_retry_after_is_honoured(cbs, fetch, get):
    cbs.fails(
        "Properties", server.status(429, Retry_After="7"), server.status(503, Retry_After="1")
    )
    get()
    assert fetch.waited == [7.0, 2.0], "a shorter wish does not shorten the wait"


def test_retry_after_may_be_a_date(cbs, fetch, get):
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=30), usegmt=True)
    cbs.fails("Properties", server.status(503, Retry_After=soon))
    get()
    assert 20 < fetch.waited[0] <= 30


def test_retry_after_that_is_not_one_counts_for_nothing(cbs, fetch, get):
    cbs.fails("Properties", server.status(429, Retry_After="soon"))
    get()
    assert fetch.waited == [1.0]


def test_retry_after_beyond_patience_ends_at_once(cbs, fetch, get):
    cbs.fails("Properties", server.status(429, Retry_After="3600"))
    with pytest.raises(WorkplaceError, match="asks to wait 3600 seconds"):
        get()
    assert fetch.waited == []


@pytest.mark.parametrize(("code", "said"), [(404, "not found"), (403, "refused"), (410, "refused")])
def test_a_refusal_is_not_tried_again(cbs, get, code, said):
    cbs.fails("Properties", server.status(code), forever=True)
    with pytest.raises(WorkplaceError, match=rf"table 80072ned: {said} at .*status {code}"):
        get()
    assert cbs.count("Properties") == 1


def test_a_redirect_to_another_server_is_refused(cbs, get, absence, vacancies):
    with server.serving(server.CbsServer([absence, vacancies])) as other:
        away = f"{other.v4}/CBS/80072ned/Properties"
        cbs.fails("Properties", server.status(302, Location=away), forever=True)
        with pytest.raises(DeliveryError, match="leads to another server"):
            get()


def test_a_redirect_in_a_circle_is_one_line(cbs, get):
    cbs.fails(
        "Properties", server.status(302, Location="/v4/CBS/80072ned/Properties"), forever=True
    )
    with pytest.raises(WorkplaceError, match="TooManyRedirects"):
        get()


def test_the_session_says_who_asks():
    with Session() as session:
        assert session._session.headers["User-Agent"].startswith("preventieplan-book/")
