"""Code → title, why it matters, what to do: formulas, costs and assumptions (P4, P6)."""

from payoff.study.code_entry import Code

_GUESS = "a value that must be guessed makes a plan nobody can check"

MONEY_CODES: dict[str, Code] = {
    "P401": Code(
        "A formula that is not money",
        "a factor is missing: the figure would be wrong by that factor",
        "Units are multiplied symbol by symbol and must end in the currency. A benefit per call and agent "
        "needs calls per agent; an amount per month needs months. (FIN-07)",
    ),
    "P402": Code("Unknown name in a formula", "it has no value", "Define it under assumptions."),
    "P403": Code("Not arithmetic", "an auditor must be able to redo it", "+ - * / **, min and max only."),
    "P404": Code(
        "A benefit that ignores the effect",
        "it would pay even if nothing had changed",
        "Use lift (relative) or gain (in the metric's unit).",
    ),
    "P405": Code(
        "A benefit of another metric",
        "its effect carries no verdict and no threshold",
        "In this version the primary metric's effect is turned into money.",
    ),
    "P406": Code(
        "Revenue without margin",
        "a sale is not a gain: only its margin is",
        "Multiply by an assumption such as margin, or say `gross: true`, which is printed. (FIN-04)",
        warning=True,
    ),
    "P407": Code(
        "Negative amount", "costs are positive and subtracted once", "Write the amount without minus."
    ),
    "P408": Code(
        "No costs",
        "without costs a return on investment is refused",
        "List development, platform, coaching, learner time, manager time, analytics … (FIN-17)",
        warning=True,
    ),
    "P409": Code(
        "No benefit formula",
        "without one every money figure is refused",
        "Say under `value` how the effect becomes money.",
        warning=True,
    ),
    "P410": Code("A cost that depends on the effect", "costs are owed either way", "Use counts and prices."),
    "P411": Code(
        "No implementation cost",
        "neglected implementation flatters the return",
        "Give one cost line the category implementation. (FIN-25)",
        warning=True,
    ),
    "P412": Code(
        "Two benefits of the same thing",
        "the same money would be counted twice",
        "A minute, a deal or a leaver is claimed by one benefit. `claims` names what one is made of; two "
        "benefits by converters that draw on the same pool collide by themselves, and so do two formulas "
        "that come to the same money, in whatever order they are written. (FIN-34)",
    ),
    "P413": Code(
        "Freed time as cash",
        "minutes saved are capacity; they are cash only as far as they leave the payroll or earn",
        "State the assumption `realisation`, a share with its source, or write cash: false. (FIN-02)",
    ),
    "P414": Code(
        "A converter without its numbers",
        "the formula it stands for cannot be worked out",
        "Each converter names what it needs: docs/reference/money.md lists them.",
    ),
    "P415": Code(
        "Percent read as a share",
        "the benefit would be a hundred times too large",
        "A metric in % counts from 0 to 100, one in share from 0 to 1.",
    ),
    "P416": Code(
        "Gross and net in one formula",
        "discounts and refunds would be counted or not by chance",
        "Bring all amounts of a formula to net of discounts and refunds, or all to gross. (FIN-04)",
    ),
    "P417": Code(
        "Two benefits of one effect",
        "what both count would be counted twice, and nobody could see it",
        "Say under each with `claims` what its money is made of, in words of your own: claims: [deals won] "
        "here, claims: [minutes freed] there. Equal claims are refused. (FIN-34)",
        warning=True,
    ),
    "P601": Code("Assumption without source", "a number from nowhere", "Name it, or write `assumed`."),
    "P602": Code("Assumption without owner", "nobody answers for the number", "Name a person."),
    "P603": Code("low, mid, high out of order", "there is no conservative end", "low ≤ mid ≤ high."),
    "P604": Code("Which value?", _GUESS, "low, mid and high; or value; or sql with an optional range."),
    "P605": Code(
        "A reserved assumption used wrongly",
        "discount, haircut, half_life and a few more steer the whole calculation",
        "discount, hurdle, finance_rate, reinvest_rate: annual rates above −100 %. haircut: 0 to 1, applied "
        "once. half_life: above 0, in months. completions, competent: people, above 0.",
    ),
    "P606": Code("Horizon out of range", "money needs a stated, bounded horizon", "1 to 120 months."),
    "P607": Code(
        "One person for both parts",
        "who plans a study cannot also approve its money",
        "Analyst and finance partner are two people.",
    ),
    "P608": Code(
        "Small groups shown",
        "below five, people can be recognised",
        "min_cell hides groups smaller than itself; 5 is the usual floor.",
        warning=True,
    ),
    "P609": Code(
        "No discount rate",
        "without one the net present value is refused",
        "Add the assumption `discount` with finance's annual rate.",
        warning=True,
    ),
    "P610": Code(
        "Unused assumption",
        "a number that moves nothing distracts the auditor",
        "Use it in a formula or delete it.",
        warning=True,
    ),
    "P611": Code(
        "No decision asked for",
        "a brief that asks for nothing decides nothing",
        "Write under `ask` what the reader is to decide; until then the brief proposes what follows from "
        "the verdict.",
        warning=True,
    ),
    "P612": Code(
        "Prices of different times",
        "inflation would pass for gain",
        "All money of a study is in one price base. `price_index` brings other prices to it.",
    ),
    "P613": Code(
        "An exchange rate missing or wrong",
        "a sum over currencies means nothing without a stated, dated rate",
        "Under `exchange`, what one unit of the other currency is worth, the day and the source.",
    ),
    "P614": Code(
        "Not a correlation",
        "doubt that moves together must be stated once, between numbers that are drawn",
        "Two assumptions with ranges and a rank correlation between -1 and 1. All must be possible together: "
        "two numbers that both follow a third closely cannot run against each other.",
    ),
    "P615": Code(
        "A refresher that changes nothing",
        "it would cost money and bring none",
        "A refresher restarts the fading of a lift: it needs a half_life and a month within the horizon.",
    ),
    "P616": Code(
        "A cost after the horizon",
        "it is owed all the same: the return and the net carry it, the first year and the horizon do not",
        "Total cost of ownership shows it in the year it falls in. Lengthen horizon_months, date it earlier, "
        "or leave it as it is: a caution then says which figure holds it.",
        warning=True,
    ),
}
