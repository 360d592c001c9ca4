"""A mistyped path: commands that look at a store, or change it, refuse it and make nothing."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

import payoff.apps.cli.lrs_backup_commands
import payoff.apps.cli.lrs_feed_commands
import payoff.apps.cli.lrs_key_commands
import payoff.apps.cli.lrs_link_commands
import payoff.apps.cli.lrs_privacy_commands  # noqa: F401  all register their commands
from payoff.apps.cli.main import app
from payoff.nouns.problem import PayoffError

LINK = "--to https://x.example/xapi --user us --secret-env S"
COMMANDS = [
    "backup copy.backup",
    "feed",
    "feed --check",
    "forward archive",
    "pull archive",
    "dead-letters archive",
    f"link add archive {LINK}",
    "link list",
    "link remove archive",
    "key list",
    "key rotate us",
    "key revoke us",
    "tenant list",
    "audit",
    "audit --verify",
    "find-person --mbox ann@example.org",
    "erase --mode erase --mbox ann@example.org",
    "erase --mode erase --mbox ann@example.org --yes",
]


@pytest.mark.parametrize("prefix", ["", "sqlite:///"])
@pytest.mark.parametrize("command", COMMANDS)
def test_a_store_that_is_not_there_is_refused_and_not_made(
    command: str, prefix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(app, ["lrs", *command.split(), "--store", f"{prefix}recods.db"])
    assert isinstance(done.exception, PayoffError), done.output
    assert done.exception.exit_code == 2
    assert "R207" in str(done.exception)
    assert "recods.db" in str(done.exception)
    assert list(tmp_path.iterdir()) == []
