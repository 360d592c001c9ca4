"""Who asks, and what they may: from the header Authorization to a tenant, scopes and an authority.

Question  May this request be answered, and in whose name is what it brings stored?
Speed     What was found is remembered under a keyed hash of the header, so that argon2 runs once a key and
          server, not once a request. `recall` looks only there and never waits.
Promise   Each answer rests on the store's revision of keys as it was half a second ago at most: a key that
          was revoked or changed stops within a second. A change of another key costs no argon2 again.
Guesses   Secrets that fit nothing cost argon2 so often a second and no more, counted apart for each key and
          for all names that are no key's; beyond it 429. (A name is 80 random bits, and no secret.) Who was
          let in before does not meet this.
Refuses   401 where nobody is known by these credentials, in one wording and one time whatever is wrong with
          them; 403 names the scopes that would do; 429 says how long to wait.
"""

import hmac
import secrets
import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from threading import BoundedSemaphore, Lock

from payoff.statements.connection import Engine, Pool, encode
from payoff.statements.credentials import (
    AccessError,
    BearerToken,
    KeyAndSecret,
    read_credentials,
    refuse_credentials,
)
from payoff.statements.keys import (
    SLOTS,
    KeyLimits,
    StoredKey,
    Tenant,
    build_authority,
    find_key,
    find_revision,
    find_tenant,
)
from payoff.statements.rate_limits import RateLimits
from payoff.statements.scopes import Reach, Resource, Scope, find_reach, may_define, name_missing
from payoff.statements.secret_hash import check_secret
from payoff.statements.token_settings import Issuer
from payoff.statements.tokens import TokenReader
from payoff.statements.work import Authority

FRESH_SECONDS = 0.5
TOKEN_SECONDS = 60.0  # a checked token is looked at again, so that a key its issuer withdrew stops
MAX_REMEMBERED = 10_000
CHECKS_AT_ONCE = 4  # each argon2 takes 19 MiB, however many wrong secrets arrive together
FAILED_PER_SECOND = float(CHECKS_AT_ONCE)  # right secrets count as well, while they are checked
_FOR_EVER = float("inf")
DEFAULT_TENANT = Tenant(1, "default")
DEV_HOME_PAGE = "https://dev-key.invalid"


@dataclass(frozen=True, slots=True)
class Access:
    """Who asks. `name` is fit for logs: a key, or the issuer of a token, never a person."""

    tenant: int
    tenant_name: str
    name: str
    scopes: tuple[Scope, ...]
    authority: Authority
    limits: KeyLimits

    @property
    def may_define(self) -> bool:
        """Whether definitions in statements become what the store says of an activity."""
        return may_define(self.scopes)

    def require(self, resource: Resource, method: str) -> Reach:
        """How far the leave goes; AccessError (403) names the scopes that would do."""
        reach = find_reach(self.scopes, resource, method)
        if reach is Reach.NOTHING:
            wanted = " or ".join(name_missing(resource, method)) or "that no key can have"
            raise AccessError(403, f"{method} {resource} needs the scope {wanted}", "Communication 4.2")
        return reach


@dataclass(frozen=True, slots=True)
class _Known:
    access: Access | None  # None: credentials that fit nothing
    revision: int
    until: float  # seconds since 1970
    secret_hash: str = ""  # the one the secret was checked against
    login: str = ""  # the key that was named, where there is one


class Gatekeeper:
    """Finds who asks; one for the life of a server process, used by any number of threads."""

    def __init__(
        self,
        engine: Engine,
        issuers: Sequence[Issuer] = (),
        dev_key: tuple[str, str] | None = None,
        rate_share: float = 1.0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._pool = Pool(engine)
        self._tokens = TokenReader(issuers) if issuers else None
        self._dev_key = dev_key
        self._rates = RateLimits(rate_share)
        self._failures = RateLimits()
        self._clock = clock
        self._pepper = secrets.token_bytes(32)
        self._known: OrderedDict[bytes, _Known] = OrderedDict()
        self._unknown: OrderedDict[bytes, _Known] = OrderedDict()  # apart, so that guesses push nobody out
        self._lock = Lock()
        self._checking = BoundedSemaphore(CHECKS_AT_ONCE)
        self._revision = 0
        self._fresh_until = float("-inf")
        self._refreshing = Lock()

    def recall(self, header: str | None) -> Access | None:
        """Who asks, where that is remembered and fresh; None: ask `find_access`. Never waits."""
        if not header or time.monotonic() > self._fresh_until:
            return None
        known = self._recall(self._known, self._digest(header))
        return known.access if known else None

    def find_access(self, header: str | None) -> Access:
        """Who asks; takes as long as argon2 or the issuer of a token does. AccessError where nobody does."""
        credentials = read_credentials(header)
        assert header is not None
        self._refresh()
        digest = self._digest(header)
        known = self._recall_any(digest) or self._find_anew(credentials, digest)
        if known.access is None:
            refused = refuse_credentials(
                "no key has this name and secret, or it was revoked or has expired", bool(self._tokens)
            )
            refused.login = known.login
            raise refused
        return known.access

    def take_turn(self, access: Access) -> None:
        """Count a request of this key; AccessError (429) where it has sent too many."""
        rate = access.limits.requests_per_second
        if rate is None:
            return
        wait = self._rates.take(access.authority.key, rate)
        if wait:
            seconds = str(max(1, int(wait + 0.999)))
            what = f"this key may send {rate:g} requests a second; wait {seconds} s"
            raise AccessError(429, what, "RFC 6585 4", (("Retry-After", seconds),))

    def close(self) -> None:
        """Close its connections to the store."""
        self._pool.close()

    def _find_anew(self, credentials: KeyAndSecret | BearerToken, digest: bytes) -> _Known:
        if isinstance(credentials, BearerToken):
            try:
                return self._remember(digest, self._find_by_token(credentials.text))
            except AccessError as refused:
                refused.login = ""
                raise
        with self._checking:  # who waited here may find that another request did the work
            return self._recall_any(digest) or self._remember(digest, self._find_by_key(credentials, digest))

    def _find_by_key(self, credentials: KeyAndSecret, digest: bytes) -> _Known:
        revision = self._revision  # before the row is read: a change in between makes this one stale
        if self._dev_key and self._is_dev_key(credentials):
            authority = build_authority(DEV_HOME_PAGE, credentials.key)
            tenant = DEFAULT_TENANT
            everything = (Scope.ALL,)
            access = Access(tenant.id, tenant.name, credentials.key, everything, authority, KeyLimits())
            return _Known(access, revision, _FOR_EVER)
        stored = self._pool.ask(lambda connection: find_key(connection, credentials.key))
        now_us = int(self._clock() * 1e6)
        hashes = stored.find_hashes(now_us) if stored else ()
        before = self._known.get(digest)
        if before and before.secret_hash in hashes:
            fitting: str | None = before.secret_hash
        else:
            fitting = self._check(credentials.secret, hashes, stored.key if stored else "")
        if stored is None or fitting is None:
            return _Known(None, revision, _FOR_EVER, login=self._name_login(credentials.key, stored))
        authority = build_authority(stored.home_page, stored.key)
        tenant = stored.tenant
        next_us = stored.find_next_change_us(now_us)
        access = Access(tenant.id, tenant.name, stored.key, stored.scopes, authority, stored.limits)
        return _Known(access, revision, _FOR_EVER if next_us is None else next_us / 1e6, fitting)

    def _check(self, secret: str, hashes: Sequence[str], lane: str) -> str | None:
        """The hash that is of this secret; AccessError (429) where too many were wrong of late."""
        if self._failures.take(lane, FAILED_PER_SECOND):
            what = "too many secrets that fit no key were sent; wait 1 s"
            refused = AccessError(429, what, "RFC 6585 4", (("Retry-After", "1"),))
            refused.login = lane
            raise refused
        fitting = check_secret(secret, hashes, SLOTS)
        if fitting is not None:
            self._failures.give_back(lane)
        return fitting

    def _name_login(self, key: str, stored: StoredKey | None) -> str:
        """The name, where it is one of ours: what else stands there may be anything, a secret too."""
        return key if stored or (self._dev_key and self._dev_key[0] == key) else ""

    def _is_dev_key(self, credentials: KeyAndSecret) -> bool:
        assert self._dev_key is not None
        same_key, same_secret = (
            hmac.compare_digest(encode(kept), encode(sent))
            for kept, sent in zip(self._dev_key, (credentials.key, credentials.secret), strict=True)
        )
        return same_key and same_secret

    def _find_by_token(self, token: str) -> _Known:
        revision = self._revision
        if self._tokens is None:
            raise refuse_credentials("this store takes no bearer tokens; send Basic with key and secret")
        grant = self._tokens.read(token)
        tenant = self._pool.ask(lambda connection: find_tenant(connection, grant.tenant))
        if tenant is None:
            raise AccessError(403, "the token's tenant is not one of this store", "OIDC")
        authority = build_authority(grant.issuer, grant.subject)
        access = Access(tenant.id, tenant.name, grant.issuer, grant.scopes, authority, grant.limits)
        return _Known(access, revision, min(grant.expires_at, self._clock() + TOKEN_SECONDS))

    def _refresh(self) -> None:
        """Look at the store's revision, unless somebody did within half a second."""
        with self._refreshing:
            asked = time.monotonic()
            if asked <= self._fresh_until:
                return
            self._revision = self._pool.ask(find_revision)
            self._fresh_until = asked + FRESH_SECONDS

    def _digest(self, header: str) -> bytes:
        return blake2b(encode(header), key=self._pepper, digest_size=32).digest()

    def _recall(self, kept: OrderedDict[bytes, _Known], digest: bytes) -> _Known | None:
        known = kept.get(digest)
        if known is None or known.revision != self._revision or known.until <= self._clock():
            return None
        return known

    def _recall_any(self, digest: bytes) -> _Known | None:
        return self._recall(self._known, digest) or self._recall(self._unknown, digest)

    def _remember(self, digest: bytes, known: _Known) -> _Known:
        kept = self._known if known.access else self._unknown
        with self._lock:
            if known.access is None:
                self._known.pop(digest, None)
            kept[digest] = known
            kept.move_to_end(digest)
            if len(kept) > MAX_REMEMBERED:
                kept.popitem(last=False)
        return known
