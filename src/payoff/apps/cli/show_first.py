"""A group that shows when it is given a study: `payoff health STUDY` is `payoff health show STUDY`."""

import typer
from typer.core import TyperGroup


class ShowFirst(TyperGroup):
    """What is neither a command nor an option is for `show`."""

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]
        if args and not args[0].startswith("-") and args[0] not in self.commands:
            args = ["show", *args]
        return super().parse_args(ctx, args)
