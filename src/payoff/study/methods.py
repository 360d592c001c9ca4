"""Which method a design gets unless the study names one, by what is known before any data.

did      Several waves launch in follow-up: effects by group and time, a second look by imputation; both let
         effects grow and differ by wave.
         One wave launches: unit and period effects, with the follow-up adjusted for the value before launch
         beside it. If one of their assumptions holds, the two bracket the effect (Ding & Li 2019), and both
         use every period before launch.
         Launch dates come with the data: imputation, which equals unit and period effects at one date and
         stays right at several; the same second opinion.
rct      Plain means, and the same adjusted for what was known before launch. An adjusted method gets another
         adjusted one beside it: of two answers to one question the plain means are the noisier, and as the
         lower one they would let chance set the money. They stand in a row of reference.
         Of those who take part when invited (`estimand: treated`): the lot as instrument, alone.
"""

from payoff.study.document import DesignPart
from payoff.study.values import read_date, read_term, read_window

Pair = tuple[str, str | None]

_DEFAULTS: dict[str, Pair] = {
    "rct": ("difference_in_means", "covariate_adjusted"),
    "matched": ("matched_did", "weighting"),
    "synthetic": ("synthetic_did", "synthetic_control"),
    "its": ("interrupted_time_series", "structural_series"),
    "before_after": ("before_after", None),
}
_AS_PRECISE = {"covariate_adjusted": "cuped", "cuped": "covariate_adjusted"}
_TAKERS: Pair = ("complier_effect", None)  # a second, of everyone invited, would cap the money wrongly
_ONE_DATE = ("fixed_effects", "lagged_outcome")
_SEVERAL_DATES = ("group_time", "imputation")
_DATES_FROM_DATA = ("imputation", "lagged_outcome")
_MISLED = ("fixed_effects", "first_difference")  # by terms that average over waves


def default_methods(part: DesignPart) -> Pair:
    """The method and the second opinion of a design that names neither."""
    if part.type == "rct" and part.estimand == "treated" and part.take_up is not None:
        return _TAKERS
    if part.type not in ("did", "staggered"):
        return _DEFAULTS[part.type]
    if not part.waves:
        return _DATES_FROM_DATA
    return _SEVERAL_DATES if launches_in_follow_up(part) > 1 else _ONE_DATE


def choose_methods(part: DesignPart) -> Pair:
    """The methods of a design. A default second that is the locked method gives way."""
    default, beside = default_methods(part)
    method = part.method or default
    if method == _TAKERS[0] and part.second is None:
        return _TAKERS
    if part.second is not None:
        return method, None if part.second == "none" else part.second
    beside = _AS_PRECISE.get(method, beside)
    return method, beside if beside != method else default


def launches_in_follow_up(part: DesignPart) -> int:
    """Different launch dates of waves within follow-up."""
    follow_up = read_window(part.follow_up)
    dates = {read_date(date) for date in part.waves.values()}
    return sum(follow_up.start_on <= date <= follow_up.end_on for date in dates)


def misled_term(part: DesignPart) -> str | None:
    """The first term that averages over more than one period, where waves make that mislead the method."""
    if choose_methods(part)[0] not in _MISLED or launches_in_follow_up(part) < 2:
        return None
    spans = {name: read_term(span) for name, span in part.terms.items()} or {"post": (0, None)}
    return next((name for name, (first, last) in spans.items() if first != last), None)
