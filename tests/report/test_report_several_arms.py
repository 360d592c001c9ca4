"""Several arms or factors: text, chart and counts are about the one that carries the verdict, and say so."""

from dataclasses import replace

import numpy as np
from report_illinois import illinois_result

from payoff.nouns.result import Result
from payoff.nouns.study import Column
from payoff.report.charts_outcome import outcome_chart
from payoff.report.reading import Reading
from payoff.report.sentences import comparison_sentence


def several(**parts: object) -> Reading:
    """The Illinois study drawn into three arms, or given two factors."""
    base: Result = illinois_result()
    panel = base.panels[0]
    arm = np.arange(panel.n_units) % 3
    given = np.stack([arm == 1, arm > 0], axis=1)
    named: dict[str, object] = {"arms": ("control", "drills", "coach")}
    if parts:
        named = {"factors": (Column("drills", "d"), Column("coach", "c"))}
    design = replace(base.study.design, verdict_term="drills", **named)  # type: ignore[arg-type]
    measured = {"factors": given} if parts else {"arm": arm}
    changed = replace(panel, in_program=arm > 0, **measured)
    study = replace(base.study, design=design)
    return Reading(replace(base, study=study, panels=(changed, *base.panels[1:])))


def test_chart_and_text_take_the_verdicts_arm() -> None:
    reading = several()
    panel = reading.panel
    assert panel is not None
    program, comparison = reading.sides(panel)
    assert panel.arm is not None
    assert (program == (panel.arm == 1)).all()
    assert (comparison == (panel.arm == 0)).all()
    assert comparison_sentence(reading).endswith("Answer, chart and money are about drills.")
    chart = outcome_chart(reading)
    assert chart is not None
    assert "employees given drills" in chart.alt


def test_a_factor_is_held_against_all_without_it() -> None:
    reading = several(factors=True)
    panel = reading.panel
    assert panel is not None
    assert panel.factors is not None
    program, comparison = reading.sides(panel)
    assert (program == panel.factors[:, 0]).all()
    assert (comparison == ~program).all()
    assert reading.comparison_arm == "Without drills"


def test_one_program_is_called_what_it_was() -> None:
    reading = Reading(illinois_result())
    assert reading.program_arm == "Employees with the program"
    assert reading.comparison_arm == "Comparison"
