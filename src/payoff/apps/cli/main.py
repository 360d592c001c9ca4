"""The command line: parse, call the run, print. Nothing is decided here."""

import sys
import traceback

import click
import typer

from payoff.apps.cli.console import count_problems, print_problems, stderr
from payoff.nouns.problem import PayoffError

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
    except click.exceptions.Exit as error:
        code = error.exit_code
    except click.ClickException as error:
        error.show()
        code = 2
    except (click.Abort, KeyboardInterrupt):
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
