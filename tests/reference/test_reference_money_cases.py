"""Published and worked returns, line by line: every input, every step, and what must be refused.

Each case gives inputs, the lines to work out and what they must come to. Inputs marked recalled are
consistent worked examples, not quotations; where a source prints something that does not follow from its
own inputs, `prints` says what, and the right figure stands here.
"""

from dataclasses import dataclass, field

import pytest

from payoff.finance import work_out


@dataclass(frozen=True)
class Case:
    """expected: line → (value, tolerance). refused: (line, formula, what its refusal must name)."""

    name: str
    source: str
    inputs: dict[str, float]
    lines: dict[str, str]
    expected: dict[str, tuple[float, float]]
    recalled: bool = False
    prints: str = ""
    refused: tuple[str, str, tuple[str, ...]] | None = None
    labels: dict[str, str] = field(default_factory=dict)


CASES = [
    Case(
        name="source-sales-base",
        source="a training vendor's worked example",
        inputs={
            "reps": 20,
            "deals_per_rep_month": 10,
            "deal_value": 5000,
            "months": 12,
            "lift": 0.1,
            "cost": 50000,
        },
        lines={
            "extra_deals_month": "reps*deals_per_rep_month*lift",
            "benefit": "extra_deals_month*deal_value*months",
            "net": "benefit-cost",
            "roi": "net/cost",
            "bcr": "benefit/cost",
            "payback_months": "cost/(benefit/months)",
            "net_per_rep": "net/reps",
            "breakeven_lift": "cost/(reps*deals_per_rep_month*deal_value*months)",
        },
        expected={
            "extra_deals_month": (20, 1e-06),
            "benefit": (1200000, 1e-06),
            "net": (1150000, 1e-06),
            "roi": (23.0, 1e-06),
            "bcr": (24.0, 1e-06),
            "payback_months": (0.5, 1e-06),
            "net_per_rep": (57500, 1e-06),
            "breakeven_lift": (0.004166666666666667, 1e-09),
        },
    ),
    Case(
        name="source-sales-lift-05",
        source="a training vendor's worked example",
        inputs={
            "reps": 20,
            "deals_per_rep_month": 10,
            "deal_value": 5000,
            "months": 12,
            "lift": 0.05,
            "cost": 50000,
        },
        lines={
            "extra_deals_month": "reps*deals_per_rep_month*lift",
            "benefit": "extra_deals_month*deal_value*months",
            "net": "benefit-cost",
            "roi": "net/cost",
            "bcr": "benefit/cost",
        },
        expected={"benefit": (600000, 1e-06), "net": (550000, 1e-06), "roi": (11.0, 1e-06)},
        prints="about 1,150%: the source halved the ROI; cost does not halve",
    ),
    Case(
        name="source-sales-lift-15",
        source="a training vendor's worked example",
        inputs={
            "reps": 20,
            "deals_per_rep_month": 10,
            "deal_value": 5000,
            "months": 12,
            "lift": 0.15,
            "cost": 50000,
        },
        lines={
            "extra_deals_month": "reps*deals_per_rep_month*lift",
            "benefit": "extra_deals_month*deal_value*months",
            "net": "benefit-cost",
            "roi": "net/cost",
            "bcr": "benefit/cost",
        },
        expected={"benefit": (1800000, 1e-06), "net": (1750000, 1e-06), "roi": (35.0, 1e-06)},
        prints="about 3,450%: the source multiplied the ROI by 1.5",
    ),
    Case(
        name="source-sales-haircut",
        source="a training vendor's worked example",
        inputs={
            "reps": 20,
            "deals_per_rep_month": 10,
            "deal_value": 5000,
            "months": 12,
            "lift": 0.1,
            "cost": 50000,
            "haircut": 0.7,
        },
        lines={
            "benefit": "reps*deals_per_rep_month*lift*haircut*deal_value*months",
            "net": "benefit-cost",
            "roi": "net/cost",
        },
        expected={"benefit": (840000, 0.001), "net": (790000, 0.001), "roi": (15.8, 1e-06)},
    ),
    Case(
        name="source-support-aht",
        source="a training vendor's worked example",
        inputs={
            "agents": 50,
            "aht_min": 12,
            "cost_per_min": 0.5,
            "reduction": 0.08,
            "calls_per_agent_month": 160,
            "months": 12,
            "cost": 40000,
        },
        lines={
            "min_saved_per_call": "aht_min*reduction",
            "min_per_agent_month": "min_saved_per_call*calls_per_agent_month",
            "min_month": "min_per_agent_month*agents",
            "saving_month": "min_month*cost_per_min",
            "benefit": "saving_month*months",
            "net": "benefit-cost",
            "roi": "net/cost",
            "payback_months": "cost/saving_month",
            "breakeven_reduction": "cost/(aht_min*calls_per_agent_month*agents*cost_per_min*months)",
            "breakeven_haircut": "cost/benefit",
            "hours_per_agent_month": "calls_per_agent_month*aht_min/60",
            "formula_as_written": "aht_min*reduction*cost_per_min*agents",
        },
        expected={
            "min_saved_per_call": (0.96, 1e-06),
            "min_per_agent_month": (153.6, 1e-06),
            "min_month": (7680, 1e-06),
            "saving_month": (3840, 1e-06),
            "benefit": (46080, 1e-06),
            "net": (6080, 1e-06),
            "roi": (0.152, 1e-06),
            "payback_months": (10.4166667, 1e-06),
            "breakeven_reduction": (0.0694444, 1e-06),
            "breakeven_haircut": (0.8680556, 1e-06),
            "hours_per_agent_month": (32, 1e-06),
            "formula_as_written": (24, 1e-06),
        },
    ),
    Case(
        name="source-support-haircut",
        source="a training vendor's worked example",
        inputs={
            "agents": 50,
            "aht_min": 12,
            "cost_per_min": 0.5,
            "reduction": 0.08,
            "calls_per_agent_month": 160,
            "months": 12,
            "cost": 40000,
            "haircut": 0.7,
        },
        lines={
            "benefit": "aht_min*reduction*haircut*calls_per_agent_month*agents*cost_per_min*months",
            "net": "benefit-cost",
            "roi": "net/cost",
        },
        expected={"benefit": (32256, 1e-06), "net": (-7744, 1e-06), "roi": (-0.1936, 1e-06)},
    ),
    Case(
        name="source-onboarding-12-to-9",
        source="a training vendor's article",
        inputs={
            "weeks_before": 12,
            "weeks_after": 9,
            "cost_per_month": 10000,
            "weeks_per_month": 4.333333333333333,
            "days_per_month": 30.4375,
        },
        lines={
            "weeks_saved": "weeks_before-weeks_after",
            "share_saved": "weeks_saved/weeks_before",
            "saving_per_hire_52_12": "weeks_saved*cost_per_month/weeks_per_month",
            "saving_per_hire_4wk": "weeks_saved*cost_per_month/4",
            "saving_per_hire_days": "weeks_saved*7*cost_per_month/days_per_month",
            "saving_linear_ramp": "saving_per_hire_52_12/2",
        },
        expected={
            "weeks_saved": (3, 1e-06),
            "share_saved": (0.25, 1e-06),
            "saving_per_hire_52_12": (6923.0769, 0.001),
            "saving_per_hire_4wk": (7500, 1e-06),
            "saving_per_hire_days": (6899.384, 0.001),
            "saving_linear_ramp": (3461.5385, 0.001),
        },
        refused=(
            "roi",
            "(saving_per_hire_52_12 * hires - cost) / cost",
            ("number of hires missing", "program cost missing"),
        ),
        labels={"hires": "number of hires", "cost": "program cost"},
    ),
    Case(
        name="source-deal-size-4pct",
        source="a training vendor's article",
        inputs={"lift": 0.04},
        lines={"benefit_per_dollar_of_trained_baseline_revenue_at_full_margin": "lift*1.0"},
        expected={"benefit_per_dollar_of_trained_baseline_revenue_at_full_margin": (0.04, 1e-06)},
        refused=(
            "roi",
            "(lift * baseline_revenue * margin - cost) / cost",
            (
                "baseline revenue of trained reps missing",
                "contribution margin missing",
                "program cost missing",
            ),
        ),
        labels={
            "baseline_revenue": "baseline revenue of trained reps",
            "margin": "contribution margin",
            "cost": "program cost",
        },
    ),
    Case(
        name="phillips-retail-selling-skills",
        source="J. J. Phillips, Return on Investment in Training and Performance "
        "Improvement Programs (2nd ed.), retail selling-skills case",
        inputs={
            "avg_weekly_sales_trained": 12075,
            "avg_weekly_sales_control": 10449,
            "profit_contribution": 0.02,
            "contribution_used_per_week": 32.5,
            "participants": 46,
            "weeks": 48,
            "facilitation": 11250,
            "materials": 1680,
            "meals": 4032,
            "facilities": 1080,
            "participant_salaries_benefits": 12442,
            "coordination_evaluation": 2500,
        },
        lines={
            "sales_gain_week": "avg_weekly_sales_trained-avg_weekly_sales_control",
            "contribution_unrounded": "sales_gain_week*profit_contribution",
            "benefit": "contribution_used_per_week*participants*weeks",
            "cost": "facilitation+materials+meals+facilities+participant_salaries_benefits+"
            "coordination_evaluation",
            "bcr": "benefit/cost",
            "roi": "(benefit-cost)/cost",
        },
        expected={
            "sales_gain_week": (1626, 1e-06),
            "contribution_unrounded": (32.52, 1e-06),
            "benefit": (71760, 1e-06),
            "cost": (32984, 1e-06),
            "bcr": (2.1756, 0.0001),
            "roi": (1.1756, 0.0001),
        },
        recalled=True,
    ),
    Case(
        name="phillips-nations-hotel-coaching",
        source="J. J. Phillips (2007), Measuring ROI in Business Coaching: Nations Hotel",
        inputs={
            "benefit": 1861158,
            "needs_development": 10000,
            "coaching_fees": 480000,
            "travel": 53000,
            "executive_time": 9200,
            "admin_support": 14000,
            "overhead": 2000,
            "telecoms": 1500,
            "facilities": 2100,
            "evaluation": 8000,
        },
        lines={
            "cost": "needs_development+coaching_fees+travel+executive_time+admin_support+"
            "overhead+telecoms+facilities+evaluation",
            "bcr": "benefit/cost",
            "roi": "(benefit-cost)/cost",
        },
        expected={"cost": (579800, 1e-06), "bcr": (3.21, 0.0001), "roi": (2.21, 0.0001)},
        recalled=True,
    ),
    Case(
        name="phillips-magnavox-literacy",
        source="Phillips, Return on Investment..., Magnavox literacy example",
        inputs={"benefit": 321600, "cost": 38233},
        lines={"bcr": "benefit/cost", "roi": "(benefit-cost)/cost"},
        expected={"bcr": (8.41158, 0.0001), "roi": (7.41158, 0.0001)},
        recalled=True,
    ),
    Case(
        name="accenture-return-on-learning",
        source="Smith & Waddington (2003), Outlook Point of View; Vanthournout et al. "
        "(2006), Return on Learning",
        inputs={"net_benefit_per_person": 25324, "people": 50000, "cost": 358000000.0},
        lines={
            "net_benefit": "net_benefit_per_person*people",
            "roi": "net_benefit/cost",
            "roi_from_rounded_total": "1.26e9/cost",
        },
        expected={
            "net_benefit": (1266200000, 1e-06),
            "roi": (3.53687, 0.0001),
            "roi_from_rounded_total": (3.51955, 0.0001),
        },
    ),
    Case(
        name="rohs-2004-seld",
        source="F. R. Rohs (2004), Journal of Leadership Education 3(1), 27-38; ERIC ED479653",
        inputs={"bcr": 3.86},
        lines={"roi": "bcr-1"},
        expected={"roi": (2.86, 1e-06)},
    ),
    Case(
        name="bloom-2013-management",
        source="Bloom, Eifert, Mahajan, McKenzie & Roberts (2013), QJE",
        inputs={"annual_profit": 325000, "market_cost": 250000, "trial_cost": 75000},
        lines={
            "bcr_year1": "annual_profit/market_cost",
            "roi_year1": "annual_profit/market_cost-1",
            "payback_months": "market_cost/(annual_profit/12)",
            "roi_trial_cost": "annual_profit/trial_cost-1",
        },
        expected={
            "bcr_year1": (1.3, 1e-06),
            "roi_year1": (0.3, 1e-06),
            "payback_months": (9.230769, 1e-05),
            "roi_trial_cost": (3.333333, 1e-05),
        },
    ),
    Case(
        name="pace-2018-soft-skills",
        source="Adhvaryu, Kala & Nyshadham: NBER 24313 (2018); JPE (2023) Returns to "
        "On-the-Job Soft Skills Training",
        inputs={"net_return_wp": 2.58, "net_return_jpe": 2.56, "treated": 1087, "enrolled": 2703},
        lines={
            "bcr_wp": "1+net_return_wp",
            "bcr_jpe": "1+net_return_jpe",
            "control_and_spillover": "enrolled-treated",
        },
        expected={"bcr_wp": (3.58, 1e-06), "bcr_jpe": (3.56, 1e-06), "control_and_spillover": (1616, 1e-06)},
        refused=("roi", "(output_gain * margin - cost) / cost", ("program cost missing", "margin missing")),
        labels={"cost": "program cost", "margin": "margin", "output_gain": "value of added output"},
    ),
    Case(
        name="aai-2022-apprenticeship",
        source="Mills De La Rosa, Kuehn, Lerman & Hollenbeck (2022), Abt/Urban for US DOL",
        inputs={"roi": 0.443, "positive": 46, "employers": 68},
        lines={"bcr": "1+roi", "share_positive": "positive/employers"},
        expected={"bcr": (1.443, 1e-06), "share_positive": (0.676471, 1e-05)},
    ),
    Case(
        name="iopsych-boudreau-example",
        source="iopsych 0.90.1 (CRAN), utilityB and utilityShp examples; Boudreau (1983)",
        inputs={
            "sdy": 10000,
            "rxy": 0.5,
            "ux_sr30": 1.1589753806669127,
            "period": 4,
            "v": 0.5,
            "tax": 0.1,
            "i": 0.02,
            "d": 0.5,
        },
        lines={
            "per_year": "sdy*(1-v)*(1-tax)*ux_sr30*rxy",
            "annuity": "(1-(1+i)**(-period))/i",
            "utility_boudreau": "per_year*annuity",
            "utility_shp": "period*sdy*d",
        },
        expected={
            "per_year": (2607.6946, 0.001),
            "annuity": (3.8077287, 1e-06),
            "utility_boudreau": (9929.3936, 0.01),
            "utility_shp": (20000, 1e-06),
        },
    ),
    Case(
        name="textbook-confidence-adjusted",
        source="Training textbook example (after Phillips) reproduced on a study site",
        inputs={"estimate": 336000, "confidence": 0.7, "trainees": 20},
        lines={"adjusted": "estimate*confidence", "per_trainee": "adjusted/trainees"},
        expected={"adjusted": (235200, 1e-06), "per_trainee": (11760, 1e-06)},
    ),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_every_line_comes_to_what_is_published(case: Case) -> None:  # FIN-08, FIN-13, FIN-14, W1-W10
    sheet = work_out(case.lines, case.inputs)
    assert not sheet.refusals
    for line, (value, tolerance) in case.expected.items():
        assert sheet.values[line] == pytest.approx(value, abs=tolerance, rel=0), line


@pytest.mark.parametrize("case", [c for c in CASES if c.refused], ids=lambda case: case.name)
def test_what_cannot_be_known_is_refused_by_name(case: Case) -> None:  # FIN-15, FIN-27
    assert case.refused
    line, formula, reasons = case.refused
    sheet = work_out({**case.lines, line: formula}, case.inputs, case.labels)
    refusal = sheet.refusals[line]
    for reason in reasons:
        assert reason in refusal.reason
    assert sheet.values.keys() == case.lines.keys()  # what can be known still stands


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_roi_is_the_ratio_less_one_wherever_both_are_given(case: Case) -> None:  # FIN-08, W14
    found = work_out(case.lines, case.inputs).values | case.inputs
    if "roi" in found and "bcr" in found:
        assert found["roi"] == pytest.approx(found["bcr"] - 1, abs=1e-12)
