"""Verbs and activities, their definitions and interactions.

Question  Does this say what was done, and to which activity?
Leaves    Which lists of components belong to which type of interaction, and whether a pattern of right
          answers fits it, are the content's affair: 1.0.3 lets a record store look (MAY); players differ.
Cites     xAPI 1.0.3 Data 2.4.3, 2.4.4.1.
"""

from payoff.xapi.extensions import check_extensions
from payoff.xapi.iri import check_iri
from payoff.xapi.language import check_language_map
from payoff.xapi.shapes import Check, RuleError, check_text, list_of, object_of, one_of

VOIDED = "http://adlnet.gov/expapi/verbs/voided"

check_verb = object_of("a verb", "Data 2.4.3", {"id": check_iri, "display": check_language_map}, ("id",))

_INTERACTIONS = frozenset(
    {"true-false", "choice", "fill-in", "long-fill-in", "matching", "performance", "sequencing", "likert"}
    | {"numeric", "other"}
)
_COMPONENT_LISTS = ("choices", "scale", "source", "target", "steps")
_INTERACTION_MEMBERS = frozenset({"correctResponsesPattern", *_COMPONENT_LISTS})

_check_component = object_of(
    "an interaction component",
    "Data 2.4.4.1",
    {"id": check_text, "description": check_language_map},
    ("id",),
)
_check_component_list = list_of("interaction components", "Data 2.4.4.1", _check_component)


def _check_components(value: object) -> None:
    """Components, no two of them with one id."""
    _check_component_list(value)
    if isinstance(value, list) and len({component["id"] for component in value}) < len(value):
        raise RuleError("interaction components must have distinct ids", "Data 2.4.4.1")


_DEFINITION: dict[str, Check] = {
    "name": check_language_map,
    "description": check_language_map,
    "type": check_iri,
    "moreInfo": check_iri,
    "interactionType": one_of("a type of interaction", "Data 2.4.4.1", _INTERACTIONS),
    "correctResponsesPattern": list_of("patterns of right answers", "Data 2.4.4.1", check_text),
    **dict.fromkeys(_COMPONENT_LISTS, _check_components),
    "extensions": check_extensions,
}
_check_definition_members = object_of("an activity definition", "Data 2.4.4.1", _DEFINITION)


def check_definition(value: object) -> None:
    """What a statement, or a document at an activity's IRI, says that an activity is."""
    definition = _check_definition_members(value)
    if "interactionType" not in definition and not _INTERACTION_MEMBERS.isdisjoint(definition):
        raise RuleError('an interaction must have "interactionType"', "Data 2.4.4.1")


check_activity = object_of(
    "an activity",
    "Data 2.4.4.1",
    {
        "objectType": one_of("the type of an activity", "Data 2.4.4.1", frozenset({"Activity"})),
        "id": check_iri,
        "definition": check_definition,
    },
    ("id",),
)
