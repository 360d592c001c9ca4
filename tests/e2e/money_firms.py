"""Two firms for the money: a sales team and a support desk, each with every kind of money term."""

from pathlib import Path

from firm import STUDY, write_firm

_MONEY = STUDY.index("\nvalue:")
_END = STUDY.index("\nprivacy:")

SALES = """
value:
  margin_gained:
    label: Margin on extra deals
    category: revenue
    formula: lift * baseline * reps * months * deal_value * margin
    cash: true
    onset_months: 1.5
  hours_freed:
    label: Hours freed
    category: cost
    formula: gain * reps * months * deal_value * 0.01
    cash: false

exchange:
  EUR: {low: 1.05, mid: 1.1, high: 1.16, on: 2026-01-05, source: ECB, owner: p.okoro}

assumptions:
  deal_value: {low: 450, mid: 500, high: 550, unit: USD/deal, source: CRM FY25, owner: p.okoro}
  margin: {low: 30%, mid: 40%, high: 50%, source: FP&A FY25, owner: p.okoro}
  fee: {low: 800, mid: 1000, high: 1300, unit: USD/rep, source: assumed, owner: p.okoro}
  half_life: {low: 4, mid: 6, high: 12, unit: months, source: assumed, owner: a.ruiz}
  haircut: {value: 0.7, source: finance policy, applied: once, owner: p.okoro}
  hurdle: {value: 15%, source: treasury, owner: p.okoro}
  discount: {low: 6%, mid: 8%, high: 10%, source: treasury, owner: p.okoro}

costs:
  - {item: Build, amount: 9000, currency: EUR, kind: one_time, category: development, month: -2,
     useful_life_months: 24, source: invoice, owner: p.okoro}
  - {item: Drills, amount: fee * reps, kind: one_time, category: implementation}
  - {item: Platform, amount: 6000, kind: run, category: platform, source: invoice}

sustain:
  refresh:
    - {month: 8, item: Refresher, amount: 4000, category: coaching, source: quote}
"""

SUPPORT = """
value:
  minutes_saved:
    label: Minutes saved
    category: cost
    formula: gain * calls * reps * months * cost_per_minute * realised
    cash: true

assumptions:
  calls: {low: 140, mid: 160, high: 180, unit: call/rep/month, source: ACD export, owner: p.okoro}
  cost_per_minute: {low: 0.4, mid: 0.5, high: 0.6, unit: USD/min, source: FP&A, owner: p.okoro}
  realised: {low: 40%, mid: 50%, high: 60%, source: workforce plan, owner: p.okoro}
  haircut: {value: 0.7, source: finance policy, applied: once, owner: p.okoro}
  fee: {low: 500, mid: 600, high: 700, unit: USD/rep, source: assumed, owner: p.okoro}
  discount: {value: 8%, source: treasury, owner: p.okoro}

costs:
  - {item: Program, amount: fee * reps, kind: one_time, category: implementation}
  - {item: Licences, amount: 300, kind: one_time, category: platform, every_months: 4, source: invoice}
"""


def write_sales(folder: Path) -> Path:
    """The sales study: onset, exchange rate, refresher, hurdle, a line that lasts."""
    path = write_firm(folder)
    path.write_text(STUDY[:_MONEY] + SALES + STUDY[_END:])
    return path


def write_support(folder: Path) -> Path:
    """The support study: minutes a call, where more is called better so that the same rows serve."""
    path = write_firm(folder)
    text = (STUDY[:_MONEY] + SUPPORT + STUDY[_END:]).replace("unit: deals/rep/month", "unit: min/call")
    path.write_text(text)
    return path
