"""What a request did wrong, with the place in its JSON and the rule it broke.

Question  Why is this refused, and with which status?
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Fault:
    """One broken rule: `path` such as `$[3].actor.mbox` ("" outside JSON), `rule` such as `Data 2.4.2.1`."""

    path: str
    what: str
    rule: str


class RequestError(Exception):
    """A request that is answered with `status` (4xx) and stores nothing."""

    def __init__(self, status: int, *faults: Fault) -> None:
        self.status = status
        self.faults = faults
        super().__init__("; ".join(f"{f.path}: {f.what}" if f.path else f.what for f in faults))
