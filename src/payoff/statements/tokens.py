"""OpenID Connect bearer tokens.

Question  Is this token signed by an issuer we believe, for us, now, and what does it grant to whom?
Assumes   Keys are fetched from the issuer's JWKS address and kept a few minutes; an unknown key id makes one
          more fetch, not one a request.
Refuses   401: anything about the token that does not hold. 503: the issuer's keys cannot be had.
Cites     RFC 7519, RFC 8725 (algorithms from our own list, issuer and audience always checked).
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Any

import jwt

from payoff.statements.credentials import AccessError, refuse_credentials
from payoff.statements.keys import TENANT_NAME, KeyLimits
from payoff.statements.scopes import Scope
from payoff.statements.token_settings import Issuer

FETCH_SECONDS = 5.0
PAUSE_SECONDS = 5.0  # after a fetch that failed, so that an issuer that is away does not hold every request


@dataclass(frozen=True, slots=True)
class TokenGrant:
    """What a checked token says."""

    issuer: str
    subject: str
    tenant: str  # name
    scopes: tuple[Scope, ...]
    expires_at: float  # seconds since 1970
    limits: KeyLimits


class TokenReader:
    """Checks tokens of the issuers it knows; one for the life of a server."""

    def __init__(self, issuers: Sequence[Issuer]) -> None:
        self._keys = {issuer.issuer: _IssuerKeys(issuer) for issuer in issuers}

    def read(self, token: str) -> TokenGrant:
        """What the token grants; AccessError where it grants nothing."""
        try:
            header, claims = _read_unchecked(token)
            keys = self._keys.get(claims.get("iss", ""))
            if keys is None:
                raise refuse_credentials("the token's issuer is not one this store believes", bearer=True)
            return _grant(keys.settings, _check(token, header, keys))
        except (jwt.PyJWTError, RecursionError, ValueError) as error:
            raise refuse_credentials(f"the token does not hold: {error}", bearer=True) from None


class _IssuerKeys:
    """An issuer with its public keys."""

    def __init__(self, settings: Issuer) -> None:
        self.settings = settings
        self._client = jwt.PyJWKClient(
            settings.jwks_url, lifespan=settings.keys_seconds, timeout=FETCH_SECONDS
        )
        self._failed_at = -PAUSE_SECONDS
        self._lock = Lock()

    def find(self, key_id: str) -> jwt.PyJWK:
        with self._lock:
            if time.monotonic() - self._failed_at < PAUSE_SECONDS:
                raise _keys_away()
            try:
                return self._client.get_signing_key(key_id)
            except (jwt.PyJWKClientConnectionError, jwt.PyJWKSetError, OSError, ValueError):
                self._failed_at = time.monotonic()
                raise _keys_away() from None
            except jwt.PyJWKClientError:
                raise refuse_credentials("the token names a key its issuer does not have", True) from None


def _keys_away() -> AccessError:
    return AccessError(
        503, "the keys of the token's issuer cannot be had; try again", "RFC 7517", (("Retry-After", "5"),)
    )


def _read_unchecked(token: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Header and claims before any check: they only say which issuer and which key to check against."""
    read = jwt.decode_complete(token, options={"verify_signature": False})
    header, claims = read["header"], read["payload"]
    if not isinstance(header.get("kid"), str) or not isinstance(claims.get("iss"), str):
        raise jwt.InvalidTokenError("`kid` and `iss` are needed to know whose key to check with")
    return header, claims


def _check(token: str, header: Mapping[str, Any], keys: _IssuerKeys) -> Mapping[str, Any]:
    settings = keys.settings
    if header.get("alg") not in settings.algorithms:
        raise jwt.InvalidAlgorithmError("its algorithm is not allowed here")
    claims: Mapping[str, Any] = jwt.decode(
        token,
        keys.find(header["kid"]),
        algorithms=list(settings.algorithms),
        audience=settings.audience,
        issuer=settings.issuer,
        leeway=settings.leeway_seconds,
        options={"require": ["exp", "iss", "aud", "sub"]},
    )
    return claims


def _grant(settings: Issuer, claims: Mapping[str, Any]) -> TokenGrant:
    tenant = claims.get(settings.tenant_claim) if settings.tenant_claim else settings.tenant
    if not isinstance(tenant, str) or not TENANT_NAME.fullmatch(tenant):
        raise AccessError(403, f"the token has no claim {settings.tenant_claim} that names a tenant", "OIDC")
    subject = claims["sub"]
    if not subject or not subject.isprintable():
        raise jwt.InvalidTokenError("`sub` is empty or holds characters that cannot be printed")
    expires_at = float(claims["exp"]) + settings.leeway_seconds
    limits = KeyLimits(settings.requests_per_second, settings.body_bytes, settings.batch)
    return TokenGrant(settings.issuer, subject, tenant, _scopes(settings, claims), expires_at, limits)


def _scopes(settings: Issuer, claims: Mapping[str, Any]) -> tuple[Scope, ...]:
    """Known names in the claim, a text parted by blanks or a list; unknown ones belong to other services."""
    claim = claims.get(settings.scope_claim, "")
    names = claim.split() if isinstance(claim, str) else claim if isinstance(claim, list) else []
    prefix = settings.scope_prefix
    asked = {n.removeprefix(prefix) for n in names if isinstance(n, str) and n.startswith(prefix)}
    return tuple(scope for scope in Scope if scope in asked)
