"""A valid pilot of 90 days and one of 4 weeks, and ways to get them wrong."""

from collections.abc import Iterator

from study_valid import VALID, swap

PILOT = """\
pilot: {length: 90 days, begins: 2026-03-02, workflow: objections, reach: 400, observations: [2026-03-09]}
exit:
  - {decision: stop, when: guardrail broken}
  - {decision: scale, when: verdict is worked and money is pays back}
  - {decision: stop, when: interval below 2% and date from 2026-05-30}

hypotheses:
"""
NINETY = VALID
for _old, _new in (
    ("hypotheses:\n", PILOT),
    ("  period: month\n", "  period: day\n"),
    ("follow_up: 2026-04-01..2026-09-30", "follow_up: 2026-05-01..2026-05-30"),
):
    NINETY = NINETY.replace(_old, _new)
FOUR = NINETY
for _old, _new in (
    ("length: 90 days, begins: 2026-03-02", "length: 4 weeks, begins: 2026-04-01"),
    ("observations: [2026-03-09]", "observations: [2026-04-08]"),
    ("follow_up: 2026-05-01..2026-05-30", "follow_up: 2026-04-01..2026-04-28"),
    ("2% and date from 2026-05-30", "2%"),
    ("    label: Deals won\n", "    label: Deals won\n    tier: leading\n"),
):
    FOUR = FOUR.replace(_old, _new)


def pilot_cases() -> Iterator[tuple[str, str, bytes]]:
    yield "pilot_follow_up", "P801", swap("follow_up: 2026-05-01..", "follow_up: 2026-05-02..", NINETY)
    yield "pilot_baseline", "P801", swap("begins: 2026-03-02", "begins: 2026-03-09", NINETY)
    yield "pilot_too_early", "P802", swap("    tier: leading\n", "", FOUR.replace(_VALUE, ""))
    yield "pilot_money_too_early", "P803", swap("    tier: leading\n", "", FOUR)  # EXP-16
    yield "exit_unreadable", "P804", swap("when: guardrail broken", "when: it feels wrong", NINETY)
    yield "exit_bound", "P804", swap("interval below 2%", "interval below two", NINETY)
    yield "exit_word", "P804", swap("verdict is worked", "verdict is splendid", NINETY)
    yield "exit_date", "P804", swap("date from 2026-05-30", "date from May", NINETY)
    yield "exit_missing", "P805", NINETY.replace(_EXIT, "").encode()
    yield "observation_outside", "P806", swap("[2026-03-09]", "[2026-01-09]", NINETY)
    yield "exit_before_follow_up", "P806", swap("date from 2026-05-30", "date from 2026-03-30", NINETY)
    yield "pilot_in_months", "P807", swap("  period: day\n", "  period: month\n", NINETY)
    weeks = NINETY.replace("  period: day\n", "  period: week\n")
    yield "pilot_from_a_tuesday", "P807", swap("begins: 2026-03-02", "begins: 2026-03-03", weeks)
    yield "pilot_length", "P109", swap("length: 90 days", "length: 3 weeks", NINETY)


_EXIT = PILOT.partition("exit:")[1] + PILOT.partition("exit:")[2].partition("\nhypotheses:")[0]
_VALUE = FOUR[FOUR.index("value:\n") : FOUR.index("assumptions:\n")]
