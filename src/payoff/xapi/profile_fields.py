"""What the extensions of the video and cmi5 profiles say, and the session they name.

Question  Where did the player stand, how was the unit launched, which session was it?
Unknown   A value of another type than its profile writes is None here; the extensions' text is kept whole.
"""

from collections.abc import Mapping
from typing import Any

_VIDEO = "https://w3id.org/xapi/video/extensions/"
_CMI5 = "https://w3id.org/xapi/cmi5/context/extensions/"
_CMI5_RESULT = "https://w3id.org/xapi/cmi5/result/extensions/"

# written out once: a key made anew for each statement would be hashed anew, too
_TIME = f"{_VIDEO}time"
_TIME_FROM = f"{_VIDEO}time-from"
_TIME_TO = f"{_VIDEO}time-to"
_LENGTH = f"{_VIDEO}length"
_PROGRESS = f"{_VIDEO}progress"
_THRESHOLD = f"{_VIDEO}completion-threshold"
_SEGMENTS = f"{_VIDEO}played-segments"
_LAUNCH_MODE = f"{_CMI5}launchmode"
_MOVE_ON = f"{_CMI5}moveon"
_MASTERY = f"{_CMI5}masteryscore"
_CMI5_PROGRESS = f"{_CMI5_RESULT}progress"
_REASON = f"{_CMI5_RESULT}reason"

COMPETENCIES = "urn:payoff:extension:competencies"
SESSIONS = (f"{_CMI5}sessionid", f"{_VIDEO}session-id", "http://xapi.jisc.ac.uk/sessionId")


_N_COLUMNS = 12


def find_session(said: Mapping[str, Any]) -> str | None:
    """The session that context and result extensions, taken together, name."""
    return next((text for iri in SESSIONS if (text := _text(said.get(iri)))), None)


def read_profile(said: Mapping[str, Any]) -> tuple[float | str | None, ...]:
    """video_time … cmi5_reason of an event, from context and result extensions taken together."""
    if not said:
        return (None,) * _N_COLUMNS
    return (
        _number(said.get(_TIME)),
        _number(said.get(_TIME_FROM)),
        _number(said.get(_TIME_TO)),
        _number(said.get(_LENGTH)),
        _number(said.get(_PROGRESS)),
        _number(said.get(_THRESHOLD)),
        _text(said.get(_SEGMENTS)),
        _text(said.get(_LAUNCH_MODE)),
        _text(said.get(_MOVE_ON)),
        _number(said.get(_MASTERY)),
        _number(said.get(_CMI5_PROGRESS)),
        _text(said.get(_REASON)),
    )


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None
