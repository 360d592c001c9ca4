"""BambooHR: employees, as its connectors name the fields."""

from payoff.nouns.profile import Field, Profile

BAMBOOHR = (
    Profile(
        "bamboohr-people", "BambooHR (employee fields)", "people", "verified",
        (
            Field("person_id", ("employee_id", "Employee #", "id")),
            Field("first_name", ("first_name", "First Name")),
            Field("last_name", ("last_name", "Last Name")),
            Field("email", ("work_email", "Work Email")),
            Field("department", ("department",)),
            Field("job_title", ("job_title", "Job Title")),
            Field("hired_on", ("hire_date", "Hire Date"), from_memory=True),
            Field("left_on", ("termination_date", "Termination Date")),
            Field("leave_reason", ("termination_reason", "Termination Reason"), from_memory=True),
            Field("voluntary", ("termination_reason", "Termination Reason"), said=True, from_memory=True),
        ),
        traps=(
            "some connectors leave out people who left, and turnover becomes zero: ask for inactive ones",
            "the role of people who left may be blank",
            "which reasons are voluntary is for HR to say, under values",
        ),
    ),
)  # fmt: skip
