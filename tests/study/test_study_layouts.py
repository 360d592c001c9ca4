"""A measure of the catalogue cannot be talked into a column that is something else."""

from study_valid import VALID

from payoff.metrics.catalogue import SHIPPED
from payoff.study import check_study

METRIC = """\
  handling:
    use: average_handle_time
    owner: support ops
    source: contacts
"""
SOURCE = "  contacts: {csv: contacts.csv, profile: PROFILE, steward: support ops}\n"


def codes(profile: str, more: str = "") -> set[str]:
    text = VALID.replace("\nmetrics:\n", f"{SOURCE.replace('PROFILE', profile)}\nmetrics:\n{METRIC}{more}")
    return {problem.code for problem in check_study(text.encode(), "drills.yml", catalogue=SHIPPED)[1]}


def test_handling_time_comes_from_interactions() -> None:
    assert "P121" not in codes("cxone-contacts")


def test_elapsed_time_put_under_its_name_is_refused() -> None:
    assert "P121" in codes("zendesk-tickets", "    columns: {handle_seconds: elapsed_minutes * 60}\n")
    assert "P121" in codes("zendesk-tickets")
    assert "P121" in codes("completions", "    columns: {handle_seconds: minutes * 60}\n")
