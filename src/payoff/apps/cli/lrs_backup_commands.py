"""lrs backup, verify-backup, restore: a whole store in one file, while it serves."""

import datetime as dt
import getpass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from payoff.apps.cli.console import print_json, print_lines, stderr
from payoff.apps.cli.lrs_app import StoreAt, lrs_app, open_existing, refuse_away

if TYPE_CHECKING:
    from payoff.statements.backup import Backup

BackupFile = Annotated[Path, typer.Argument(metavar="FILE", help="the backup")]
By = Annotated[str | None, typer.Option("--by", help="who does it, for the audit log; default: your login")]
Json = Annotated[bool, typer.Option("--json", help="one JSON document on stdout")]
SECOND_US = 1_000_000


@lrs_app.command("backup")
def back_up_store(
    file: BackupFile,
    store: StoreAt,
    keep_until: Annotated[
        dt.datetime | None,
        typer.Option("--keep-until", formats=["%Y-%m-%d"], help="day by which it must be destroyed"),
    ] = None,
    by: By = None,
    as_json: Json = False,
) -> None:
    """Write all of a store, as of one moment, to a new file, and verify it. The server goes on."""
    from payoff.statements.backup import back_up

    opened = open_existing(store)
    try:
        until = keep_until.replace(tzinfo=dt.UTC) if keep_until else None
        until_us = int(until.timestamp()) * SECOND_US if until else None
        with refuse_away():
            made = back_up(opened.engine, file, by or getpass.getuser(), until_us)
        _print(made, as_json)
    finally:
        opened.close()
    stderr.print("verified. It holds learners' records: guard it like the store.")


@lrs_app.command("verify-backup")
def verify_backup(file: BackupFile, as_json: Json = False) -> None:
    """Hold every row of a backup against its hashes."""
    from payoff.statements.backup import verify

    _print(verify(file), as_json)


@lrs_app.command("restore")
def restore_store(file: BackupFile, store: StoreAt, by: By = None, as_json: Json = False) -> None:
    """Put a backup into a new file or an empty database, and read it back."""
    from payoff.statements.backup import restore
    from payoff.statements.engines import find_engine

    with refuse_away():
        restored = restore(file, find_engine(store), by or getpass.getuser())
    _print(restored, as_json)
    stderr.print("restored, and read back equal to the backup.")


def _print(backup: "Backup", as_json: bool) -> None:
    from payoff.xapi.times import write_time

    until = write_time(backup.keep_until_us)[:10] if backup.keep_until_us else None
    if as_json:
        tables = {name: {"rows": c.n_rows, "sha256": c.sha256} for name, c in backup.tables.items()}
        made = write_time(backup.made_us)
        document = {"schema": 1, "file": str(backup.path), "made": made, "release": backup.release}
        print_json({**document, "keep_until": until, "tables": tables})
        return
    print_lines(
        [
            ("file", str(backup.path)),
            ("made", f"{write_time(backup.made_us)} by payoff {backup.release}"),
            ("keep until", until or "not said"),
            ("statements", f"{backup.n_statements:,}"),
            ("documents", f"{backup.tables['document'].n_rows:,}"),
            ("attachments", f"{backup.tables['attachment'].n_rows:,}"),
        ]
    )
