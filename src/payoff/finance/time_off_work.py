"""What time away from work costs: in wages, and in what the role would have earned meanwhile.

Question  What does it cost to take these people off their work in so many sessions of such a length?
Identity  hours = people × sessions × (minutes each + minutes to get back into the work) ÷ 60, every session
          charged: thirty short ones pay for getting back thirty times, one long one once.
Shown     Both ways, side by side: at the loaded wage, and at the contribution an hour of the role brings.
Proof     tests/finance/test_finance_comparison.py (CMP-02, CMP-03)
"""

from dataclasses import dataclass

from payoff.finance.bad_input import require_amount


@dataclass(frozen=True, slots=True)
class SeatTime:
    """hours_seated in sessions, hours_switching to get back into work; money of both together."""

    hours_seated: float
    hours_switching: float
    at_wage: float
    at_contribution: float

    @property
    def hours(self) -> float:
        return self.hours_seated + self.hours_switching


def seat_time(
    people: float,
    sessions: float,
    minutes_each: float,
    switch_minutes: float,
    wage_per_hour: float,
    contribution_per_hour: float,
) -> SeatTime:
    """Raises PayoffError on anything negative or not a number."""
    given = {
        "people": people,
        "sessions": sessions,
        "minutes_each": minutes_each,
        "switch_minutes": switch_minutes,
        "wage_per_hour": wage_per_hour,
        "contribution_per_hour": contribution_per_hour,
    }
    for name, value in given.items():
        require_amount(name, value)
    seated, switching = (people * sessions * minutes / 60 for minutes in (minutes_each, switch_minutes))
    hours = seated + switching
    return SeatTime(seated, switching, hours * wage_per_hour, hours * contribution_per_hour)
