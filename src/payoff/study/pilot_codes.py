"""What every code of a pilot means."""

from payoff.study.code_entry import Code

PILOT_CODES: dict[str, Code] = {
    "P801": Code(
        "The windows are not the pilot's phases",
        "days between the phases would be counted before or after the program by accident",
        "Phases follow from `pilot.length` and `pilot.begins`: 4 weeks are 28 days before and 28 with the "
        "program; 90 days are 30 before, 30 with it and 30 after (in weeks 4, 5 and 4), the middle of which "
        "is not measured. The baseline may begin earlier. (EXP-16, EXP-17)",
    ),
    "P802": Code(
        "Four weeks cannot show a lagging metric",
        "business results take three to nine months, so its silence would be read as no effect",
        "Decide on a leading metric, such as practice or rubric scores, or plan 90 days. (EXP-16, OUT-19)",
    ),
    "P803": Code(
        "Money from a lagging metric after four weeks",
        "a benefit nobody could have seen yet would be printed as realised",
        "Leave `value` out of a pilot of 4 weeks, or value a leading metric. (EXP-16)",
    ),
    "P804": Code(
        "An exit rule that cannot be read",
        "a rule that must be interpreted afterwards is no rule",
        "Conditions are: verdict is …, money is …, estimate above or below a lift, interval above or below a "
        "lift, guardrail broken, date from a day, always; joined by `and`. (EXP-08)",
    ),
    "P805": Code(
        "No exit rules",
        "a pilot nobody can end goes on because it went on",
        "Say under `exit` when to stop, to continue and to scale. (EXP-08)",
    ),
    "P806": Code(
        "A day outside the pilot",
        "nothing is measured on it",
        "Take a day between the first and the last of the study's phases.",
    ),
    "P807": Code(
        "Phases with broken periods",
        "days of one phase would be counted in another",
        "Count in weeks and begin on a Monday, or count in days. (EXP-17)",
    ),
}
