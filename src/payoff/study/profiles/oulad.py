"""The Open University Learning Analytics data set."""

from payoff.nouns.profile import Field, Profile

_DAYS = "days are counted from the start of each run; the data hold no calendar date"

OULAD = (
    Profile(
        "oulad-students", "Open University (studentInfo)", "completions", "verified",
        (
            Field("person_id", ("id_student",)),
            Field("course", ("code_module",)),
            Field("presentation", ("code_presentation",)),
            Field("status", ("final_result",)),
            Field("passed", ("final_result",), values=(
                ("Pass", "true"), ("Distinction", "true"), ("Fail", "false"), ("Withdrawn", "false"))),
            Field("attempts", ("num_of_prev_attempts",)),
        ),
        traps=("a student may be there several times, once for each run of a module",
               "attempts counts earlier tries"),
    ),
    Profile(
        "oulad-assessments", "Open University (studentAssessment)", "completions", "verified",
        (
            Field("person_id", ("id_student",)),
            Field("activity", ("id_assessment",)),
            Field("score", ("score",)),
            Field("submitted_day", ("date_submitted",)),
        ),
        traps=(_DAYS, "results banked from an earlier run are among them"),
    ),
)  # fmt: skip
