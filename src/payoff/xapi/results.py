"""Results and scores.

Question  Is this a measured outcome, with a score that keeps its own bounds?
Refuses   `scaled` outside -1 to 1, `min` not below `max`, `raw` outside the two.
Cites     xAPI 1.0.3 Data 2.4.5.
"""

from payoff.xapi.duration import check_duration
from payoff.xapi.extensions import check_extensions
from payoff.xapi.shapes import RuleError, check_boolean, check_text, name_kind, object_of

_LARGEST = 1.7976931348623157e308  # of 64-bit floats; longer integers can be read, but not reckoned with


def _check_number(value: object) -> None:
    if type(value) is not float and type(value) is not int:
        raise RuleError(f"must be a number, not {name_kind(value)}", "Data 2.4.5.1")
    if not -_LARGEST <= value <= _LARGEST:
        raise RuleError("the number is out of the range of 64-bit floats", "Data 2.2")


_check_score_members = object_of(
    "a score", "Data 2.4.5.1", dict.fromkeys(("scaled", "raw", "min", "max"), _check_number)
)


def check_score(value: object) -> None:
    """Numbers that keep the bounds they set themselves."""
    score = _check_score_members(value)
    scaled, raw, lowest, highest = (score.get(name) for name in ("scaled", "raw", "min", "max"))
    if scaled is not None and not -1 <= scaled <= 1:
        raise RuleError("must lie between -1 and 1", "Data 2.4.5.1", "scaled")
    if lowest is not None and highest is not None and not lowest < highest:
        raise RuleError('must be less than "max"', "Data 2.4.5.1", "min")
    if raw is not None and lowest is not None and raw < lowest:
        raise RuleError('must not be less than "min"', "Data 2.4.5.1", "raw")
    if raw is not None and highest is not None and raw > highest:
        raise RuleError('must not be greater than "max"', "Data 2.4.5.1", "raw")


check_result = object_of(
    "a result",
    "Data 2.4.5",
    {
        "score": check_score,
        "success": check_boolean,
        "completion": check_boolean,
        "response": check_text,
        "duration": check_duration,
        "extensions": check_extensions,
    },
)
