"""Selling: leads, deals and sales."""

from payoff.nouns.definition import Audience, Definition

_FOR: tuple[Audience, ...] = ("executive", "manager")
_DEALS = "opportunities"

DEFINITIONS = (
    Definition(
        id="conversion_rate",
        label="Conversion rate",
        formula="leads converted within 30 days ÷ leads whose 30 days are over, by the day the lead came in",
        unit="share",
        better="higher",
        level="L4",
        tier="performance",
        leading=False,
        onset_weeks=(4, 12),
        audience=_FOR,
        needs=(("leads", ("created_on", "converted_on", "known_until")),),
        rows=(
            "select unit, created_on as happened, "
            "case when date_diff('day', created_on, converted_on) between 0 and 30 then 1 else 0 end "
            "as converted "
            "from leads where date_diff('day', created_on, known_until) >= 30"
        ),
        numerator="sum(converted)",
        denominator="count(*)",
        window_days=30,
        missing_rule="leads of the last 30 days are not counted yet",
    ),
    Definition(
        id="win_rate",
        label="Win rate",
        formula="deals won ÷ deals closed, by the day they closed",
        unit="share",
        better="higher",
        level="L4",
        tier="performance",
        leading=False,
        onset_weeks=(8, 26),
        audience=_FOR,
        needs=((_DEALS, ("closed_on", "is_closed", "is_won")),),
        rows=(
            "select unit, closed_on as happened, is_won "
            "from opportunities where is_closed and closed_on is not null"
        ),
        numerator="sum(case when is_won then 1 else 0 end)",
        denominator="count(*)",
        trap="the close date of an open deal is a forecast",
    ),
    Definition(
        id="deal_size",
        label="Deal size",
        formula="amount of deals won ÷ deals won with an amount, by the day they closed",
        unit="{money}/deal",
        better="higher",
        level="L4",
        tier="performance",
        leading=False,
        onset_weeks=(8, 26),
        audience=_FOR,
        needs=((_DEALS, ("closed_on", "is_closed", "is_won", "amount")),),
        rows=(
            "select unit, closed_on as happened, amount from opportunities "
            "where is_closed and is_won and closed_on is not null and amount is not null"
        ),
        numerator="sum(amount)",
        denominator="count(*)",
    ),
    Definition(
        id="cycle_length",
        label="Sales cycle",
        formula="days from opening to closing of deals won ÷ deals won, by the day they closed",
        unit="day/deal",
        better="lower",
        level="L4",
        tier="performance",
        leading=False,
        onset_weeks=(8, 26),
        audience=_FOR,
        needs=((_DEALS, ("opened_on", "closed_on", "is_closed", "is_won")),),
        rows=(
            "select unit, closed_on as happened, date_diff('day', opened_on, closed_on) as days "
            "from opportunities "
            "where is_closed and is_won and closed_on >= opened_on"
        ),
        numerator="sum(days)",
        denominator="count(*)",
        trap="won deals only: deals still open last longer than those already won",
    ),
    Definition(
        id="deals_won",
        label="Deals won",
        formula="deals won, by the day they closed",
        unit="deal/{unit}/{period}",
        better="higher",
        level="L4",
        tier="performance",
        leading=False,
        onset_weeks=(8, 26),
        audience=_FOR,
        needs=((_DEALS, ("closed_on", "is_closed", "is_won")),),
        rows=(
            "select unit, closed_on as happened "
            "from opportunities where is_closed and is_won and closed_on is not null"
        ),
        numerator="count(*)",
        missing="zero",
        missing_rule="no deal won is 0",
    ),
    Definition(
        id="sales_revenue",
        label="Sales",
        formula="sum of net amounts sold",
        unit="{money}/{unit}/{period}",
        better="higher",
        level="L4",
        tier="finance",
        leading=False,
        onset_weeks=(4, 26),
        audience=_FOR,
        needs=(("pos", ("sold_at", "amount")),),
        rows="select unit, sold_at as happened, amount from pos where amount is not null",
        numerator="sum(amount)",
        missing="zero",
        missing_rule="no sale is 0",
        trap="revenue is not margin",
    ),
)
