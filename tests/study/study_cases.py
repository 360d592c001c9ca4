"""More than a hundred ways to get a study wrong, each with the code it must end in."""

from collections.abc import Iterator

from study_origin_cases import origin_cases
from study_pilot_cases import pilot_cases
from study_plan_cases import design_cases, money_cases
from study_valid import VALID, swap

FORMULA = "    formula: lift * baseline * reps * months * deal_value * margin\n"
SECOND_CLAIM = """\
  again:
    category: revenue
    formula: lift * baseline * reps * months * deal_value * margin
    cash: true
    claims: deals
"""


def exchange(rate: str) -> bytes:
    """An exchange rate of the euro."""
    return f"exchange: {{EUR: {{{rate}, on: 2026-01-05, source: ECB, owner: p.okoro}}}}\n".encode()


_PEOPLE = "{csv: people.csv, key: rep_id, steward: hr}"


def _layout_cases() -> Iterator[tuple[str, str, bytes]]:
    def people(more: str) -> bytes:
        return swap(_PEOPLE, f"{{{more}, key: rep_id, steward: hr}}")

    yield "file_of_no_format", "P109", people("file: people.docx")
    yield "file_and_csv", "P113", people("file: people.csv, csv: people.csv")
    yield "profile_unknown", "P109", people("csv: people.csv, profile: workday")
    yield "zone_without_profile", "P113", people("csv: people.csv, timezone: UTC")
    yield "mapped_twice", "P113", people("csv: p.csv, profile: people, mapping: {A: email, B: email}")
    yield "pattern_strptime", "P120", people("csv: p.csv, profile: people, date_format: '%d/%m/%Y'")
    yield "pattern_without_year", "P120", people("csv: p.csv, profile: people, date_format: DD/MM")
    yield "pattern_without_am", "P120", people("csv: p.csv, profile: people, date_format: 'DD/MM/YY h:mm'")
    yield "encoding_unknown", "P109", people("csv: p.csv, encoding: klingon")
    yield "meaning_of_a_list", "P104", people("csv: p.csv, profile: people, values: {voluntary: [a]}")
    crm = "    csv: deals.csv\n    key: [deal_id]\n"
    deals = crm + "    profile: salesforce-opportunities\n"
    forecast = swap(crm, deals).replace(b"closed_on) as month", b"expected_close_on) as month")
    yield "forecast_as_outcome", "P121", forecast
    tickets = swap(crm, crm + "    profile: zendesk-tickets\n")
    yield "elapsed_as_handling", "P121", tickets.replace(b"label: Deals won", b"label: Handling time")
    hidden = tickets.replace(b"  refunds:\n", b"  aht_agent:\n").replace(b"[refunds]", b"[aht_agent]")
    yield "elapsed_below_a_name", "P121", hidden.replace(b"refunds / deals_won", b"aht_agent / deals_won")


def _file_cases() -> Iterator[tuple[str, str, bytes]]:
    yield "empty", "P012", b""
    yield "blank", "P012", b"  \n\n"
    yield "comment_only", "P012", b"# nothing\n"
    yield "null_document", "P012", b"~\n"
    yield "latin1", "P001", swap("vp sales", "vp ventas a\u00f1o").decode().encode("latin-1")
    yield "utf16", "P001", VALID.encode("utf-16")
    yield "utf16_be_without_mark", "P003", VALID.encode("utf-16-be")
    yield "utf32", "P001", VALID.encode("utf-32")
    yield "null_byte", "P003", swap("Deals won", "Deals\x00 won")
    yield "escape_character", "P003", swap("Deals won", "Deals\x1b[31m won")
    yield "binary", "P001", bytes(range(256)) * 40
    yield "png", "P001", b"\x89PNG\r\n\x1a\n" + bytes(200)
    yield "zip", "P001", b"PK\x03\x04" + bytes(200)
    yield "pdf", "P001", b"%PDF-1.7\n" + bytes(200)
    yield "too_large", "P002", VALID.encode() + b"# " + b"x" * 1_000_000
    yield "nesting_50_mb", "P002", b"[" * 50_000_000
    yield "nesting_flow", "P005", b"a: " + b"[" * 900_000
    yield "nesting_maps", "P005", b"{a: " * 200_000
    yield "nesting_dashes", "P005", b"- " * 400_000
    yield "nesting_block", "P005", "\n".join(" " * n + "a:" for n in range(400)).encode()
    yield "question_marks", "P016", b"? " * 100_000
    yield "too_many_values", "P015", b"notes:\n" + b"  - a\n" * 30_000
    yield "too_many_keys", "P015", b"".join(b"k%d: 1\n" % n for n in range(30_000))
    yield "tab_indent", "P014", swap("  crm:\n    csv: deals.csv", "  crm:\n\tcsv: deals.csv")
    yield "tab_start", "P014", b"\tpayoff: 1\n"
    yield "unclosed_quote", "P004", swap("question: Do drills", 'question: "Do drills')
    yield "unclosed_list", "P004", swap("secondary: [refunds]", "secondary: [refunds")
    yield "unclosed_map", "P004", swap("vp sales}", "vp sales")
    yield "colon_in_value", "P004", swap("label: Deals won", "label: Deals: won: twice")
    yield "backtick", "P004", swap("label: Deals won", "label: `Deals`")
    yield "at_sign", "P004", swap("label: Deals won", "label: @deals")
    yield "bad_indent", "P004", swap("    better: higher\n    missing", "   better: higher\n    missing")
    yield "bad_escape", "P004", swap("label: Deals won", 'label: "\\q"')
    yield "list_at_top", "P013", b"- payoff: 1\n"
    yield "text_at_top", "P013", b"hello\n"
    yield "number_at_top", "P013", b"42\n"
    yield "anchor", "P006", swap("currency: USD", "currency: &c USD")
    yield "alias", "P006", swap("owner: a.ruiz}", "owner: *c}")
    yield "alias_key", "P006", swap("currency: USD", "*c : USD")
    yield "billion_laughs", "P006", b"a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n"
    yield "tag_python", "P007", swap("currency: USD", "currency: !!python/object/apply:os.system [ls]")
    yield "tag_custom", "P007", swap("currency: USD", "currency: !money USD")
    yield "tag_binary", "P007", swap("currency: USD", "currency: !!binary VVNE")
    yield "merge_key", "P008", swap("  crm:\n", "  crm:\n    <<: {csv: x.csv}\n")
    yield "two_documents", "P009", VALID.encode() + b"---\npayoff: 1\n"
    yield "directive", "P010", b"%YAML 1.1\n---\n" + VALID.encode()
    yield "unknown_directive", "P010", b"%TAG ! tag:x,2000:\n---\n" + VALID.encode()
    yield "duplicate_top", "P011", VALID.encode() + b"currency: EUR\n"
    yield (
        "duplicate_deep",
        "P011",
        swap("missing: zero\n    owner: sales ops\n    sql", "unit: x\n    owner: y\n    sql"),
    )
    yield "duplicate_metric", "P011", swap("  refund_rate:\n    unit", "  refunds:\n    unit")
    yield "complex_key", "P016", swap("currency: USD", "? {a: b}\n: USD")


def _structure_cases() -> Iterator[tuple[str, str, bytes]]:
    yield "typo_top", "P101", swap("currency: USD", "curency: USD")
    yield "typo_metric_key", "P101", swap("label: Deals won", "lable: Deals won")
    yield "typo_design_key", "P101", swap("follow_up:", "folow_up:")
    yield "typo_cost_key", "P101", swap("source: invoice", "sorce: invoice")
    yield "number_key", "P101", swap("currency: USD", "currency: USD\n12: x")
    yield "huge_key", "P101", swap("currency: USD", f"currency: USD\n? {'k' * 5000}\n: x")
    for key in ("payoff: 1", "study: drills", "currency: USD", "horizon_months: 12"):
        yield f"without_{key.split(':')[0]}", "P102", swap(f"{key}\n", "")
    yield "without_question", "P102", swap("question: Do drills raise closed deals?\n", "")
    yield "without_type", "P102", swap("  type: rct\n", "")
    yield "without_unit", "P102", swap("    unit: deals/rep/month\n", "")
    yield "without_category", "P102", swap("    category: revenue\n", "")
    yield "without_cash", "P102", swap("    cash: true\n", "")
    yield "without_finance", "P102", swap("finance: p.okoro, ", "")
    yield "version_2", "P109", swap("payoff: 1", "payoff: 2")
    yield "version_text", "P109", swap("payoff: 1", "payoff: one")
    yield "people_text", "P104", swap("{analyst: a.ruiz, finance: p.okoro, sponsor: vp sales}", "everybody")
    yield (
        "metrics_list",
        "P104",
        swap("guardrail: {refund_rate", "guardrail: [refund_rate").replace(b'most"}', b'most"]'),
    )
    yield "sources_null", "P104", b"payoff: 1\nsources:\n"
    yield "owner_number", "P104", swap("label: Deals won\n", "label: 12\n")
    yield "label_null", "P104", swap("claim: Drills raise deals", "claim:")
    yield "cash_text", "P104", swap("cash: true", "cash: yes")
    yield "horizon_text", "P104", swap("horizon_months: 12", "horizon_months: a year")
    yield "horizon_fraction", "P104", swap("horizon_months: 12", "horizon_months: 12.5")
    yield "amount_null", "P104", swap("amount: 18000", "amount: null")
    yield "amount_list", "P104", swap("amount: 18000", "amount: [18000]")
    yield "empty_text", "P110", swap("claim: Drills raise deals", 'claim: ""')
    yield "long_text", "P110", swap("claim: Drills raise deals", "claim: " + "x" * 5000)
    yield "better_up", "P109", swap("better: higher", "better: up")
    yield "category_profit", "P109", swap("category: revenue", "category: profit")  # OUT-15
    yield "kind_once", "P109", swap("kind: one_time", "kind: once")
    yield "cost_category", "P109", swap("category: learner_time", "category: learnertime")
    yield "period_fortnight", "P109", swap("period: month", "period: fortnight")
    yield "type_unknown", "P109", swap("type: rct", "type: rtc")
    yield "name_with_space", "P111", swap("  refund_rate:\n", "  refund rate:\n")
    yield "study_path", "P111", swap("study: drills", "study: ../../etc/passwd")
    yield "study_slash", "P111", swap("study: drills", "study: a/b")
    yield "assumption_named_lift", "P111", swap("  discount:", "  lift:")
    yield "assumption_named_reps", "P111", swap("  discount:", "  reps:")
    yield "assumption_keyword", "P111", swap("  discount:", "  lambda:")
    yield "source_sql_word", "P111", swap("  people: {csv", "  select: {csv")
    yield (
        "sources_differ_in_case",
        "P111",
        swap("  people: {csv", "  CRM: {csv: x.csv, steward: y}\n  people: {csv"),
    )
    yield "xapi_source", "P112", swap("people: {csv: people.csv", "people: {xapi: lrs, csv: people.csv")
    yield "rubric_metric", "P112", swap("label: Deals won", "rubric: r.yml")
    terms = "  terms: {early: 0..1, late: 2..}\n  verdict_term: late\n"
    yield "one_arm", "P710", swap(terms, "  arms: [control]\n")
    yield "the_same_arm_twice", "P710", swap(terms, "  arms: [control, drills, drills]\n")
    yield "arms_and_terms", "P113", swap("verdict_term: late", "arms: [no, late]\n  verdict_term: late")
    yield "factors_and_an_arm", "P113", swap(terms, "  factors: {content: treat = 1}\n")
    yield "matched_with_harmonics", "P709", swap("type: rct", "type: rct\n  harmonics: 2")
    yield "decision_in_the_baseline", "P701", swap("type: rct", "type: rct\n  decision_on: 2020-01-01")
    yield (
        "factor_of_an_unknown_column",
        "P308",
        swap("type: rct", "type: rct\n  subgroups: {region: nowhere}"),
    )
    yield "placebo_unknown", "P201", swap("primary: deals_won", "primary: deals_won\n  placebo: [weather]")
    yield "mediator_unknown", "P201", VALID.encode() + b"explore: {mediator: weather}\n"
    yield "stories", "P112", VALID.encode() + b"stories: []\n"
    yield "two_files", "P113", swap("csv: people.csv", "csv: people.csv, parquet: people.parquet")
    yield "no_file", "P102", swap("csv: people.csv, ", "")
    yield "sheet_of_csv", "P113", swap("csv: people.csv", "csv: people.csv, sheet: A")
    yield "url", "P119", swap("csv: deals.csv", "csv: https://example.org/deals.csv")
    yield "glob", "P119", swap("csv: deals.csv", "csv: deals_*.csv")
    yield "path_number", "P104", swap("csv: deals.csv", "csv: 7")
    yield "unit_not_a_unit", "P114", swap("unit: deals/rep/month", "unit: 12 / ?? deals")
    yield "currency_unknown", "P115", swap("currency: USD", "currency: USS")
    yield "currency_sign", "P115", swap("currency: USD", "currency: $")
    yield (
        "claimed_twice",
        "P412",
        swap("    cash: true\n", "    cash: true\n    claims: deals\n" + SECOND_CLAIM),
    )
    yield (
        "time_as_cash",
        "P413",
        swap(FORMULA, "    converter: time_saved\n    uses: {hourly_rate: margin}\n"),
    )
    yield "converter_lacks", "P414", swap(FORMULA, "    converter: deals\n")
    yield "converter_unknown", "P109", swap(FORMULA, "    converter: dealz\n")
    yield "converter_role", "P414", swap(FORMULA, "    converter: deals\n    uses: {prize: deal_value}\n")
    yield "converter_and_formula", "P113", swap(FORMULA, FORMULA + "    converter: deals\n")
    yield "neither_formula", "P102", swap(FORMULA, "")
    percent = swap("unit: deals/rep/month", 'unit: "%"').decode()
    percent = percent.replace("unit: refunds/deal", "unit: refunds/rep/month")
    conversion = "    converter: conversion\n    uses: {leads: deal_value, price: deal_value}\n"
    yield "percent_as_share", "P415", swap(FORMULA, conversion, percent)
    other_prices = "deal_value: {low: 4500, mid: 5000, high: 5500, price_base: 2019 prices, unit"
    mixed = swap("margin: {low: 30%", "margin: {basis: gross, low: 30%").decode()
    yield "gross_and_net", "P416", swap("USD/deal, source", "USD/deal, basis: net, source", mixed)
    yield "other_prices", "P612", swap("deal_value: {low: 4500, mid: 5000, high: 5500, unit", other_prices)
    yield "no_rate", "P613", swap("amount: 18000, kind", "amount: 18000, currency: EUR, kind")
    yield "rate_zero", "P613", VALID.encode() + exchange("rate: 0")
    yield "rate_twice", "P604", VALID.encode() + exchange("rate: 1.1, low: 1, mid: 1, high: 1")
    yield "rate_of_nothing", "P115", VALID.encode() + exchange("rate: 1.1").replace(b"EUR", b"EUX")
    yield (
        "rho_beyond",
        "P614",
        VALID.encode() + b"correlations: [{between: [deal_value, margin], rho: 1.5}]\n",
    )
    yield (
        "rho_unknown",
        "P614",
        VALID.encode() + b"correlations: [{between: [deal_value, price], rho: 0.5}]\n",
    )
    yield (
        "late_refresh",
        "P615",
        VALID.encode() + b"sustain: {refresh: [{month: 12, item: Day, amount: 1}]}\n",
    )
    no_money = b"sustain: {refresh: [{month: 6, item: Day, amount: 500 * reps}]}\n"
    yield "refresh_no_money", "P401", VALID.encode() + no_money
    yield "onset_negative", "P106", swap("    cash: true\n", "    cash: true\n    onset_months: -1\n")
    skewed = "deal_value: {low: 4500, mid: 4600, high: 9000, shape: lognormal, unit"
    yield "lognormal_mid", "P603", swap("deal_value: {low: 4500, mid: 5000, high: 5500, unit", skewed)
    few = "deal_value: {values: [4500, 5000], unit"
    yield "few_values", "P604", swap("deal_value: {low: 4500, mid: 5000, high: 5500, unit", few)
    yield "horizon_zero", "P606", swap("horizon_months: 12", "horizon_months: 0")
    yield "horizon_long", "P606", swap("horizon_months: 12", "horizon_months: 121")
    yield "min_cell_zero", "P106", swap("min_cell: 5", "min_cell: 0")
    yield "one_person", "P607", swap("finance: p.okoro, sponsor", "finance: A.Ruiz, sponsor")
    yield "quote_without_consent", "P102", VALID.encode() + b"quote: {text: Great, role: rep}\n"
    yield "quote_consent_text", "P104", VALID.encode() + b"quote: {text: Great, role: rep, consent: sure}\n"


def _metric_cases() -> Iterator[tuple[str, str, bytes]]:
    yield "primary_unknown", "P201", swap("primary: deals_won", "primary: deals_win")
    yield "primary_missing", "P202", swap("  primary: deals_won\n", "")  # OUT-16
    yield "primary_two", "P202", swap("primary: deals_won", "primary: [deals_won, refunds]")  # OUT-16
    yield "secondary_three", "P203", swap("[refunds]", "[refunds, refund_rate, deals_won]")  # OUT-16
    yield "secondary_is_primary", "P212", swap("[refunds]", "[deals_won]")
    yield "guardrail_unknown", "P201", swap("guardrail: {refund_rate", "guardrail: {refunds_rate")
    rule = "+0.005 at most"
    for name, bad in (
        ("guardrail_vague", "not much"),
        ("guardrail_without_at_most", "0.005"),
        ("guardrail_wrong_unit", "2 min at most"),
        ("guardrail_points_of_a_ratio", "+0.5 pp at most"),
        ("guardrail_of_improvement", "-0.005 at most"),
    ):
        yield name, "P213", swap(rule, bad)
    yield (
        "owner_missing",
        "P204",
        swap("missing: zero\n    owner: sales ops\n    sql", "missing: zero\n    sql"),
    )  # KPI-06
    yield "baseline_change", "P205", swap("label: Deals won", "baseline: -5%")  # KPI-04
    yield "baseline_two", "P206", swap("label: Deals won", "baseline: 3 or 10 deals/week")  # KPI-04
    yield "target_two", "P206", swap("label: Deals won", "target: +8% or 12 deals/week")
    yield "label_two", "P206", swap("label: Deals won", "label: AHT / deals closed")  # W13
    yield "cycle_self", "P207", swap("expr: refunds / deals_won", "expr: refund_rate * 2")
    yield (
        "cycle_two",
        "P207",
        swap("source: crm\n    on: refunded_on\n    expr: count(*)", "expr: refund_rate * deals_won"),
    )
    yield "expr_unknown_metric", "P208", swap("refunds / deals_won", "refunds / deals_win")
    yield "expr_not_arithmetic", "P208", swap("refunds / deals_won", "sum(refunds)")
    yield "expr_without_on", "P208", swap("    on: refunded_on\n", "")
    yield "expr_without_aggregate", "P208", swap("expr: count(*)", "expr: amount")
    yield "expr_unit_wrong", "P114", swap("unit: refunds/deal\n", "unit: min/call\n")
    yield "expr_source_unknown", "P303", swap("source: crm\n    on", "source: crn\n    on")
    chain = "".join(
        f"  m{n}: {{unit: refunds/deal, better: lower, owner: x, expr: m{n + 1} + m{n + 2}}}\n"
        for n in range(30)
    )
    ends = "".join(
        f"  m{n}: {{unit: refunds/deal, better: lower, owner: x, expr: refund_rate}}\n" for n in (30, 31)
    )
    yield "expr_explodes", "P208", swap("\noutcome:\n", f"{chain}{ends}\noutcome:\n")
    yield "sql_and_expr", "P113", swap("    expr: count(*)", "    expr: count(*)\n    sql: select 1")
    yield "no_definition", "P211", swap("    expr: refunds / deals_won\n", "")
    yield "weighted_part", "P208", swap("count(*) as value\n", "count(*) as value, 2 as weight\n")


def _sql_cases() -> Iterator[tuple[str, str, bytes]]:
    table = "from crm where stage"
    yield "sql_syntax", "P301", swap(table, "from where stage")
    yield "sql_unclosed_quote", "P301", swap("'won'", "'won")
    yield "sql_nesting", "P301", swap("count(*) as value", "(" * 500 + "1" + ")" * 500 + " as value")
    yield "sql_parameter", "P301", swap("stage = 'won'", "stage = ?")
    yield "sql_long", "P301", swap("stage = 'won'", "stage = '" + "x" * 30_000 + "'")
    yield "sql_drop", "P302", swap("sql: select rep_id", "sql: drop table crm; select rep_id")
    yield "sql_two", "P302", swap("treat, tenure from people", "treat, tenure from people; select 1")
    yield (
        "sql_copy",
        "P302",
        swap("select rep_id, manager_id, region, treat, tenure from people", "copy people to 'x.csv'"),
    )
    yield (
        "sql_insert_cte",
        "P302",
        swap("select rep_id, manager_id", "with x as (delete from people) select rep_id, manager_id"),
    )
    yield (
        "sql_attach",
        "P302",
        swap("select rep_id, manager_id, region, treat, tenure from people", "attach 'x' as y"),
    )
    yield "table_unknown", "P303", swap(table, "from crn where stage")
    yield "table_of_schema", "P303", swap(table, "from information_schema.tables where stage")
    yield "table_file", "P303", swap(table, "from 'deals.csv' where stage")
    yield "read_csv", "P304", swap(table, "from read_csv('/etc/passwd') where stage")  # OUT-21
    yield "read_parquet", "P304", swap(table, "from read_parquet('s3://x/y') where stage")
    yield "glob_function", "P304", swap(table, "from glob('*') where stage")
    yield "getenv", "P304", swap("count(*) as value", "getenv('HOME') as value")
    yield (
        "include_subquery_file",
        "P303",
        swap("include: tenure >= 90", "include: tenure in (select 1 from 'x.csv')"),
    )
    yield "random", "P305", swap("count(*) as value", "random() as value")
    yield "clock", "P305", swap("stage = 'won'", "closed_on < now()")
    yield "today", "P305", swap("include: tenure >= 90", "include: current_date > date '2020-01-01'")
    yield "no_unit_column", "P306", swap("select rep_id, date_trunc", "select person, date_trunc")
    yield "no_period_column", "P306", swap("as month,", "as m,")
    yield "no_value_column", "P306", swap("count(*) as value", "count(*) as n")
    yield "cohort_without_unit", "P306", swap("select rep_id, manager_id", "select manager_id")
    yield "arm_two", "P307", swap("arm: treat = 1", "arm: treat, 1")
    yield "arm_from", "P307", swap("arm: treat = 1", "arm: treat from people")
    yield "arm_star", "P307", swap("arm: treat = 1", 'arm: "*"')
    yield "arm_escape", "P301", swap("arm: treat = 1", "arm: 1) or (1 = 1")
    yield "arm_unknown_column", "P308", swap("arm: treat = 1", "arm: treated = 1")
    yield "cluster_unknown", "P308", swap("cluster: manager_id", "cluster: manger_id")
    yield "filter_unknown", "P308", swap("include: tenure >= 90", "filters: [regoin]")
    yield (
        "cohort_source_unknown",
        "P303",
        swap("sql: select rep_id, manager_id, region, treat, tenure from people", "source: persons"),
    )
    yield (
        "cohort_nowhere",
        "P102",
        swap("  sql: select rep_id, manager_id, region, treat, tenure from people\n", ""),
    )
    yield "cohort_twice", "P113", swap("  include: tenure", "  source: people\n  include: tenure")
    two = '{sql: "select 1, 2 from crm", unit: USD/deal, source: CRM, owner: p.okoro}'
    yield (
        "assumption_two_columns",
        "P306",
        swap("{low: 4500, mid: 5000, high: 5500, unit: USD/deal, source: CRM, owner: p.okoro}", two),
    )


CASES = [
    *_file_cases(),
    *_layout_cases(),
    *origin_cases(),
    *_structure_cases(),
    *_metric_cases(),
    *_sql_cases(),
    *design_cases(),
    *money_cases(),
    *pilot_cases(),
]

_BENEFIT = VALID[VALID.index("value:\n") : VALID.index("assumptions:\n")]
WARNINGS = [
    (
        "layout_from_memory",
        "P122",
        swap("{csv: people.csv,", "{csv: people.csv, profile: genesys-conversations,"),
    ),
    ("no_benefit", "P409", swap(_BENEFIT, "")),
    (
        "no_steward",
        "P210",
        swap("{csv: people.csv, key: rep_id, steward: hr}", "{csv: people.csv, key: rep_id}"),
    ),
    ("baseline_short", "P702", swap("2025-10-01..2026-03-31", "2026-02-01..2026-03-31")),  # BAS-03
    (
        "bold_lift",
        "P505",
        swap("expected: 5%..10%", "expected: 5%..25%").replace(b"    source: 2025 pilot\n", b""),
    ),
    ("unsourced", "P504", swap("    source: 2025 pilot\n", "")),  # OUT-07
    ("revenue_without_margin", "P406", swap("* deal_value * margin", "* deal_value")),  # FIN-04
    (  # FIN-04: one price at its margin does not vouch for the next
        "revenue_beside_margin",
        "P406",
        swap(
            "deal_value * margin",
            "deal_value * margin + lift * baseline * reps * months * deal_value",
        ),
    ),
    (
        "unused_assumption",
        "P610",
        swap("  discount:", "  spare: {value: 1, source: x, owner: y}\n  discount:"),
    ),
    ("no_costs", "P408", VALID.partition("costs:")[0].encode()),
    ("no_implementation", "P411", swap("category: implementation", "category: development")),  # FIN-25
    (
        "one_effect_two_ways",
        "P417",
        swap(
            "    cash: true\n",
            "    cash: true\n"
            + SECOND_CLAIM.replace(
                "margin\n    cash: true\n    claims: deals", "margin * margin\n    cash: true"
            ),
        ),
    ),
    ("late_cost", "P616", swap("kind: one_time,", "kind: one_time, month: 30,")),
    ("no_discount", "P609", swap("  discount: {value: 8%, source: treasury, owner: p.okoro}\n", "")),
    ("placeholder_ask", "P611", VALID.encode() + b"ask: Say here what the reader is asked to decide.\n"),
    ("small_cells", "P608", swap("min_cell: 5", "min_cell: 3")),
    ("orphan_metric", "P209", swap('  guardrail: {refund_rate: "+0.005 at most"}\n', "")),  # OUT-06
]
