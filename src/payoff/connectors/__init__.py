"""Files as people have them → arrow tables."""

from payoff.connectors.codes import CODES
from payoff.connectors.read import hash_source, read_source
from payoff.nouns.batch import Batch

__all__ = ["CODES", "Batch", "hash_source", "read_source"]
