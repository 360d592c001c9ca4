"""Durations of ISO 8601, with designators.

Question  Is this text a duration, and how many seconds does it last?
Refuses   Weeks beside other parts, a fraction before the last part, a T with nothing behind it, a sign, the
          alternative format.
Unknown   A year or a month has no fixed length, so the seconds of a duration that counts one are None, as are
          those of a text that is no duration; zero years and months do no harm.
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
_NUMBER = r"(\d{1,15}(?:[.,]\d{1,40})?)"
_PARTS = re.compile(
    rf"P(?=.)(?:{_NUMBER}W|(?:{_NUMBER}Y)?(?:{_NUMBER}M)?(?:{_NUMBER}D)?"
    rf"(?:T(?=.)(?:{_NUMBER}H)?(?:{_NUMBER}M)?(?:{_NUMBER}S)?)?)",
    re.ASCII,
)
_SECONDS = (604_800.0, None, None, 86_400.0, 3_600.0, 60.0, 1.0)

is_duration = _DURATION.fullmatch

check_duration = text_like("an ISO 8601 duration, such as PT4H35M59.14S", "Data 4.6", is_duration)


def cut_duration(text: str) -> str:
    """A duration as it is compared: cut, not rounded, to 0.01 seconds."""
    return _BEYOND_HUNDREDTHS.sub(r"\1", text)


def read_seconds(text: str) -> float | None:
    """Seconds; None where the text does not say."""
    found = _PARTS.fullmatch(text)
    if found is None:
        return None
    total = 0.0
    members = [(part, length) for part, length in zip(found.groups(), _SECONDS, strict=True) if part]
    for n, (part, length) in enumerate(members, start=1):
        fraction = "." in part or "," in part
        if fraction and n < len(members):
            return None
        amount = float(part.replace(",", "."))
        if length is None and amount:
            return None
        total += amount * (length or 0.0)
    return total
