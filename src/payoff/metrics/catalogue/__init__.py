"""Ready-made measures by id: which there are, and over which tables."""

from payoff.metrics.catalogue import contacts, engaging, learning, selling, working
from payoff.metrics.catalogue.tables import TABLES
from payoff.nouns.definition import Catalogue, Definition

_FAMILIES = (engaging, learning, working, contacts, selling)
CATALOGUE: dict[str, Definition] = {d.id: d for family in _FAMILIES for d in family.DEFINITIONS}
SHIPPED = Catalogue(CATALOGUE, TABLES)

__all__ = ["CATALOGUE", "SHIPPED", "TABLES"]
