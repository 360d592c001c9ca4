"""Codes of metrics that come from the catalogue."""

from payoff.study.code_entry import Code

CATALOGUE_CODES: dict[str, Code] = {
    "P214": Code(
        "Not in the catalogue",
        "a measure nobody defined cannot be compared with anybody's",
        "payoff metrics list names the measures; payoff metrics show ID prints one. A version after @ pins "
        "it. Write sql or expr for a measure of your own. (KPI-08)",
    ),
    "P215": Code(
        "A measure without its rows",
        "the definition cannot be computed from the sources named",
        "source names the source of a measure that reads one table; tables names one for each; columns says "
        "where a column has another name: columns: {handle_seconds: talk_seconds + wrap_seconds}.",
    ),
    "P216": Code(
        "Not told by this period",
        "a rare event or a stock has no honest value in so short a time",
        "payoff metrics show ID lists the periods a measure may be told by.",
    ),
    "P217": Code(
        "An unbalanced set",
        "one kind of measure shows one side of a program",
        "A trusted set is small and blends engagement, readiness, application, performance and sentiment. "
        "(KPI-09)",
        warning=True,
    ),
    "P218": Code(
        "A vanity metric",
        "volume grows with head count and leads on to nothing",
        "It may be watched; it says nothing of what changed. (KPI-19)",
        warning=True,
    ),
    "P219": Code(
        "Money from learning alone",
        "completing, liking and knowing earn nothing until somebody works differently",
        "A return cannot be computed from reach, reactions and learning (L0 to L2) alone. (KPI-18)",
    ),
    "P220": Code(
        "A verdict on a volume",
        "more views are no improvement, however sure one is of them",
        "List it under leading, where it is watched, and decide on a rate or on what people do. (KPI-19)",
    ),
}
