"""What the outputs of a version print: its stored brief, with what was decided and found since.

Question  What stands on every output beside the result, at a run, a report, an erasure alike?
Rule      The stored brief stays without it: who decides is a record, data health is evidence of its own.
"""

from pathlib import Path

from payoff.nouns.brief import Brief
from payoff.nouns.source_health import HealthReport
from payoff.report.compose_health import with_health
from payoff.run.sign_off import read_record, with_sign_off


def with_what_is_known(plain: Brief, folder: Path, health: HealthReport | None) -> Brief:
    """With what finance decided on this version, and the data's health where it is known."""
    brief = with_sign_off(plain, read_record(folder))
    return brief if health is None else with_health(brief, health)
