"""One code of a study file: what it is called, why it matters, what to do."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Code:
    """why: one clause printed with every problem; more: the longer explanation."""

    title: str
    why: str
    more: str
    warning: bool = False
