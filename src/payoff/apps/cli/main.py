"""The command line: parse, call the run, print. Nothing is decided here."""

import sys
import traceback

import typer
from typer.exceptions import TyperException

from payoff.apps.cli.console import count_problems, print_problems, stderr
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
    from payoff.apps.cli import demo_commands, result_commands, study_commands  # noqa: F401  register

    try:
        code = app(standalone_mode=False)
    except typer.Exit as error:
        code = error.exit_code
    except TyperException as error:
        _print_usage(error)
        code = 2
    except (typer.Abort, KeyboardInterrupt):
        stderr.print("stopped; nothing was written")
        code = 130
    except BrokenPipeError:
        sys.stderr.close()
        code = 0
    except PayoffError as error:
        print_problems(error.problems)
        stderr.print(f"{count_problems(error.problems)}. Nothing was written.")
        code = error.exit_code
    except Exception:
        traceback.print_exc()
        stderr.print("This is a bug in payoff: please report it with the lines above. Nothing was written.")
        code = 1
    sys.exit(code if isinstance(code, int) else 0)


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
