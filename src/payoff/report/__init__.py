"""Compose the brief's claims and sentences; charts; render to bytes."""

from payoff.report.codec import read_brief
from payoff.report.compose import compose
from payoff.report.formats import render
from payoff.report.result_document import write_result

__all__ = ["compose", "read_brief", "render", "write_result"]
