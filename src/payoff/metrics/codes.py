"""What the codes of this room mean: `payoff help D302`."""

CODES = {
    "D301": "A metric's query must return the unit (named as design.unit), a period, and value.",
    "D302": "A unit is in the cohort twice, or has two rows of a metric for one period.",
    "D303": "A period or a launch is blank where it may not be, or is not a date.",
    "D304": "Two periods of a metric lie in one period of the design: the query did not truncate.",
    "D305": "A metric's value or weight is text, infinite, or a negative weight.",
    "D306": "Nobody is left to compare: the cohort or one of its arms is empty, or no value belongs to it.",
    "D307": "The primary metric has no value in the baseline. Without a comparison a result is a guess.",
    "D309": "A measured assumption's query did not give one finite number.",
    "D310": "design.arm is not a condition: it must be true or false for everyone, null where unknown.",
    "D311": "The data name a wave that the plan does not know.",
    "D312": "Units have no cluster, so it is unknown who moves together with whom.",
    "D313": "design.take_up is neither 0 nor 1.",
    "D314": "A covariate is not a number.",
}
