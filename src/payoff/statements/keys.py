"""Tenants and keys as they lie in the store.

Question  Which key is this, whose is it, what may it do and until when?
Changed   Only by `payoff.statements.key_changes`, which logs every change and raises the revision.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import msgspec

from payoff.statements.connection import Connection, Row
from payoff.statements.scopes import Scope, read_scopes
from payoff.statements.work import Authority
from payoff.xapi.agents import agent_key


@dataclass(frozen=True, slots=True)
class KeyLimits:
    """What one key may ask; None: no limit of its own beside the server's."""

    requests_per_second: float | None = None
    body_bytes: int | None = None
    batch: int | None = None  # statements a request


@dataclass(frozen=True, slots=True)
class Tenant:
    """Whoever shares a store with others and sees nothing of theirs."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class StoredKey:
    """A key without its secret; times in microseconds since 1970."""

    key: str
    tenant: Tenant
    label: str
    scopes: tuple[Scope, ...]
    home_page: str
    secret_hash: str
    old_secret_hash: str | None
    old_until_us: int | None
    created_us: int
    expires_us: int | None
    revoked_us: int | None
    limits: KeyLimits

    def find_hashes(self, now_us: int) -> tuple[str, ...]:
        """Of the secrets that hold now; none where the key was revoked or has expired."""
        if self.revoked_us is not None or (self.expires_us is not None and self.expires_us <= now_us):
            return ()
        if self.old_secret_hash and self.old_until_us is not None and self.old_until_us > now_us:
            return (self.secret_hash, self.old_secret_hash)
        return (self.secret_hash,)

    def find_next_change_us(self, now_us: int) -> int | None:
        """When time alone will change which secrets hold; None: never."""
        coming = [at for at in (self.expires_us, self.old_until_us) if at is not None and at > now_us]
        return min(coming, default=None)


TENANT_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")  # a label of a host name
SLOTS = 2  # secrets that can hold at once: the new and the old one
_COLUMNS = (
    "k.key, k.tenant, t.name, k.label, k.scopes, k.home_page, k.secret_hash, k.old_secret_hash, "
    "k.old_until_us, k.created_us, k.expires_us, k.revoked_us, k.requests_per_second, k.body_bytes, k.batch"
)
_FROM = f"SELECT {_COLUMNS} FROM access_key k JOIN tenant t ON t.id = k.tenant"


def find_key(connection: Connection, key: str) -> StoredKey | None:
    """The key of that name, revoked and expired ones too."""
    rows = connection.execute(f"{_FROM} WHERE k.key = ?", (key,))
    return _build_key(rows[0]) if rows else None


def find_keys(connection: Connection, tenant: Tenant | None) -> list[StoredKey]:
    """All keys, or a tenant's, oldest first."""
    where, params = ("WHERE k.tenant = ?", (tenant.id,)) if tenant else ("", ())
    return [
        _build_key(row) for row in connection.execute(f"{_FROM} {where} ORDER BY k.created_us, k.key", params)
    ]


def find_tenant(connection: Connection, name: str) -> Tenant | None:
    """The tenant of that name."""
    rows = connection.execute("SELECT id, name FROM tenant WHERE name = ?", (name,))
    return Tenant(*rows[0]) if rows else None


def find_tenants(connection: Connection) -> list[Tenant]:
    """All of them, oldest first."""
    return [Tenant(*row) for row in connection.execute("SELECT id, name FROM tenant ORDER BY id")]


def find_revision(connection: Connection) -> int:
    """A number that has grown whenever a key or a tenant changed."""
    rows = connection.execute("SELECT revision FROM access_revision WHERE id = 1")
    return int(rows[0][0])


def build_authority(home_page: str, name: str) -> Authority:
    """An agent by account: what stands in `authority` of the statements that come with a key or a token."""
    agent = {"objectType": "Agent", "account": {"homePage": home_page, "name": name}}
    return Authority(agent_key(agent), msgspec.json.encode(agent))


def write_scopes(scopes: Sequence[Scope]) -> str:
    """As they stand in a row, parted by blanks."""
    return " ".join(scopes)


def _build_key(row: Row) -> StoredKey:
    key, tenant, name, label, scopes = row[:5]
    known = read_scopes(scopes.split())
    fields = (*row[5:12], KeyLimits(*row[12:]))
    return StoredKey(key, Tenant(tenant, name), label, known, *fields)
