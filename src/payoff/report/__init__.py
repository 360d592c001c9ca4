"""Compose the brief's claims and sentences; charts; render to bytes."""

from payoff.report.chart_svg import render_svg
from payoff.report.codec import read_brief
from payoff.report.compose import compose
from payoff.report.formats import render
from payoff.report.result_document import write_result
from payoff.report.sentences import describe_power

__all__ = ["compose", "describe_power", "read_brief", "render", "render_svg", "write_result"]
