"""Pseudonyms: what an id becomes under a key, an edition and a domain.

    HMAC-SHA-256(key, "v1|edition|domain|" + normalised id)

of which the first 128 bits count, written as 32 characters of lower-case hexadecimal.

A keyed hash and never a plain one: all citizen service numbers hash in minutes. Two suppliers with
the same key and edition give the same organisation the same pseudonym; another edition, another
domain or another key gives one that cannot be joined to it.
"""

import hmac
import os
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from analysis.edition import EDITION_NAME
from analysis.errors import EditionError

VERSION = "v1"
KEY_VARIABLE = "PREVENTIEPLAN_KEY"
SHORTEST_KEY = 32
#: 32 random bytes, also when written as hexadecimal, hold more distinct ones than this.
FEWEST_DISTINCT_BYTES = 8
#: Length of a pseudonym in hexadecimal characters (128 bits).
LENGTH = 32

#: Domains whose ids several suppliers write: their spelling must not matter.
SHARED_DOMAINS = ("person", "organisation")
#: Domains whose ids one supplier hands out: what it keeps apart stays apart.
OWN_DOMAINS = ("team", "respondent", "attendee", "facilitator")
DOMAINS = SHARED_DOMAINS + OWN_DOMAINS

_SEPARATORS = re.compile(r"[\s.\-_/]+")
#: 17.0: what becomes of whole numbers in a column with empty cells.
_DECIMAL = re.compile(r"\d+[.,]0{1,2}")
_SPACES = re.compile(r"\s+")
#: Only zeros, three nines or more, or four times or more the same digit.
_DUMMY_NUMBER = re.compile(r"0*|9{3,}|(\d)\1{3,}")
_DUMMY_WORDS = frozenset(
    ["ONBEKEND", "UNKNOWN", "UNK", "NVT", "NB", "NA", "NAN", "NAT", "NULL", "NONE", "GEEN", "LEEG",
     "EMPTY", "TEST", "DUMMY", "X", "XX", "XXX", "?"]
)  # fmt: skip


@dataclass(frozen=True)
class Key:
    """The secret of an edition. It never shows itself."""

    secret: bytes

    def __repr__(self) -> str:
        return "Key(…)"

    @property
    def fingerprint(self) -> str:
        """First 64 bits of HMAC(key, "v1|fingerprint"), by which deliveries tell keys apart."""
        return hmac.digest(self.secret, f"{VERSION}|fingerprint".encode(), "sha256").hex()[:16]


def read_key(file: Path | None = None) -> Key:
    """Read the key from a file, or else from the environment.

    A line end after the key does not count.

    Raises
    ------
    EditionError
        If there is no key, it is short or not random, or others than its owner may read the file.
    """
    if file is not None:
        place = str(file)
        try:
            secret = file.read_bytes()
        except FileNotFoundError:
            raise EditionError(
                f"{file}: no such key file; expected a file of {SHORTEST_KEY} bytes or more."
            ) from None
        if os.name == "posix" and file.stat().st_mode & 0o077:
            raise EditionError(
                f"{file}: others than its owner may read this key; allowed: its owner alone. "
                f"Run `chmod 600 {file}`, and make a new key if somebody may have read it."
            )
    else:
        place = KEY_VARIABLE
        secret = os.fsencode(os.environ.get(KEY_VARIABLE, ""))
        if not secret:
            raise EditionError(
                f"no key: expected --key-file or the environment variable {KEY_VARIABLE}. "
                "Ask the trusted third party for the key of this edition."
            )
    secret = secret.rstrip(b"\r\n")
    if len(secret) < SHORTEST_KEY:
        raise EditionError(
            f"{place}: the key is shorter than {SHORTEST_KEY} bytes; make one with "
            "`openssl rand -hex 32`."
        )
    if len(set(secret)) < FEWEST_DISTINCT_BYTES:
        raise EditionError(
            f"{place}: the key repeats fewer than {FEWEST_DISTINCT_BYTES} different bytes, so it "
            "can be guessed; make one with `openssl rand -hex 32`."
        )
    return Key(secret)


def normalised(raw: str, domain: str) -> str:
    """Return the one spelling of an id.

    Everywhere Unicode is brought to form NFKC (full-width digits become digits) and letters to
    upper case. For persons and organisations, which several suppliers write, spaces, dots, hyphens,
    underscores and slashes are dropped, and zeros in front of a number: ``"0123.45 67"``,
    ``"01234567"`` and ``"1234567"`` are one organisation. For ids that one supplier hands out
    (team, respondent, attendee, facilitator) only space around the id goes and inner space becomes
    one blank, so that ``"T-01"`` and ``"T-1"`` stay two teams.
    """
    text = unicodedata.normalize("NFKC", raw).strip().upper()
    if domain in SHARED_DOMAINS:
        text = _SEPARATORS.sub("", text)
        return (text.lstrip("0") or text[:1]) if text.isdecimal() else text
    return _SPACES.sub(" ", text)


def is_dummy(normal: str) -> bool:
    """Tell whether a normalised id stands for no id at all: empty, 0, 999999999, "n.v.t."."""
    bare = _SEPARATORS.sub("", normal)
    return bool(_DUMMY_NUMBER.fullmatch(bare)) or normal in _DUMMY_WORDS or bare in _DUMMY_WORDS


def is_decimal(raw: str) -> bool:
    """Tell whether an id is a whole number written as a decimal: 17.0, which is not the id 170."""
    return bool(_DECIMAL.fullmatch(unicodedata.normalize("NFKC", raw).strip()))


@dataclass(frozen=True)
class Pseudonymiser:
    """Makes the pseudonyms of one domain in one edition."""

    key: Key
    edition: str
    domain: str

    def __post_init__(self) -> None:
        if not re.fullmatch(EDITION_NAME, self.edition):
            raise EditionError(
                f"edition '{self.edition}' does not fit; allowed: a year, then lower-case letters, "
                "digits or hyphens, as 2025 or 2025-draft."
            )
        if self.domain not in DOMAINS:
            raise EditionError(
                f"domain '{self.domain}' is not known; allowed: {', '.join(DOMAINS)}."
            )

    def of(self, normal: str) -> str:
        """Return the pseudonym of a normalised id: 32 characters, 0-9 and a-f."""
        message = f"{VERSION}|{self.edition}|{self.domain}|{normal}".encode()
        return hmac.digest(self.key.secret, message, "sha256").hex()[:LENGTH]


def pseudonym(raw: str, *, key: Key, edition: str, domain: str) -> str:
    """Return the pseudonym of one id as a supplier writes it.

    Raises
    ------
    EditionError
        If the edition or the domain is not known, the id stands for nobody, or it is written as a
        decimal.
    """
    make = Pseudonymiser(key, edition, domain)
    if is_decimal(raw):
        raise EditionError(f"{domain}: an id written as a decimal, as 17.0; write it as text.")
    normal = normalised(raw, domain)
    if is_dummy(normal):
        raise EditionError(f"{domain}: an empty or dummy id has no pseudonym; give a real one.")
    return make.of(normal)
