"""Workday: a custom report of workers, with the columns one connector expects."""

from payoff.nouns.profile import Field, Profile

WORKDAY = (
    Profile(
        "workday-people", "Workday (custom report)", "people", "verified",
        (
            Field("person_id", ("Employee_ID",)),
            Field("name", ("Full_Name",)),
            Field("email", ("Email",)),
            Field("manager_id", ("Manager_ID",)),
            Field("manager_name", ("Manager_Name",)),
            Field("team_id", ("Team_ID",)),
            Field("team", ("Team_Name",)),
            Field("location", ("Location",)),
            Field("employee_type", ("Employee_Type",)),
            Field("hired_on", ("Start_Date",)),
            Field("left_on", ("Termination_Date",)),
        ),
        traps=(
            "Termination_Date is an optional column of the report: without it nobody ever leaves",
            "the report has no reason for leaving, so turnover from it is not voluntary turnover",
        ),
    ),
)  # fmt: skip
