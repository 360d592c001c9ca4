"""The command line: parse, call the run, print. Nothing is decided here."""

import os
import sys
import traceback
import warnings
from typing import Annotated

import typer
from typer.exceptions import TyperException

from payoff.apps.cli.console import count_problems, print_problems, stderr
from payoff.nouns.fingerprint import CODE_VERSION
from payoff.nouns.problem import PayoffError, Problem

app = typer.Typer(
    name="payoff",
    help="What a training program changed and what it was worth.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


def main() -> None:
    """Run one command; every failure ends in the one error style and its exit code."""
    # Arithmetic on absurd inputs ends in a refusal or an infinite figure, which is told as such.
    warnings.filterwarnings("ignore", category=RuntimeWarning)
    try:
        code = _run()
        sys.stdout.flush()
    except KeyboardInterrupt:
        stderr.print("stopped; nothing half-written is left")
        code = 130
    except BrokenPipeError:  # the reader went away: `payoff run … | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        print_problems([_refused(error)])
        code = 2
    sys.exit(code)


def _run() -> int:
    try:
        from payoff.apps.cli import (  # noqa: F401  register
            baseline_commands,
            connect_commands,
            demo_commands,
            design_commands,
            health_commands,
            identity_commands,
            learner_commands,
            load_commands,
            lrs_backup_commands,
            lrs_commands,
            lrs_feed_commands,
            lrs_key_commands,
            lrs_link_commands,
            lrs_privacy_commands,
            metrics_commands,
            money_commands,
            privacy_commands,
            result_commands,
            segment_commands,
            study_commands,
            table_commands,
        )

        code = app(standalone_mode=False)
    except typer.Exit as error:
        return int(error.exit_code)
    except typer.Abort:
        raise KeyboardInterrupt from None
    except TyperException as error:
        _print_usage(error)
        return 2
    except PayoffError as error:
        print_problems(error.problems)
        stderr.print(f"{count_problems(error.problems)}. Nothing was written.")
        return error.exit_code
    except OSError:
        raise
    except Exception:
        traceback.print_exc()
        stderr.print("This is a bug in payoff: please report it with the lines above.")
        return 1
    return code if isinstance(code, int) else 0


def _refused(error: OSError) -> Problem:
    where = f"{error.filename}: " if error.filename else ""
    what = f"{where}{error.strerror or error}"
    return Problem(
        "U143", what, "the result could not be written or read", "give another folder, or make room"
    )


@app.callback(invoke_without_command=True)
def _version(
    version: Annotated[bool, typer.Option("--version", help="print the version and stop")] = False,
) -> None:
    if version:
        typer.echo(f"payoff {CODE_VERSION}")
        raise typer.Exit


def _print_usage(error: TyperException) -> None:
    """A bare command shows its help; anything else is a problem like every other."""
    message = error.format_message()
    if message.startswith("Usage:"):
        stderr.print(message)
        return
    context = getattr(error, "ctx", None)
    fix = f"{context.command_path if context else 'payoff'} --help"
    why = "the command was not understood, so nothing was run"
    print_problems([Problem("U001", message.rstrip("."), why, fix)])
