"""Extensions: what a statement says beyond the specification.

Question  Do IRIs name them, and can every reader walk what stands under those names?
Leaves    The values: any JSON, null included, nested up to `DEEPEST` levels. Nowhere else can a statement
          that keeps the rules be deep, so this is the one place where depth is looked at.
Cites     xAPI 1.0.3 Data 4.1.
"""

from payoff.xapi.iri import is_iri
from payoff.xapi.json_text import is_deeper_than
from payoff.xapi.shapes import RuleError, name_kind

DEEPEST = 100  # levels of arrays and objects under one name


def check_extensions(value: object) -> None:
    """A map whose names are IRIs; whatever stands under them is free."""
    if type(value) is not dict:
        raise RuleError(f"extensions must be an object, not {name_kind(value)}", "Data 4.1")
    for name, part in value.items():
        if not is_iri(name):
            raise RuleError("the name of an extension must be an absolute IRI", "Data 4.1", name)
        if (type(part) is dict or type(part) is list) and is_deeper_than(part, DEEPEST):
            raise RuleError(f"nested deeper than {DEEPEST} levels", "Data 4.1", name)
