"""One valid study, its did twin, and how to knock one piece out of either."""

VALID = """\
payoff: 1
study: drills
question: Do drills raise closed deals?
people: {analyst: a.ruiz, finance: p.okoro, sponsor: vp sales}
currency: USD
horizon_months: 12

sources:
  crm:
    csv: deals.csv
    key: [deal_id]
    steward: sales ops
  people: {csv: people.csv, key: rep_id, steward: hr}

metrics:
  deals_won:
    label: Deals won
    unit: deals/rep/month
    better: higher
    missing: zero
    owner: sales ops
    sql: |
      select rep_id, date_trunc('month', closed_on) as month,
             count(*) as value
      from crm where stage = 'won' group by 1, 2
  refunds:
    unit: refunds/rep/month
    better: lower
    owner: sales ops
    missing: zero
    source: crm
    on: refunded_on
    expr: count(*)
  refund_rate:
    unit: refunds/deal
    better: lower
    owner: sales ops
    expr: refunds / deals_won

outcome:
  primary: deals_won
  secondary: [refunds]
  guardrail: {refund_rate: "+0.005 at most"}

cohort:
  sql: select rep_id, manager_id, region, treat, tenure from people
  include: tenure >= 90

design:
  type: rct
  unit: rep_id
  period: month
  arm: treat = 1
  cluster: manager_id
  terms: {early: 0..1, late: 2..}
  verdict_term: late
  method: difference_in_means
  second: covariate_adjusted
  expected_share: 0.5
  baseline: 2025-10-01..2026-03-31
  follow_up: 2026-04-01..2026-09-30

hypotheses:
  - id: H1
    claim: Drills raise deals
    metric: deals_won
    expected: 5%..10%
    worth_it_above: max(break_even, 2%)
    source: 2025 pilot

value:
  extra_margin:
    category: revenue
    formula: lift * baseline * reps * months * deal_value * margin
    cash: true

assumptions:
  deal_value: {low: 4500, mid: 5000, high: 5500, unit: USD/deal, source: CRM, owner: p.okoro}
  margin: {low: 30%, mid: 40%, high: 50%, source: FP&A, owner: p.okoro}
  half_life: {low: 4, mid: 6, high: 12, unit: months, source: judgement, owner: a.ruiz}
  haircut: {value: 0.7, source: policy, applied: once, owner: p.okoro}
  discount: {value: 8%, source: treasury, owner: p.okoro}

costs:
  - {item: Build, amount: 18000, kind: one_time, category: implementation, source: invoice}
  - {item: Time, hours: 20 * 12, rate: 48, kind: run, category: learner_time, source: payroll}

privacy: {pseudonymise: [rep_id], min_cell: 5}
"""


DID = VALID
for _old, _new in (
    ("type: rct", "type: did"),
    ("arm: treat = 1", "launch: region"),
    ("  expected_share: 0.5\n", ""),
    ("difference_in_means", "fixed_effects"),
    ("covariate_adjusted", "first_difference"),
):
    DID = DID.replace(_old, _new)


def swap(old: str, new: str, base: str = VALID) -> bytes:
    """The valid study with one piece replaced."""
    assert base.count(old) == 1, f"{old!r} is in the valid study {base.count(old)} times"
    return base.replace(old, new).encode()
