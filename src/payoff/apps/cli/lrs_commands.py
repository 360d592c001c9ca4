"""lrs: serve the learning record store."""

import re
from pathlib import Path
from typing import Annotated

import typer

from payoff.apps.cli.lrs_app import StoreAt, lrs_app
from payoff.xapi.statement import Version

_ORIGIN = re.compile(r"[a-z][a-z0-9+.-]*://([a-z0-9._-]+|\[[0-9a-f:.]+\])(:[0-9]{1,5})?")


@lrs_app.command("serve")
def serve_store(
    store: StoreAt,
    port: Annotated[int, typer.Option("--port", min=1, max=65535, help="where to listen")] = 8080,
    host: Annotated[str, typer.Option("--host", help="0.0.0.0 listens to other machines too")] = "127.0.0.1",
    workers: Annotated[int, typer.Option("--workers", min=1, max=64, help="processes; PostgreSQL only")] = 1,
    endpoint: Annotated[str, typer.Option("--endpoint", help="where the resources lie")] = "/xapi",
    versions: Annotated[
        str, typer.Option("--versions", help="spoken here; 1.0.3 alone for clients that do not know 2.0.0")
    ] = "1.0.3,2.0.0",
    default_version: Annotated[
        str | None,
        typer.Option(
            "--default-version", help="named to requests that name none; default: the newest spoken"
        ),
    ] = None,
    dev_key: Annotated[
        str | None,
        typer.Option(
            "--dev-key",
            envvar="PAYOFF_LRS_DEV_KEY",
            help="KEY:SECRET for everything, kept in memory: for tests",
        ),
    ] = None,
    cors_origin: Annotated[
        list[str] | None, typer.Option("--cors-origin", help="a page's origin that may ask; default: any")
    ] = None,
    max_body_mb: Annotated[int, typer.Option("--max-body-mb", min=1, max=1024, help="of one request")] = 32,
    max_statements: Annotated[int, typer.Option("--max-statements", min=1, help="of one request")] = 10_000,
    issuers: Annotated[
        Path | None, typer.Option("--issuers", help="YAML: identity providers whose tokens are believed")
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="log events and errors, not each request")] = False,
) -> None:
    """Serve xAPI 1.0.3 and 2.0 until SIGTERM or Ctrl+C; what was accepted is finished first."""
    from payoff.apps.lrs.serve import serve
    from payoff.apps.lrs.settings import MEGABYTE, Limits, Settings

    if workers > 1 and not store.startswith(("postgresql://", "postgres://")):
        raise typer.BadParameter("--workers above 1 needs PostgreSQL: a SQLite file has one writing process")
    spoken = _read_versions(versions)
    settings = Settings(
        store=_absolute(store),
        endpoint=_read_endpoint(endpoint),
        versions=spoken,
        default_version=_read_default_version(default_version, spoken),
        dev_key=_read_dev_key(dev_key),
        cors_origins=tuple(map(_read_origin, cors_origin or ("*",))),
        log_requests=not quiet,
        issuers=issuers.absolute() if issuers else None,
        workers=workers,
        limits=Limits(body_bytes=max_body_mb * MEGABYTE, statements=max_statements),
    )
    serve(settings, host, port)


def _absolute(store: str) -> str:
    """A file is named from the folder of the command, whatever folder a worker runs in."""
    return store if "://" in store else str(Path(store).absolute())


def _read_endpoint(text: str) -> str:
    if not text.startswith("/") or "?" in text or "#" in text or "%" in text:
        raise typer.BadParameter("--endpoint is a path such as /xapi")
    return text.rstrip("/")


def _read_origin(text: str) -> str:
    """As browsers send it: lower case, no path, not even a slash."""
    origin = text.lower()
    if origin != "*" and not _ORIGIN.fullmatch(origin):
        raise typer.BadParameter(f"--cors-origin {text}: an origin is scheme://host, scheme://host:port or *")
    return origin


def _read_versions(text: str) -> tuple[Version, ...]:
    named = {_read_version("--versions", one.strip()) for one in text.split(",")}
    return tuple(version for version in Version if version in named)


def _read_default_version(text: str | None, spoken: tuple[Version, ...]) -> Version:
    version = spoken[-1] if text is None else _read_version("--default-version", text)
    if version not in spoken:
        raise typer.BadParameter(f"--default-version {version} is not among --versions")
    return version


def _read_version(option: str, text: str) -> Version:
    known = {"1.0": Version.V1, "2.0": Version.V2, **{version.value: version for version in Version}}
    if text not in known:
        raise typer.BadParameter(f"{option} is 1.0.3 or 2.0.0")
    return known[text]


def _read_dev_key(text: str | None) -> tuple[str, str] | None:
    if text is None:
        return None
    key, colon, secret = text.partition(":")
    if not (key and colon and secret):
        raise typer.BadParameter("--dev-key is KEY:SECRET")
    return key, secret
