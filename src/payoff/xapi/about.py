"""The object of GET /about.

Question  Which versions does this record store speak?
Cites     xAPI 1.0.3 Communication 2.8; IEEE 9274.1.1 4.1.6.7.
"""

from collections.abc import Iterable, Mapping

import msgspec

from payoff.xapi.statement import Version

PATCHES_OF_1 = ("1.0.0", "1.0.1", "1.0.2")  # spoken as 1.0.3 is; old clients look for theirs


def write_about(
    versions: Iterable[str] = (*PATCHES_OF_1, *Version), extensions: Mapping[str, object] = {}
) -> bytes:
    """JSON text; names of extensions are IRIs."""
    about: dict[str, object] = {"version": list(versions)}
    if extensions:
        about["extensions"] = dict(extensions)
    return msgspec.json.encode(about)
