"""Internet media types as headers write them.

Question  Which kind of bytes does this Content-Type announce, with which parameters?
Cites     RFC 9110, 5.6 and 8.3.1.
"""

import re
from dataclasses import dataclass

_TOKEN = r"[A-Za-z0-9!#$%&'*+.^_`|~-]+"
_TYPE = re.compile(rf"[ \t]*({_TOKEN}/{_TOKEN})[ \t]*(?=;|\Z)")
_PARAMETER = re.compile(
    rf';[ \t]*(?:({_TOKEN})=(?:({_TOKEN})|"((?:[^"\\\x00-\x08\x0a-\x1f\x7f]|\\.)*)"))?[ \t]*'
)
_ESCAPE = re.compile(r"\\(.)")


@dataclass(frozen=True, slots=True)
class MediaType:
    """`essence`: type and subtype in lower case; names of parameters in lower case, values as they came."""

    essence: str
    parameters: dict[str, str]


def read_media_type(text: str) -> MediaType:
    """ValueError where it is none, or names a parameter twice."""
    found = _TYPE.match(text)
    if found is None:
        raise ValueError("is no media type")
    parameters: dict[str, str] = {}
    end = found.end()
    while end < len(text):
        part = _PARAMETER.match(text, end)
        if part is None:
            raise ValueError("has a parameter that is not written as name=value")
        end = part.end()
        if part[1] is None:  # a lone semicolon, which many clients send
            continue
        name = part[1].lower()
        if name in parameters:
            raise ValueError(f"names the parameter {name} twice")
        parameters[name] = part[2] if part[2] is not None else _ESCAPE.sub(r"\1", part[3])
    return MediaType(found[1].lower(), parameters)


def is_json(content_type: str) -> bool:
    """Whether the bytes are announced as application/json."""
    try:
        return read_media_type(content_type).essence == "application/json"
    except ValueError:
        return False
