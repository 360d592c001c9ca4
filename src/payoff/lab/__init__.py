"""Invented firms with known truth: one call, `invent(world, seed)`.

world = World(Firm(n_teams=30), Program(lift=0.09), Rollout("staggered"), Flaws(departure=0.04))
firm = invent(world, seed=1)        firm.study, firm.panel, firm.truth.terms
write_tables(firm)                  Arrow tables as a firm's systems would export them
write_study(firm)                   the study file that asks about them
"""

from payoff.lab.invent import Invented, invent
from payoff.lab.tables import FILES, write_study, write_tables
from payoff.lab.truth import Truth
from payoff.lab.world import Firm, Flaws, Program, Rollout, World

__all__ = [
    "FILES",
    "Firm",
    "Flaws",
    "Invented",
    "Program",
    "Rollout",
    "Truth",
    "World",
    "invent",
    "write_study",
    "write_tables",
]
