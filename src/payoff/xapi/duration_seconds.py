"""ISO 8601 durations as seconds.

Question  How long did it last?
Reads     PnW, and PnYnMnDTnHnMnS with any member left out and a fraction in the last one.
Unknown   A year or a month has no fixed length, so a duration that counts one is None, as is text that is no
          duration; zero years and months do no harm.
"""

import re

_NUMBER = r"(\d{1,15}(?:[.,]\d{1,40})?)"
_DURATION = re.compile(
    rf"P(?=.)(?:{_NUMBER}W|(?:{_NUMBER}Y)?(?:{_NUMBER}M)?(?:{_NUMBER}D)?"
    rf"(?:T(?=.)(?:{_NUMBER}H)?(?:{_NUMBER}M)?(?:{_NUMBER}S)?)?)",
    re.ASCII,
)
_SECONDS = (604_800.0, None, None, 86_400.0, 3_600.0, 60.0, 1.0)


def read_seconds(text: str) -> float | None:
    """Seconds; None where the text does not say."""
    found = _DURATION.fullmatch(text)
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
