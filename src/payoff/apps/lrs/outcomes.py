"""How a change ended, as an answer.

Question  Which status does the client of a change get that was not made?
"""

from payoff.statements.work import Outcome, Work
from payoff.xapi.fault import Fault, RequestError

_REFUSED = {
    Outcome.CONFLICT: (409, "it conflicts with what is stored", "Communication 3.1, Data 2.3.1"),
    Outcome.PRECONDITION_FAILED: (
        412,
        "the document is not in the state the header expects",
        "Communication 3.1",
    ),
    Outcome.NOT_MERGEABLE: (400, "only JSON objects can be merged", "Communication 2.2"),
    Outcome.UNAVAILABLE: (503, "the store cannot be written now: nothing was stored, try again", "server"),
}


def check_outcome(work: Work) -> None:
    """Nothing where the change is on disk; RequestError where it was refused."""
    refused = (
        _REFUSED.get(work.outcome) if work.outcome is not None else (500, "the change was lost", "server")
    )
    if refused is not None:
        status, what, rule = refused
        raise RequestError(status, Fault("", work.detail if status < 500 and work.detail else what, rule))
