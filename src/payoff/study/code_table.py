"""Code → title, why it matters, what to do: the text behind `payoff help CODE`."""

from payoff.study.catalogue_codes import CATALOGUE_CODES
from payoff.study.code_entry import Code
from payoff.study.money_codes import MONEY_CODES
from payoff.study.pilot_codes import PILOT_CODES

_YAML = "a plan must read the same to a person, an auditor and a program"
_GUESS = "a value that must be guessed makes a plan nobody can check"
_SQL = "a metric that cannot be computed, or not twice alike, cannot be audited"

CODES: dict[str, Code] = {
    "P001": Code(
        "Not UTF-8 text",
        "a file that decodes differently on two machines has no stable meaning",
        "Save the study file as plain text in UTF-8. UTF-16, Latin-1, archives and office documents are "
        "refused rather than guessed at.",
    ),
    "P002": Code(
        "Too large",
        "a plan is read by people; this is not one",
        "A study file holds the plan, not data. Put rows into CSV, Parquet or Excel files and name them "
        "under `sources`.",
    ),
    "P003": Code(
        "A character that is not text",
        "invisible characters make two plans look alike that are not",
        "Control characters (such as a null byte) usually come from a wrong program or a damaged file.",
    ),
    "P004": Code("Not YAML", _YAML, "Compare the line with a template: payoff init --template sales."),
    "P005": Code("Nested too deep", _YAML, "A study file needs four levels; more is a slip or an attack."),
    "P006": Code("Anchor or alias", _YAML, "Write the value out where it is used; & and * are not read."),
    "P007": Code("Tag", _YAML, "Tags such as !!python/object are never read. Write the plain value."),
    "P008": Code("Merge key", _YAML, "Write the merged values out; << is not read."),
    "P009": Code("Several documents", _YAML, "One file holds one study. Put the second into its own file."),
    "P010": Code("Directive", _YAML, "Lines starting with % at the top are not needed and not read."),
    "P011": Code(
        "The same key twice",
        "only one of the two values can be the plan",
        "YAML readers silently keep one of two equal keys; payoff asks you to.",
    ),
    "P012": Code("Empty file", "there is no plan to check", "payoff init writes a commented starter."),
    "P013": Code("Not a mapping", _YAML, "The file's top level is a list of `key: value` lines."),
    "P014": Code("Tab", "a tab has no agreed width, so it cannot show structure", "Indent with spaces."),
    "P015": Code(
        "Too many values", "a plan is read by people; this is not one", "Data go into source files."
    ),
    "P016": Code("A key that is not a word", _YAML, "Quote text that begins with { or [."),
    "P101": Code(
        "Unknown key",
        "a misspelt key would be ignored, and with it a promise",
        "Every key of the format is listed in docs/reference/study.md.",
    ),
    "P102": Code(
        "Something is missing", "without it the plan is not complete", "Add it; templates show how."
    ),
    "P103": Code(
        "A share above 100 %",
        "a part cannot exceed the whole; ROI would count more than there is to earn",
        "Margins, shares, probabilities, rates of adoption and haircuts lie between 0 and 100 %. A number "
        "that multiplies (loaded cost 1.3 × pay) is not a share: name it otherwise.",
    ),
    "P104": Code("Wrong kind of value", _GUESS, "Text with special characters needs quotes; lists need [ ]."),
    "P105": Code("Not a number", _GUESS, "Numbers are written 4500, 0.5, 50% or 3300/4834; no separators."),
    "P106": Code(
        "A number out of range", "a slip of a few zeros decides the result", "Check zeros and unit."
    ),
    "P107": Code("Not a date", _GUESS, "Dates are year-month-day, such as 2026-04-01, and must exist."),
    "P108": Code("Not a window", _GUESS, "Windows are first..last day, both included."),
    "P109": Code("Not one of the choices", _GUESS, "docs/reference/study.md lists the choices of every key."),
    "P110": Code("Text empty or too long", "nothing can be printed from it", "One short sentence is best."),
    "P111": Code(
        "Not a name",
        "names are used in formulas, queries and file names",
        "Letters, digits and _; a formula's own words (lift, gain, baseline, months …) are taken.",
    ),
    "P112": Code(
        "Not in this version",
        "it would be ignored, and the result would not be what the plan says",
        "The message names what to use instead.",
    ),
    "P113": Code("Keys that exclude each other", "only one of them can hold", "Keep one way of saying it."),
    "P114": Code("Not a unit", "without units nobody notices a missing factor", "Such as deals/rep/month."),
    "P115": Code("Unknown currency", "money needs one known currency", "Use the ISO 4217 code, such as USD."),
    "P117": Code("Not a span of periods", "effects are estimated by periods since launch", "0, 1..3 or 2.."),
    "P118": Code("Not a range", "a range that runs backwards has no conservative end", "Write low..high."),
    "P119": Code("Not one local file", "an audit needs the very bytes that were read", "Name one file."),
    "P120": Code(
        "Not a date pattern",
        "3/4 is a day in March or in April, and nobody guesses which",
        "Write the parts as the file has them: YYYY or YY; MMMM, MMM, MM or M; DD or D; HH, H, hh or h; mm; "
        "ss; A for AM and PM. DD/MMM/YY h:mm A reads 09/Oct/25 1:42 PM.",
    ),
    "P121": Code(
        "A column that cannot carry this metric",
        "the figure would look like one thing and be another",
        "Elapsed time of a ticket has nights, weekends and waiting in it: it is not handling time. The close "
        "date of an open deal is a forecast: it is not an outcome.",
    ),
    "P122": Code(
        "Unverified layout",
        "a profile from memory may give a column another meaning than its vendor does",
        "Run payoff connect FILE, look at the sample values beside each column, correct them under mapping, "
        "and write confirmed_by.",
        warning=True,
    ),
    "P123": Code(
        "A secret in the study file",
        "whoever reads the study, its lock or its history has the password",
        "Take it out and change it: it has been seen. Name it by login, and keep it in the environment as "
        "PAYOFF_SECRET_NAME or in .payoff/secrets.yml.",
    ),
    "P124": Code(
        "A service asked in clear",
        "a secret and people's data would cross the network for anyone to read",
        "Services are asked over HTTPS; plain HTTP is for this machine alone.",
    ),
    "P201": Code(
        "Unknown metric", "an outcome nobody defined cannot be measured", "Define it under metrics."
    ),
    "P202": Code(
        "Not exactly one primary metric",
        "with two primaries one can pick the winner afterwards",
        "One metric carries the verdict. Up to two more go under secondary. (OUT-16)",
    ),
    "P203": Code(
        "Too many secondary metrics",
        "among many outcomes one always looks good by chance",
        "At most two. Others may be leading indicators or guardrails. (OUT-16)",
    ),
    "P204": Code("Metric without owner", "nobody could settle a dispute about it", "Name a person. (KPI-06)"),
    "P205": Code(
        "A baseline stated as a change",
        "a change has no level to improve on",
        "A baseline is a level with a unit, such as 12 min/call. The change belongs into target. (KPI-04)",
    ),
    "P206": Code(
        "Two metrics in one",
        "two measures in one cell can never agree or disagree",
        "Give each its own entry with its own unit, baseline and target. (KPI-04)",
    ),
    "P207": Code("Metrics that define each other", "neither could be computed", "Break the circle."),
    "P208": Code("An expression that cannot be written out", _SQL, "Write the metric as sql instead."),
    "P209": Code(
        "Unused metric",
        "measures without a place in the chain invite fishing",
        "List it under outcome, use it in another metric, or delete it. (OUT-06)",
        warning=True,
    ),
    "P210": Code(
        "Source without steward",
        "nobody is asked when the file is late or odd",
        "Name who keeps the file right.",
        warning=True,
    ),
    "P211": Code("Metric without a definition", _SQL, "Give sql, or expr with source and on."),
    "P212": Code("The same metric twice", "a metric has one role", "Keep it in one list."),
    "P213": Code(
        "Not a guardrail rule",
        "a limit nobody can read protects nothing",
        "How much worse the metric may get: `-1 pp at most` (a metric in %, or a share), `5% at most` "
        "(relative to its level), `2 min at most` or `0.2 at most` (in its own unit). A sign must point to "
        "the worse side; `0 at most` means not worse at all.",
    ),
    "P301": Code("SQL that does not parse", _SQL, "DuckDB's dialect of SQL is read."),
    "P302": Code("Not a single SELECT", "a plan reads data and changes nothing", "One SELECT, nothing else."),
    "P303": Code(
        "A table that is not a declared source",
        "data outside the plan cannot be traced or locked",
        "Only names under `sources` (and tables defined in the query itself) may be read. (OUT-21)",
    ),
    "P304": Code(
        "A function that reaches outside",
        "files and settings read behind the plan's back cannot be traced",
        "Declare the file under `sources`.",
    ),
    "P305": Code(
        "A function that answers differently each time",
        "the same plan and data must give the same numbers",
        "Clock and chance are refused: write the date out, or sample outside.",
    ),
    "P306": Code("A column is missing", _SQL, "Metrics return the unit column, a period column and value."),
    "P307": Code("Not one expression", _SQL, "A single SQL expression over the cohort's columns."),
    "P308": Code("Unknown column", _SQL, "Use a column the cohort's query returns."),
    "P501": Code(
        "Relative or absolute?", _GUESS, "5%..10% is relative; 2..4 deals/rep/month is in the unit."
    ),
    "P502": Code("Not a threshold", _GUESS, "max(break_even, 2%), break_even, 2%, or a value in the unit."),
    "P503": Code(
        "No hypothesis for the primary metric",
        "an expectation written afterwards proves nothing",
        "Add a hypothesis whose metric is the primary one.",
    ),
    "P504": Code(
        "Expectation without source",
        "an unsupported range is a wish",
        "Name the pilot, benchmark or study it comes from. (OUT-07)",
        warning=True,
    ),
    "P505": Code(
        "A bold expectation without source",
        "effects above 10 % are rare; planning on them leads to studies that see nothing",
        "Expect 5 to 10 %, or name the evidence. (OUT-25)",
        warning=True,
    ),
    "P506": Code("Two hypotheses for one metric", "one can pick the winner", "Keep one hypothesis a metric."),
    "P701": Code(
        "Windows out of order",
        "what happened during the program cannot be its baseline",
        "The baseline ends before follow-up and before the first launch. (BAS-06)",
    ),
    "P702": Code(
        "Baseline shorter than 90 days",
        "a short baseline hides trend and chance",
        "Widen it where data exist; otherwise the shortfall is stated with the result. (BAS-03)",
        warning=True,
    ),
    "P703": Code("The design lacks a part", "no comparison can be made without it", "See the reference."),
    "P704": Code(
        "Unknown method", "the estimator is part of the promise", "See the reference for each type."
    ),
    "P705": Code("Unknown term", "the verdict needs an effect to rest on", "Name one of design.terms."),
    "P706": Code("Terms overlap", "one period cannot belong to two effects", "Give each period one term."),
    "P707": Code("No launch inside follow-up", "nobody would be observed after launch", "Check the dates."),
    "P708": Code("A share outside 0 to 1", "it is the planned share of one arm", "Such as 0.5 or 3300/4834."),
    "P709": Code("A key another design uses", "it would be ignored", "Delete it, or change design.type."),
    "P710": Code(
        "Arms that cannot be told apart",
        "each program arm is held against the comparison",
        "Name the comparison first, then each program arm, once.",
    ),
    "P711": Code(
        "A method that several waves mislead",
        "waves that started earlier would stand in the comparison of later ones",
        "Choose group_time, or terms one period long.",
    ),
    **CATALOGUE_CODES,
    **PILOT_CODES,
    **MONEY_CODES,
    "L001": Code(
        "Not a lock",
        "what was promised cannot be shown",
        "Restore the .lock file from version control.",
    ),
    "L002": Code(
        "The lock was altered",
        "a promise edited afterwards is no promise",
        "The hash, the seal or a date does not fit the plan kept in the lock. Restore the file from version "
        "control; changes of the plan go through payoff amend.",
    ),
    "L003": Code(
        "The plan drifted from its lock",
        "results would answer another question than the one promised",
        'Undo the change, or record it: payoff amend STUDY --reason "…" --by NAME. (OUT-08)',
    ),
    "L004": Code("Two approvers needed", "one person cannot promise and approve", "Name two people."),
    "L005": Code("Nothing to record", "an amendment says what, why and who", "Give a reason and a name."),
    "L006": Code("Dated before what it changes", "the order of promises is the evidence", "Check the date."),
}
