"""lrs feed, plan-check, sessions, touchpoints: statements into the tables, and what is told of them there."""

import math
import time
from collections import Counter
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from payoff.apps.cli.console import print_json, print_lines
from payoff.apps.cli.lrs_app import StoreAt, lrs_app, open_existing, refuse_away
from payoff.apps.cli.study_commands import Json, Quiet
from payoff.nouns.problem import PayoffError, Problem

if TYPE_CHECKING:
    from payoff.run.feeds.feed_check import FeedCheck
    from payoff.run.feeds.feeding import Fed, Feed
    from payoff.run.workspace import Workspace
    from payoff.statements.store import Store
    from payoff.xapi.instrumentation import Told

WorkspaceAt = Annotated[Path, typer.Option("--workspace", help="a folder of the workspace the tables lie in")]
SHOWN = 20


@lrs_app.command("feed")
def feed_store(
    store: StoreAt,
    workspace: WorkspaceAt = Path(),
    tenant: Annotated[str | None, typer.Option("--tenant", help="whose; default: the only one")] = None,
    follow: Annotated[bool, typer.Option("--follow", help="go on until Ctrl+C")] = False,
    every: Annotated[
        float, typer.Option("--every", min=0.1, help="with --follow: seconds between looks")
    ] = 1.0,
    check: Annotated[bool, typer.Option("--check", help="then count both sides; exit 4 if unlike")] = False,
    as_json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Bring one tenant's statements into the workspace's analytic tables, each once."""
    from payoff.run.feeds.feeding import OfTenant, feed_statements, follow_statements
    from payoff.run.privacy.privacy_folder import hold_arrival
    from payoff.run.workspace import find_home
    from payoff.warehouse.statement_segments import refuse_other_tenants

    home = find_home(workspace)
    opened = open_existing(store)
    try:
        with refuse_away():
            whose = _find_tenant(opened, tenant)
            refuse_other_tenants(home.statements, {whose})
            theirs = OfTenant(opened, whose)
            if follow:
                turn = partial(hold_arrival, home, math.inf)  # an erasure may take its time
                tell = _keep_quiet if quiet else _tell
                wait = _waiter(every)
                follow_statements(theirs, home.statements, home.read_secret(), wait, tell, turn=turn)
                return
            turn = partial(hold_arrival, home)
            fed = feed_statements(theirs, home.statements, home.read_secret(), turn=turn)
            checked = _check(theirs, home) if check else None
    finally:
        opened.close()
    print_json(_document(fed, checked)) if as_json else print_lines(_lines(fed, checked))
    raise typer.Exit(0 if checked is None or checked.agrees else 4)


def _check(store: "Feed", home: "Workspace") -> "FeedCheck":
    """Both sides, without whoever was erased."""
    from payoff.run.feeds.feed_check import Erased, check_feed
    from payoff.run.privacy.privacy_folder import find_forgotten

    forgotten = find_forgotten(home)
    erased = None if forgotten is None else Erased(forgotten, home.read_secret())
    return check_feed(store, home.statements, erased)


def _find_tenant(store: "Store", name: str | None) -> int:
    """The number of the tenant named, or of the only one."""
    from payoff.statements.key_changes import get_tenant
    from payoff.statements.keys import find_tenants

    with closing(store.engine.connect()) as connection:
        if name is not None:
            return get_tenant(connection, name).id
        tenants = find_tenants(connection)
    if len(tenants) > 1:
        what = f"the store has several tenants: {', '.join(tenant.name for tenant in tenants)}"
        why, fix = (
            "a workspace holds the statements of one",
            f"--tenant {tenants[-1].name}, or another of them",
        )
        raise PayoffError([Problem("R208", what, why, fix)], 2)
    return tenants[0].id


def _waiter(every: float) -> Callable[[], bool]:
    def wait() -> bool:
        time.sleep(every)
        return True

    return wait


def _tell(fed: "Fed") -> None:
    lag = f", {fed.lag_seconds:.1f} s behind" if fed.lag_seconds is not None else ""
    typer.echo(f"{fed.n_statements:,} statements{lag}")


def _keep_quiet(fed: "Fed") -> None:
    """Nothing is printed."""


def _lines(fed: "Fed", checked: "FeedCheck | None") -> list[tuple[str, str]]:
    lines = [("Fed", f"{fed.n_statements:,} statements, {fed.n_voiding:,} of them voiding others")]
    if fed.n_forgotten:
        lines.append(("Left out", f"{fed.n_forgotten:,} of them, of people who were erased here"))
    for label, counts in (
        ("Unknown verb", fed.unknown_verbs),
        ("Unknown type", fed.unknown_types),
        ("Unreadable", fed.faults),
    ):
        lines += _counted(label, counts)
    if checked is not None:
        lines.append(("Stored", f"{checked.n_stored:,}, of which {checked.n_counting_stored:,} count"))
        if checked.n_forgotten:
            lines.append(("Left out", f"{checked.n_forgotten:,} stored, of people who were erased here"))
        lines.append(("Arrived", f"{checked.n_arrived:,}, of which {checked.n_counting_arrived:,} count"))
        lines += [("Not arrived", id) for id in checked.not_arrived]
        lines += [("Not stored", id) for id in checked.not_stored]
        lines.append(("Check", "store and tables agree" if checked.agrees else "store and tables DISAGREE"))
    return lines


def _counted(label: str, counts: Counter[str]) -> list[tuple[str, str]]:
    """The most frequent, and how many more there are."""
    lines = [(label, f"{text} ({n:,})") for text, n in counts.most_common(SHOWN)]
    return [*lines, (label, f"{len(counts) - SHOWN} more")] if len(counts) > SHOWN else lines


def _document(fed: "Fed", checked: "FeedCheck | None") -> dict[str, object]:
    told: dict[str, object] = {
        "schema_version": 1,
        "statements": fed.n_statements,
        "voiding": fed.n_voiding,
        "left_out": fed.n_forgotten,
        "segments": fed.n_segments,
        "watermark_us": fed.watermark_us,
        "unknown_verbs": dict(fed.unknown_verbs.most_common()),
        "unknown_types": dict(fed.unknown_types.most_common()),
        "unreadable": dict(fed.faults.most_common()),
    }
    if checked is not None:
        told["check"] = {
            "agrees": checked.agrees,
            "stored": checked.n_stored,
            "left_out": checked.n_forgotten,
            "arrived": checked.n_arrived,
            "counting_stored": checked.n_counting_stored,
            "counting_arrived": checked.n_counting_arrived,
            "not_arrived": list(checked.not_arrived),
            "not_stored": list(checked.not_stored),
        }
    return told


PlanPath = Annotated[Path, typer.Argument(help="an instrumentation plan (YAML)")]


@lrs_app.command("plan-check")
def check_plan_file(plan: PlanPath, workspace: WorkspaceAt = Path(), as_json: Json = False) -> None:
    """Say which events of a plan came, and which are missing, short, late or unexpected; exit 4 if so."""
    from payoff.run.feeds.instrumenting import LACKS, check_instrumentation
    from payoff.run.workspace import find_home

    told = check_instrumentation(plan, find_home(workspace).statements)
    if as_json:
        print_json({"schema_version": 1, "plan": str(plan), "events": [asdict(item) for item in told]})
    else:
        print_lines(
            [
                (item.status, f"{item.module}: {item.event}, {item.n_events:,} events{_of(item)}")
                for item in told
            ]
        )
    raise typer.Exit(4 if any(item.status in LACKS for item in told) else 0)


def _of(item: "Told") -> str:
    if item.status in ("unexpected", "not planned"):
        return ""
    return f" of {item.n_learners:,} learners, wanted {item.wanted}"


@lrs_app.command("sessions")
def check_cmi5_sessions(workspace: WorkspaceAt = Path(), as_json: Json = False) -> None:
    """Hold the sessions of cmi5 units against the rules of cmi5; exit 4 if one is broken."""
    from payoff.run.workspace import find_home
    from payoff.warehouse.statement_view import read_events
    from payoff.xapi.cmi5 import check_sessions

    found = check_sessions(read_events(find_home(workspace).statements))
    if as_json:
        print_json({"schema_version": 1, "findings": [asdict(finding) for finding in found]})
    else:
        print_lines(
            [
                (f"cmi5 {f.rule}", f"{f.what}: session {f.session_id}, {', '.join(f.statement_ids[:3])}")
                for f in found
            ]
        )
        typer.echo(f"{len(found):,} rules broken." if found else "No rule of cmi5 is broken.")
    raise typer.Exit(4 if found else 0)


@lrs_app.command("touchpoints")
def count_touchpoints(
    workspace: WorkspaceAt = Path(),
    days: Annotated[float, typer.Option(help="within how many days an answer to a nudge counts")] = 7.0,
    as_json: Json = False,
) -> None:
    """Count launches, job aids, prompts and nudges; the response to nudges; gains by competency."""
    from payoff.run.feeds.instrumenting import describe_touchpoints
    from payoff.run.workspace import find_home

    seen = describe_touchpoints(find_home(workspace).statements, days)
    if as_json:
        print_json({"schema_version": 1, **asdict(seen)})
        return
    lines = [(name, f"{n:,} events of {who:,} learners") for name, (n, who) in seen.counts.items()]
    if seen.responses.rate is not None:
        answered = (
            f"{seen.responses.n_acted:,} of {seen.responses.n_sent:,} nudges ({seen.responses.rate:.0%})"
        )
        lines.append(("Acted on", f"{answered} within {days:g} days"))
    for gain in seen.gains:
        amount = "no learner has two scores" if gain.mean_gain is None else f"{gain.mean_gain:+.3f} scaled"
        lines.append((gain.competency, f"{amount}, {gain.n_learners:,} learners"))
    print_lines(lines or [("Touchpoints", "none yet")])
