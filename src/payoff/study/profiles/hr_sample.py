"""The HR data set that teaching material hands round."""

from payoff.nouns.profile import Field, Profile

HR_SAMPLE = (
    Profile(
        "hr-sample-people", "public HR sample (synthetic)", "people", "verified",
        (
            Field("person_id", ("EmpID",)),
            Field("name", ("Employee_Name",)),
            Field("manager_id", ("ManagerID",)),
            Field("manager_name", ("ManagerName",)),
            Field("department", ("Department",)),
            Field("job_title", ("Position",)),
            Field("status", ("EmploymentStatus",)),
            Field("hired_on", ("DateofHire",)),
            Field("left_on", ("DateofTermination",)),
            Field("leave_reason", ("TermReason",)),
            Field("voluntary", ("EmploymentStatus",), values=(
                ("Active", "false"), ("Voluntarily Terminated", "true"), ("Terminated for Cause", "false"))),
            Field("absences", ("Absences",)),
        ),
        traps=("invented people: never shown as a real firm's",),
        needs=("date_format",),
    ),
)  # fmt: skip
