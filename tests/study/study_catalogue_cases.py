"""Metrics from the catalogue: a valid study, and how to get one wrong."""

from study_valid import VALID, swap

HANDLING = """\
  handling:
    use: average_handle_time
    source: crm
    owner: ops
    columns: {handle_seconds: secs * 2, unit: rep}
"""
TURNOVER = """\
  leaving:
    use: voluntary_turnover
    source: people
    owner: hr
    columns: {known_until: "date '2026-10-01'"}
"""
VIEWS = "  m: {use: content_views, source: crm, owner: ops}\n"


def with_metrics(*texts: str, names: str = "") -> str:
    """The valid study with further metrics, listed as leading indicators."""
    found = VALID.replace("  refund_rate:\n", f"{''.join(texts)}  refund_rate:\n")
    return found.replace("  secondary:", f"  leading: [{names}]\n  secondary:") if names else found


WITH_USE = with_metrics(HANDLING, names="handling")


def _used(*ids: str) -> str:
    """Measures over statements alone."""
    texts = [f"  m{n}: {{use: {id}, source: crm, owner: ops}}\n" for n, id in enumerate(ids)]
    return with_metrics(*texts, names=", ".join(f"m{n}" for n in range(len(ids))))


def _other(old: str, new: str) -> bytes:
    return swap(old, new, WITH_USE)


_SOURCE, _COLUMNS = "    source: crm\n    owner: ops\n", "{handle_seconds: secs * 2, unit: rep}"


def _decided_by(id: str) -> bytes:
    """A learning measure as the primary metric, and money on it."""
    text = VALID.replace("  refund_rate:\n", f"  m: {{use: {id}, source: crm, owner: ops}}\n  refund_rate:\n")
    text = text.replace("primary: deals_won", "primary: m").replace("[refunds]", "[refunds, deals_won]")
    text = text.replace("unit: USD/deal", "unit: USD/rep/month")
    return text.replace("metric: deals_won", "metric: m").encode()


CATALOGUE_CASES = [
    ("use_unknown", "P214", _other("average_handle_time", "average_handel_time")),
    ("use_of_another_version", "P214", _other("average_handle_time", "average_handle_time@2")),
    ("use_and_unit", "P113", _other(_SOURCE, f"{_SOURCE}    unit: s/call\n")),
    ("use_and_sql", "P113", _other(_SOURCE, f"{_SOURCE}    sql: select 1\n")),
    ("use_without_source", "P215", _other(_SOURCE, "    owner: ops\n")),
    ("use_of_no_source", "P303", _other(_SOURCE, "    source: calls\n    owner: ops\n")),
    ("use_of_two_tables", "P215", _other("average_handle_time", "reach")),
    ("use_of_no_table", "P215", _other(_SOURCE, f"{_SOURCE}    tables: {{tickets: crm}}\n")),
    ("use_of_no_column", "P215", _other(_COLUMNS, "{handle_minutes: secs}")),
    ("column_is_a_query", "P303", _other("secs * 2", "(select 1 from people)")),
    ("column_is_two", "P307", _other("secs * 2", "'secs, rep'")),
    ("column_is_chance", "P305", _other("secs * 2", "random()")),
    ("members_unknown", "P303", _other(_SOURCE, f"{_SOURCE}    members: hris\n")),
    ("hierarchy_without_level", "P215", _other(_SOURCE, f"{_SOURCE}    hierarchy: people\n")),
    ("level_without_hierarchy", "P215", _other(_SOURCE, f"{_SOURCE}    level: region\n")),
    ("hierarchy_unknown", "P303", _other(_SOURCE, f"{_SOURCE}    hierarchy: org\n    level: region\n")),
    (
        "hierarchy_without_use",
        "P113",
        swap("on: refunded_on", "on: refunded_on\n    hierarchy: crm\n    level: team"),
    ),
    ("columns_without_use", "P113", swap("on: refunded_on", "on: refunded_on\n    columns: {unit: rep}")),
    (
        "turnover_by_week",
        "P216",
        with_metrics(TURNOVER, names="leaving").replace("period: month", "period: week").encode(),
    ),
    ("zone_unknown", "P109", _other("\ndesign:\n", "\ncalendar: {time_zone: Berlin}\ndesign:\n")),
    ("volume_decides", "P220", swap("[refunds]", "[refunds, m]", with_metrics(VIEWS))),
    *((f"money_{id}", "P219", _decided_by(id)) for id in ("assessment_score", "completion_rate_started")),
]  # fmt: skip
CATALOGUE_WARNINGS = [
    (
        "nine_of_engagement",
        "P217",
        _used(
            "repeat_visits", "session_depth", "assessment_attempts", "practice_frequency", "revisit_rate",
            "nudge_response_rate", "completion_rate_started", "completion_rate_enrolled",
            "completion_velocity",
        ).encode(),
    ),
    ("thirteen_metrics", "P217", _used(*["win_rate"] * 11).encode()),
    ("vanity", "P218", _used("content_views").encode()),
]  # fmt: skip
