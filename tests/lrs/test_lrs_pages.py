"""Pages about the record store: commands and options they show exist, rules name figures that are there."""

import configparser
import re
from pathlib import Path

import pytest
import typer
from ruamel.yaml import YAML

import payoff.apps.cli.lrs_backup_commands
import payoff.apps.cli.lrs_commands
import payoff.apps.cli.lrs_feed_commands
import payoff.apps.cli.lrs_key_commands
import payoff.apps.cli.lrs_link_commands
import payoff.apps.cli.lrs_privacy_commands  # noqa: F401  all register their commands
from payoff.apps.cli.lrs_app import lrs_app
from payoff.apps.lrs.metrics import Metrics

DOCS = Path(__file__).parents[2] / "docs"
HOW_TO = (DOCS / "how-to" / "run-the-record-store.md").read_text("utf-8")
REFERENCE = (DOCS / "reference" / "lrs.md").read_text("utf-8")
COMMAND_LINE = (DOCS / "reference" / "cli.md").read_text("utf-8")
FENCED = re.compile(r"```(\w+)\n(.*?)```", re.DOTALL)


def find_options() -> dict[str, set[str]]:
    """Every command below `payoff lrs`, with its options."""
    found: dict[str, set[str]] = {}

    def walk(command: object, name: str) -> None:
        for inner, below in getattr(command, "commands", {}).items():
            walk(below, f"{name} {inner}".strip())
        if not hasattr(command, "commands"):
            found[name] = {o for param in getattr(command, "params", ()) for o in param.opts}

    walk(typer.main.get_command(lrs_app), "")
    return found


OPTIONS = find_options()


def find_shown(page: str) -> list[str]:
    """The lines of its code that call `payoff lrs`, from there on."""
    fenced = [text for _, text in FENCED.findall(page)]
    indented = re.findall(r"^    (.*)$", page, re.MULTILINE)
    return [
        match[1]
        for line in [*"\n".join(fenced).splitlines(), *indented]
        if (match := re.search(r"payoff lrs (.*)", line))
    ]


@pytest.mark.parametrize("shown", [*find_shown(HOW_TO), *find_shown(REFERENCE)])
def test_commands_and_options_that_are_shown_exist(shown: str) -> None:
    words = shown.split()
    name = next((n for n in (" ".join(words[:2]), words[0]) if n in OPTIONS), None)
    assert name is not None, shown
    assert set(re.findall(r"(?<!\S)--[a-z-]+", shown)) <= OPTIONS[name], shown


@pytest.mark.parametrize("name", OPTIONS)
def test_every_command_stands_in_the_table(name: str) -> None:
    rows = [row for row in COMMAND_LINE.splitlines() if row.startswith("| `payoff lrs")]
    assert any(all(word in row.split(" | ")[0] for word in name.split()) for row in rows)


def test_rules_for_prometheus_name_figures_that_are_there() -> None:
    (text,) = [body for kind, body in FENCED.findall(HOW_TO) if kind == "yaml"]
    rules = YAML(typ="safe").load(text)["groups"][0]["rules"]
    metrics = Metrics()
    metrics.end("statements", "POST", 200, 0.1)
    told = metrics.render().decode()
    named = {name for rule in rules for name in re.findall(r"payoff_lrs_\w+", rule["expr"])}
    assert len(named) >= 3
    for name in named:
        assert re.search(rf"^{name}[ {{]", told, re.MULTILINE), name


def test_units_of_systemd_can_be_read() -> None:
    units = [body for kind, body in FENCED.findall(HOW_TO) if kind == "ini"]
    assert len(units) == 3
    for text in units:
        unit = configparser.RawConfigParser(strict=True)
        unit.read_string(text)
        for command in (value for part in unit.values() for name, value in part.items() if "exec" in name):
            assert command.startswith("/")
