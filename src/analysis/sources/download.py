"""JSON from a web server: bounded in time, tried again when it may help, told in one line.

Tried again: no connection, no answer in time, a body that is cut off or no JSON, and the statuses
429 (as ``Retry-After`` asks, RFC 9110 section 10.2.3) and 5xx. Not tried again: 404 and other
statuses, which say the same however often one asks.
"""

import json
import math
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from types import TracebackType
from typing import Any, Never, Self

import requests
from urllib3.exceptions import InvalidHeader
from urllib3.util import Retry

from analysis.errors import DeliveryError, WorkplaceError
from analysis.sources import odata

_TOO_MANY = 429
_NOT_FOUND = 404
_CHUNK = 1 << 16
#: What to call the ways in which a connection fails.
_KINDS = defaultdict(
    lambda: "no connection",
    {
        requests.exceptions.SSLError: "no secure connection",
        requests.exceptions.ProxyError: "no connection through the proxy",
    },
)


@dataclass(frozen=True)
class Patience:
    """How long to wait, in seconds, and how often to try.

    Attributes
    ----------
    connect, read
        Longest wait for a connection, and for the next bytes.
    whole
        Longest time that one answer may take.
    attempts
        How often to ask for one address.
    pause
        Wait before the second attempt; each further wait is twice as long.
    longest
        Longest pause, also when a server asks for a longer one.
    """

    connect: float = 10.0
    read: float = 60.0
    whole: float = 600.0
    attempts: int = 5
    pause: float = 2.0
    longest: float = 120.0


class _TryAgainError(Exception):
    """What went wrong, when the next attempt may go well."""

    def __init__(self, reason: str, *, promised: bool = True, after: float | None = None) -> None:
        super().__init__(reason)
        #: Whether the server answered as HTTP promises; the content is the supplier's then.
        self.promised = promised
        self.after = after


class Session:
    """A connection that asks for JSON; a context manager.

    Parameters
    ----------
    patience
        Bounds of time and attempts.
    sleep
        Waits for a number of seconds.
    """

    def __init__(
        self, patience: Patience | None = None, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._patience = patience or Patience()
        self._sleep = sleep
        self._session = requests.Session()
        self._session.headers["User-Agent"] = f"preventieplan-book/{version('preventieplan-book')}"
        self._session.headers["Accept"] = "application/json"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._session.close()

    def get(self, address: str, *, what: str) -> Any:
        """Return the JSON at an address.

        Parameters
        ----------
        what
            What is asked for, as messages name it.

        Raises
        ------
        WorkplaceError
            If the server cannot be reached, is slow, refuses or does not have the address: what
            was asked, what happened, how often it was tried and what to do.
        DeliveryError
            If what came, each time, was not JSON, or from another server.
        """
        for attempt in range(1, self._patience.attempts + 1):
            try:
                return self._ask(address, what)
            except _TryAgainError as error:
                failed = error
            pause = self._pause(attempt, failed.after)
            if pause is None:
                raise WorkplaceError(
                    f"{what}: {failed} at {address} and asks to wait {failed.after:.0f} seconds. "
                    "Run `preventieplan fetch` again after that; it goes on from here."
                )
            if attempt < self._patience.attempts:
                self._sleep(pause)
        tried = f"tried {attempt} times" if attempt > 1 else "tried once"
        if not failed.promised:
            raise DeliveryError(
                f"{what}: {failed} at {address}, {tried}; expected JSON of CBS. Open the address "
                "in a browser, and try again later or with the other --protocol."
            )
        raise WorkplaceError(
            f"{what}: {failed} at {address}, {tried}. Check the connection and run `preventieplan "
            "fetch` again; it goes on from here."
        )

    def _pause(self, attempt: int, asked: float | None) -> float | None:
        """Return how long to wait; None when the server asks for longer than we will."""
        if asked is not None and asked > self._patience.longest:
            return None
        grown = self._patience.pause * 2 ** (attempt - 1)
        return max(min(grown, self._patience.longest), asked or 0.0)

    def _ask(self, address: str, what: str) -> Any:
        wait = (self._patience.connect, self._patience.read)
        try:
            with self._session.get(address, timeout=wait, stream=True) as answer:
                odata.check_origin(answer.url, asked=address)
                _check_status(answer, address, what)
                body = self._body(answer)
        except requests.Timeout:
            raise _TryAgainError("no answer in time") from None
        except requests.exceptions.ContentDecodingError:
            raise _TryAgainError("an answer that cannot be unpacked", promised=False) from None
        except requests.exceptions.ChunkedEncodingError:
            raise _TryAgainError("an answer that was cut off") from None
        except requests.ConnectionError as error:
            # A wait for further bytes that took too long comes as this kind.
            slow = "timed out" in str(error).lower()
            raise _TryAgainError("no answer in time" if slow else _KINDS[type(error)]) from None
        except requests.RequestException as error:
            raise WorkplaceError(
                f"{what}: {type(error).__name__} at {address}, tried once. Check the address and "
                "the settings of the proxy."
            ) from None
        return _parse(body)

    def _body(self, answer: requests.Response) -> bytes:
        end = time.monotonic() + self._patience.whole
        chunks = []
        for chunk in answer.iter_content(_CHUNK):
            chunks.append(chunk)
            if time.monotonic() > end:
                raise _TryAgainError("no whole answer in time")
        return b"".join(chunks)


def _check_status(answer: requests.Response, address: str, what: str) -> None:
    status = answer.status_code
    if status == _TOO_MANY or status >= 500:
        said = "the server says that it is asked too much" if status == _TOO_MANY else "an error"
        raise _TryAgainError(f"{said} (status {status})", after=_retry_after(answer))
    if status == _NOT_FOUND:
        raise WorkplaceError(
            f"{what}: not found at {address} (status 404). Check the id of the table, or try the "
            "other --protocol; CBS may have withdrawn it."
        )
    if not answer.ok:
        raise WorkplaceError(
            f"{what}: refused at {address} (status {status}), tried once. Open the address in a "
            "browser to see why."
        )


def _retry_after(answer: requests.Response) -> float | None:
    """Read how long the server asks to wait: seconds or a date."""
    try:
        return Retry().parse_retry_after(answer.headers["Retry-After"])
    except (KeyError, InvalidHeader, OverflowError, ValueError):
        return None


def _parse(body: bytes) -> Any:
    try:
        text = body.decode("utf-8-sig")
        content = json.loads(text, parse_constant=_refuse, parse_float=_finite)
        if "\\ud" in text.lower():
            # Half a character, as only an escape can give, cannot be written to a file.
            json.dumps(content, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        page = body.lstrip()[:1] == b"<"
        what = "a web page" if page else "an empty answer" if not body.strip() else "no whole JSON"
        raise _TryAgainError(f"{what} instead of data", promised=False) from None
    return content


def _finite(text: str) -> float:
    number = float(text)
    return number if math.isfinite(number) else _refuse(text)


def _refuse(text: str) -> Never:
    """JSON has no infinite numbers and none that are not a number."""
    raise ValueError(text)
