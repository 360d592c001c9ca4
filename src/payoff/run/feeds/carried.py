"""What one run over a link did, and what becomes of dead letters that are tried again."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from payoff.statements.clock import read_now_us
from payoff.statements.links import DeadLetter, Link, Links


@dataclass(frozen=True, slots=True)
class Carried:
    """Statements that are now on the other side of the link, and those that were refused."""

    through: int = 0
    refused: int = 0

    def __add__(self, other: "Carried") -> "Carried":
        return Carried(self.through + other.through, self.refused + other.refused)


def try_again(links: Links, link: Link, dead: Sequence[DeadLetter], work: Callable[[], Carried]) -> Carried:
    """What is refused once more has been buried anew by `work`; the rest is raised."""
    latest_us = max(letter.at_us for letter in dead)
    done = work()
    again = links.find_buried_after(link.name, latest_us)  # all of them, however many wait beside
    for letter in dead:
        if letter.statement_id not in again:
            links.raise_again(link.name, letter.statement_id)
    return done


def retry_all(links: Links, link: Link, retry: Callable[[Sequence[DeadLetter]], Carried]) -> Carried:
    """Try every dead letter of a link once more; what is refused again meanwhile is not tried twice."""
    return sum((retry(page) for page in links.find_dead_pages(link.name, read_now_us())), Carried())
