"""Durations.

Question  Is this text an ISO 8601 duration with designators?
Refuses   Weeks beside other parts, a fraction before the last part, a T with nothing behind it, a sign, the
          alternative format.
Cites     ISO 8601:2004 4.4.3.2; xAPI 1.0.3 Data 4.6: beyond 0.01 s a duration is accepted, but not compared.
"""

import re

from payoff.xapi.shapes import text_like

_LAST_MAY_BE_FRACTION = r"(?![0-9]+[.,][0-9]+[A-Z]T?[0-9])"
_DURATION = re.compile(
    r"P(?:[0-9]+(?:[.,][0-9]+)?W|(?=T?[0-9])"
    + "".join(rf"(?:{_LAST_MAY_BE_FRACTION}[0-9]+(?:[.,][0-9]+)?{unit})?" for unit in "YMD")
    + r"(?:T(?=[0-9])"
    + "".join(rf"(?:{_LAST_MAY_BE_FRACTION}[0-9]+(?:[.,][0-9]+)?{unit})?" for unit in "HMS")
    + r")?)"
)
_BEYOND_HUNDREDTHS = re.compile(r"([.,][0-9]{2})[0-9]+(?=S$)")

is_duration = _DURATION.fullmatch

check_duration = text_like("an ISO 8601 duration, such as PT4H35M59.14S", "Data 4.6", is_duration)


def cut_duration(text: str) -> str:
    """A duration as it is compared: cut, not rounded, to 0.01 seconds."""
    return _BEYOND_HUNDREDTHS.sub(r"\1", text)
