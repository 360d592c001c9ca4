"""What an operator may set, with the values that hold when nothing is said.

Question  How is this record store served, and how much may one request ask of it?
"""

from dataclasses import dataclass, field
from pathlib import Path

from payoff.xapi.statement import Version

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one request, and all of a worker's together, may hold; sizes in bytes, times in seconds."""

    body_bytes: int = 32 * MEGABYTE
    bodies_bytes: int = 256 * MEGABYTE  # of all requests a worker holds at once: beyond it, 503
    body_seconds: float = 60.0  # a body that has not arrived by then: 408
    statements: int = 10_000  # of one request
    attachments: int = 500  # parts of one request
    page_statements: int = 500  # of one answer
    page_bytes: int = (
        64 * MEGABYTE
    )  # of one answer, attachments included; beyond it the rest is behind `more`


@dataclass(frozen=True, slots=True)
class Settings:
    """How the record store is served."""

    store: str  # a file, sqlite:///…, or postgresql://…
    host: str = "127.0.0.1"
    port: int = 8080
    endpoint: str = "/xapi"
    versions: tuple[Version, ...] = tuple(
        Version
    )  # spoken here; some clients refuse an about that lists 2.0.0
    default_version: Version = Version.V2  # named in the refusal of a request that names none
    dev_key: tuple[str, str] | None = None  # a key for everything that lives in memory only
    cors_origins: tuple[str, ...] = ("*",)
    log_requests: bool = True
    issuers: Path | None = None  # identity providers whose tokens are believed
    workers: int = 1  # processes that serve this store: each counts its part of a key's rate
    readers: int = 4  # threads that read the store
    limits: Limits = field(default_factory=Limits)


def name_store(url: str) -> str:
    """Which engine, for logs: an address may hold a password."""
    return "postgresql" if url.startswith(("postgresql://", "postgres://")) else "sqlite"
