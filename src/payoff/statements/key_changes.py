"""Who may, changed: tenants and keys added, secrets rotated, keys revoked.

Question  Which change of access was made, and by whom?
Promise   One transaction each: the change, its entry in the audit log, and the revision by which running
          servers see within a second that something changed. A secret is given back once, kept as a hash.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

from payoff.nouns.problem import PayoffError, Problem
from payoff.statements.audit_log import Deed, Event, append_entry
from payoff.statements.clock import read_now_us
from payoff.statements.connection import Connection, Engine
from payoff.statements.keys import (
    TENANT_NAME,
    KeyLimits,
    StoredKey,
    Tenant,
    find_key,
    find_tenant,
    write_scopes,
)
from payoff.statements.scopes import Scope
from payoff.statements.secret_hash import hash_secret, make_key, make_secret

USAGE = 2
SECOND_US = 1_000_000
NO_LIMITS = KeyLimits()


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key to be made; `home_page` stands in the authority of its statements ("": one for the tenant)."""

    tenant: str
    label: str
    scopes: tuple[Scope, ...]
    expires_us: int | None = None
    limits: KeyLimits = NO_LIMITS
    home_page: str = ""


@dataclass(frozen=True, slots=True)
class FreshSecret:
    """A key as it now is, with the secret that is shown this once."""

    key: StoredKey
    secret: str


class KeyChanges:
    """Changes of access in one store, made in somebody's name."""

    def __init__(self, engine: Engine, who: str) -> None:
        self._engine = engine
        self._who = who

    def add_tenant(self, name: str) -> Tenant:
        """A tenant of a new name."""
        if not TENANT_NAME.fullmatch(name):
            why = "the name becomes part of an address in `authority`"
            raise _problem(
                "R204", f"{name!r} cannot name a tenant", why, "lower-case letters, digits, hyphens"
            )
        with self._change() as connection:
            if find_tenant(connection, name):
                raise _problem(
                    "R202", f"there is a tenant {name} already", "names tell tenants apart", "another name"
                )
            rows = connection.execute("SELECT MAX(id) FROM tenant")
            tenant = Tenant((rows[0][0] or 0) + 1, name)
            connection.execute("INSERT INTO tenant (id, name) VALUES (?, ?)", (tenant.id, name))
            self._log(connection, Deed.TENANT_ADDED, name, {})
        return tenant

    def add_key(self, new: NewKey) -> FreshSecret:
        """A key with a name and a secret of ours."""
        secret, name = make_secret(), make_key()
        kept = hash_secret(secret)
        with self._change() as connection:
            tenant = get_tenant(connection, new.tenant)
            home_page = new.home_page or f"https://{tenant.name}.invalid"  # RFC 2606: nobody's, for ever
            limits = new.limits
            connection.execute(
                "INSERT INTO access_key (key, tenant, label, scopes, home_page, secret_hash, created_us, "
                "expires_us, requests_per_second, body_bytes, batch) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (
                    name,
                    tenant.id,
                    new.label,
                    write_scopes(new.scopes),
                    home_page,
                    kept,
                    read_now_us(),
                    new.expires_us,
                    limits.requests_per_second,
                    limits.body_bytes,
                    limits.batch,
                ),
            )
            told = {"key": name, "label": new.label, "scopes": write_scopes(new.scopes)}
            self._log(connection, Deed.KEY_ADDED, tenant.name, told)
            return FreshSecret(get_key(connection, name), secret)

    def rotate_key(self, name: str, overlap_seconds: int) -> FreshSecret:
        """Another secret; the one before holds for `overlap_seconds`, an older one no more."""
        secret = make_secret()
        kept = hash_secret(secret)
        with self._change() as connection:
            stored = get_key(connection, name)
            if stored.revoked_us is not None:
                raise _problem(
                    "R203", f"key {name} was revoked", "a revoked key stays so", "payoff lrs key add"
                )
            until_us = read_now_us() + overlap_seconds * SECOND_US
            old = (stored.secret_hash, until_us) if overlap_seconds else (None, None)
            connection.execute(
                "UPDATE access_key SET secret_hash = ?, old_secret_hash = ?, old_until_us = ? WHERE key = ?",
                (kept, *old, name),
            )
            told = {"key": name, "overlap_seconds": str(overlap_seconds)}
            self._log(connection, Deed.KEY_ROTATED, stored.tenant.name, told)
            return FreshSecret(get_key(connection, name), secret)

    def revoke_key(self, name: str) -> StoredKey:
        """The key holds no more; revoking it again changes nothing."""
        with self._change() as connection:
            stored = get_key(connection, name)
            if stored.revoked_us is None:
                connection.execute(
                    "UPDATE access_key SET revoked_us = ? WHERE key = ?", (read_now_us(), name)
                )
                self._log(
                    connection, Deed.KEY_REVOKED, stored.tenant.name, {"key": name, "label": stored.label}
                )
            return get_key(connection, name)

    def log(self, deed: Deed, tenant: str, detail: Mapping[str, str]) -> None:
        """Log what changed nothing here: a reading, a backup, an erasure that was done elsewhere."""
        connection = self._engine.connect(writing=True)
        try:
            with connection.transaction():
                self._log(connection, deed, tenant, detail)
        finally:
            connection.close()

    def _log(self, connection: Connection, deed: Deed, tenant: str, detail: Mapping[str, str]) -> None:
        append_entry(connection, Event(self._who, deed, tenant, detail), read_now_us())

    @contextmanager
    def _change(self) -> Iterator[Connection]:
        connection = self._engine.connect(writing=True)
        try:
            with connection.transaction():
                connection.wait_for_turn()
                yield connection
                connection.execute("UPDATE access_revision SET revision = revision + 1 WHERE id = 1")
        finally:
            connection.close()


def get_tenant(connection: Connection, name: str) -> Tenant:
    """The tenant, or PayoffError that says there is none."""
    tenant = find_tenant(connection, name)
    if tenant is None:
        raise _problem(
            "R201", f"there is no tenant {name}", "keys belong to a tenant", "payoff lrs tenant list"
        )
    return tenant


def get_key(connection: Connection, name: str) -> StoredKey:
    """The key, or PayoffError that says there is none."""
    key = find_key(connection, name)
    if key is None:
        raise _problem("R200", f"there is no key {name}", "nothing was changed", "payoff lrs key list")
    return key


def _problem(code: str, what: str, why: str, fix: str) -> PayoffError:
    return PayoffError([Problem(code, what, why, fix)], USAGE)
