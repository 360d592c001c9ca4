"""Who a request says it is: the header Authorization, read strictly.

Question  Which key and secret, or which token, came with this request?
Refuses   Everything that is not exactly one of the two schemes: 401, with what to send. Nothing here looks at
          a store, so that a malformed header costs nothing.
"""

import binascii
from base64 import b64decode
from dataclasses import dataclass

from payoff.xapi.fault import Fault, RequestError

MAX_HEADER = 16_384  # characters; tokens of large organisations reach 8,000
CHALLENGE = 'Basic realm="payoff", charset="UTF-8"'
BEARER_CHALLENGE = 'Bearer realm="payoff"'


@dataclass(frozen=True, slots=True)
class KeyAndSecret:
    """HTTP Basic: the key is the user, the secret the password."""

    key: str
    secret: str


@dataclass(frozen=True, slots=True)
class BearerToken:
    """A signed token of an identity provider."""

    text: str


class AccessError(RequestError):
    """Who asks may not: 401, 403 or 429, with the header fields that belong to the answer.

    `login` is set where credentials were looked up and fit nothing: the key's name, "" where no key has it.
    """

    def __init__(self, status: int, what: str, rule: str, headers: tuple[tuple[str, str], ...] = ()) -> None:
        self.headers = headers
        self.login: str | None = None
        super().__init__(status, Fault("", what, rule))


def refuse_credentials(what: str, bearer: bool = False) -> AccessError:
    """401 with the challenges that tell a client what to send."""
    challenges = [("www-authenticate", CHALLENGE)]
    if bearer:
        challenges.append(("www-authenticate", BEARER_CHALLENGE))
    return AccessError(401, what, "Communication 4.0", tuple(challenges))


def read_credentials(header: str | None) -> KeyAndSecret | BearerToken:
    """The one credential in a header field; AccessError (401) says what is wrong with it."""
    if not header:
        raise refuse_credentials("send Authorization: Basic with key and secret, or Bearer with a token")
    if len(header) > MAX_HEADER:
        raise refuse_credentials(f"Authorization is longer than {MAX_HEADER} characters")
    scheme, _, value = header.strip(" \t").partition(" ")
    value = value.strip(" \t")
    if scheme.lower() == "basic":
        return _read_basic(value)
    if scheme.lower() == "bearer":
        if not value.isascii() or value.count(".") != 2:
            raise refuse_credentials("the bearer token is no signed JWT (three parts joined by dots)")
        return BearerToken(value)
    raise refuse_credentials("Authorization has neither the scheme Basic nor Bearer")


def _read_basic(value: str) -> KeyAndSecret:
    try:
        decoded = b64decode(value.encode("ascii"), validate=True)
    except (binascii.Error, ValueError):
        raise refuse_credentials("what follows Basic is not base64") from None
    try:
        text = decoded.decode("utf-8")
    except UnicodeDecodeError:
        raise refuse_credentials("key and secret are not UTF-8") from None
    key, colon, secret = text.partition(":")
    if not colon:
        raise refuse_credentials("key and secret are not joined by a colon")
    if not key or any(c < " " or c == "\x7f" for c in text):
        raise refuse_credentials("the key is empty, or key or secret hold a control character")
    return KeyAndSecret(key, secret)
