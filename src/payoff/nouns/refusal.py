"""What is said when a result cannot be trusted: a value, never a zero, never an exception."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Refusal:
    """A method declined to answer.

    method: what was asked, in the field's term ("return on investment").
    reason: why not, in a sentence a manager understands, with what would mend it.
    """

    method: str
    reason: str
