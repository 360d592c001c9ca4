"""YAML bytes → Study; check, lock, amend. Pure: bytes in, nouns and problems out."""

from payoff.study.check import check_study, find_place, read_study
from payoff.study.check_assumptions import assumption_fault
from payoff.study.codes import explain_code
from payoff.study.lock import find_drift, read_lock, write_amendment, write_lock
from payoff.study.schema import study_schema
from payoff.study.templates import read_template, template_names

__all__ = [
    "assumption_fault",
    "check_study",
    "explain_code",
    "find_drift",
    "find_place",
    "read_lock",
    "read_study",
    "read_template",
    "study_schema",
    "template_names",
    "write_amendment",
    "write_lock",
]
