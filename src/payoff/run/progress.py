"""How far a run has come, told to whoever watches; the run itself never prints."""

from typing import Protocol


class Progress(Protocol):
    """Told before each step and, in long steps, after each part."""

    def step(self, name: str, done: int, total: int) -> None:
        """`name` is one of read, check, estimate, value, write; done counts up to total."""


class Silent:
    """Nobody watches."""

    def step(self, name: str, done: int, total: int) -> None:
        """Say nothing."""
