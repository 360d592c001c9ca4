"""Ways to get the design and the money of a study wrong."""

from collections.abc import Iterator

from study_valid import DID, swap


def design_cases() -> Iterator[tuple[str, str, bytes]]:
    yield "date_february_30", "P107", swap("..2026-03-31", "..2026-02-30")
    yield "date_month_13", "P107", swap("..2026-03-31", "..2026-13-01")
    yield "date_slashes", "P107", swap("..2026-03-31", "..31/03/2026")
    yield "date_year_3", "P107", swap("2025-10-01..", "0003-10-01..")
    yield "window_single", "P108", swap("2025-10-01..2026-03-31", "2025-10-01")
    yield "window_backwards", "P108", swap("2025-10-01..2026-03-31", "2026-03-31..2025-10-01")
    yield "window_number", "P108", swap("2025-10-01..2026-03-31", "2025")
    yield "windows_overlap", "P701", swap("..2026-03-31", "..2026-04-30")  # BAS-06
    yield "windows_swapped", "P701", swap("2025-10-01..2026-03-31", "2027-10-01..2028-03-31")
    yield "arm_missing", "P703", swap("  arm: treat = 1\n", "")
    yield "launch_missing", "P703", swap("  launch: region\n", "", DID)
    yield "waves_missing", "P703", swap("launch: region", "wave: region", DID)
    yield (
        "wave_date",
        "P107",
        swap("launch: region", "wave: region\n  waves: {A: 2026-04-01, B: 2026-13-01}", DID),
    )
    yield (
        "wave_in_baseline",
        "P701",
        swap("launch: region", "wave: region\n  waves: {A: 2026-01-01, B: 2026-04-01}", DID),
    )
    yield (
        "no_wave_in_follow_up",
        "P707",
        swap("launch: region", "wave: region\n  waves: {A: 2027-01-01}", DID),
    )
    yield (
        "launch_and_waves",
        "P113",
        swap("launch: region", "launch: region\n  wave: region\n  waves: {A: 2026-04-01}", DID),
    )
    waves = "wave: region\n  waves: {A: 2026-04-01, B: 2026-05-01}"
    yield "fixed_effects_over_waves", "P711", swap("launch: region", waves, DID)
    yield "arm_in_did", "P709", swap("launch: region", "launch: region\n  arm: treat = 1", DID)
    yield "method_unknown", "P704", swap("method: difference_in_means", "method: diff_in_means")
    yield "method_of_other_design", "P704", swap("method: difference_in_means", "method: fixed_effects")
    yield "second_is_first", "P704", swap("second: covariate_adjusted", "second: difference_in_means")
    yield "verdict_term_unknown", "P705", swap("verdict_term: late", "verdict_term: later")
    yield "terms_overlap", "P706", swap("late: 2..}", "late: 1..}")
    yield "terms_two_open", "P706", swap("early: 0..1", "early: 0..")
    yield "term_negative", "P117", swap("early: 0..1", "early: -1")
    yield "term_text", "P117", swap("early: 0..1", "early: soon")
    yield "term_backwards", "P117", swap("early: 0..1", "early: 1..0")
    yield "share_one", "P708", swap("expected_share: 0.5", "expected_share: 1.5")
    yield "share_by_zero", "P105", swap("expected_share: 0.5", "expected_share: 1/0")
    yield "launch_in_rct", "P709", swap("arm: treat = 1", "arm: treat = 1\n  launch: region")
    yield "rct_not_randomised", "P113", swap("arm: treat = 1", "arm: treat = 1\n  randomised: false")


def money_cases() -> Iterator[tuple[str, str, bytes]]:
    low = "deal_value: {low: 4500, mid: 5000, high: 5500"
    yield "expected_bare", "P501", swap("expected: 5%..10%", "expected: 5..10")
    yield "expected_number", "P501", swap("expected: 5%..10%", "expected: 0.1")
    yield "expected_both", "P501", swap("expected: 5%..10%", "expected: 5%..10% deals")
    yield "expected_backwards", "P118", swap("expected: 5%..10%", "expected: 10%..5%")
    yield "expected_wrong_unit", "P114", swap("expected: 5%..10%", "expected: 1..2 min/call")
    yield "threshold_mixed", "P501", swap("max(break_even, 2%)", "max(break_even, 2 deals/rep/month)")
    yield "threshold_range", "P502", swap("max(break_even, 2%)", "2%..4%")
    yield "threshold_negative", "P502", swap("max(break_even, 2%)", "max(break_even, -2%)")
    yield "hypothesis_unknown_metric", "P201", swap("metric: deals_won\n", "metric: deals\n")
    yield "hypothesis_of_other", "P503", swap("metric: deals_won\n", "metric: refunds\n")
    yield (
        "hypothesis_twice",
        "P506",
        swap(
            "    source: 2025 pilot\n",
            "    source: 2025 pilot\n  - {id: H2, claim: x, metric: deals_won, expected: 5%, source: y}\n",
        ),
    )
    yield "formula_unknown_name", "P402", swap("deal_value * margin", "deal_valeu * margin")
    yield "formula_call", "P403", swap("* margin", "* exp(margin)")
    yield "formula_attribute", "P403", swap("* margin", "* margin.__class__")
    yield (
        "formula_import",
        "P403",
        swap("lift * baseline * reps * months * deal_value * margin", "__import__('os').system('ls')"),
    )
    yield "formula_syntax", "P403", swap("* margin", "* * * margin")
    yield "formula_deep", "P403", swap("* margin", "* " + "(" * 240 + "margin" + ")" * 240)
    yield "formula_long", "P403", swap("* margin", "* margin" * 100)
    yield (
        "formula_without_volume",
        "P401",
        swap("lift * baseline * reps * months", "lift * baseline * reps"),
    )  # FIN-07
    yield "formula_unlike_terms", "P401", swap("* deal_value * margin", "* (deal_value + months)")
    yield "formula_without_lift", "P404", swap("lift * baseline", "baseline")
    yield "benefit_of_secondary", "P405", swap("cash: true", "cash: true\n    metric: refunds")
    yield "margin_140", "P103", swap("high: 50%, source: FP&A", "high: 140%, source: FP&A")
    yield (
        "percent_as_a_factor",
        "P501",
        swap("{low: 30%, mid: 40%, high: 50%,", "{low: 30, mid: 40, high: 50, unit: pp,"),
    )
    yield "margin_negative", "P103", swap("{low: 30%,", "{low: -30%,")
    yield "haircut_2", "P103", swap("value: 0.7", "value: 2")
    yield "discount_minus_100", "P605", swap("value: 8%", "value: -100%")
    yield "discount_800", "P605", swap("value: 8%", "value: 8")
    yield "half_life_zero", "P605", swap("{low: 4, mid: 6", "{low: 0, mid: 6")
    yield "half_life_weeks", "P605", swap("unit: months", "unit: weeks")
    yield "number_separators", "P105", swap("mid: 5000", 'mid: "5,000"')
    yield "number_currency", "P105", swap("mid: 5000", "mid: $5000")
    yield "number_bool", "P105", swap("mid: 5000", "mid: true")
    yield "number_infinite", "P106", swap("mid: 5000", "mid: 1e999")
    yield "number_nan", "P105", swap("mid: 5000", "mid: .nan")
    yield "number_huge", "P106", swap("mid: 5000", "mid: 1e18")
    yield "number_digits", "P106", swap("mid: 5000", "mid: " + "9" * 5000)
    yield "out_of_order", "P603", swap(low, "deal_value: {low: 5500, mid: 5000, high: 4500")
    yield "mid_missing", "P604", swap(low, "deal_value: {low: 4500, high: 5500")
    yield "no_value", "P604", swap(low + ",", "deal_value: {")
    yield "two_forms", "P604", swap(low, "deal_value: {value: 5000, low: 4500, mid: 5000, high: 5500")
    yield "range_without_sql", "P113", swap(low, "deal_value: {range: 80%..120%, value: 5000")
    yield "range_text", "P118", swap(low, 'deal_value: {range: wide, sql: "select 1 from crm"')
    yield "source_missing", "P601", swap("source: FP&A, ", "")
    yield "assumption_owner_missing", "P602", swap(", source: CRM, owner: p.okoro}", ", source: CRM}")
    yield "assumption_unit", "P114", swap("unit: USD/deal", "unit: USD per deal!")
    yield "applied_elsewhere", "P113", swap("source: FP&A,", "source: FP&A, applied: once,")
    yield "cost_negative", "P407", swap("amount: 18000", "amount: -18000")
    yield "cost_huge", "P106", swap("amount: 18000", "amount: 1e300")
    yield "cost_power_tower", "P106", swap("amount: 18000", "amount: 9 ** 9 ** 9")
    yield "cost_digits", "P106", swap("amount: 18000", "amount: 1" + "0" * 400)
    yield "cost_unit", "P401", swap("amount: 18000", "amount: half_life * 3")
    yield "cost_on_lift", "P410", swap("amount: 18000", "amount: lift * deal_value")
    yield "cost_twice", "P113", swap("amount: 18000", "amount: 18000, hours: 3")
    yield "cost_hours_alone", "P102", swap("hours: 20 * 12, rate: 48, ", "hours: 20 * 12, ")
    yield "cost_none", "P102", swap("amount: 18000, ", "")
