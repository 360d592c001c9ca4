"""An identifier: what one system calls a person.

Question  When are two identifiers the same one?
Systems   A name such as hr or genesys-agent, chosen by whoever adds the lists; `account HOMEPAGE` for the
          accounts of xAPI and of the learning system behind them. Known by name: email, mbox_sha1sum, openid,
          salesforce.
Equal     As text, without blanks at its ends. Addresses and digests lose their capitals, and an address its
          `mailto:`; a Salesforce id of 15 characters is the one of 18 that it stands for. Nothing else is
          made alike: 0042 and 42 may be two people.
"""

import re
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

EMAIL, DIGEST, OPENID, SALESFORCE = "email", "mbox_sha1sum", "openid", "salesforce"
ACCOUNT = "account "
SYSTEM = re.compile(r"[a-z][a-z0-9_-]{0,59}|account \S{1,400}")
_CHECK_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"


@dataclass(frozen=True, slots=True, order=True)
class Identifier:
    """value: as it is compared (`read_identifier`, `normalise`)."""

    system: str
    value: str

    def __str__(self) -> str:
        between = " " if self.system.startswith(ACCOUNT) else "="
        return f"{self.system}{between}{self.value}"


def read_identifier(text: str) -> Identifier | None:
    """`hr=10042`, `email=ann@example.org`, `account https://lms.example.org ann`; None: not written so."""
    system, _, value = text.strip().partition("=")
    if text.strip().startswith(ACCOUNT):
        kind, _, rest = text.strip().partition(" ")
        page, _, value = rest.partition(" ")
        system = f"{kind} {page}"
    if not SYSTEM.fullmatch(system):
        return None
    (alike,) = normalise(system, pa.array([value], pa.string())).to_pylist()
    return None if alike is None else Identifier(system, alike)


def normalise(system: str, values: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    """Values as they are compared; blank ones are null."""
    texts = pc.utf8_trim_whitespace(values.cast(pa.string()))
    if system in (EMAIL, DIGEST):
        texts = pc.utf8_lower(texts)
    if system == EMAIL:
        texts = pc.replace_substring_regex(texts, "^mailto:", "")
    if system == SALESFORCE:
        texts = _lengthen(texts)
    return pc.if_else(pc.equal(texts, ""), None, texts)


def _lengthen(texts: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Salesforce ids of 15 characters, told apart by capitals, as those of 18."""
    long = [text + _check(text) if text and len(text) == 15 else text for text in texts.to_pylist()]
    return pa.array(long, pa.string())


def _check(text: str) -> str:
    """One character for each five, saying which of them are capitals."""
    bits = [sum(letter.isupper() << at for at, letter in enumerate(text[n : n + 5])) for n in (0, 5, 10)]
    return "".join(_CHECK_DIGITS[bit] for bit in bits)
