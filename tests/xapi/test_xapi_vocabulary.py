"""Verbs and activity types of every vocabulary mean one canonical word; an unknown one means none."""

import pytest

from payoff.xapi.touchpoints import TOUCHPOINTS, find_touchpoint
from payoff.xapi.vocabulary import _index, find_activity_type, find_verb
from payoff.xapi.vocabulary_activities import ACTIVITY_TYPES
from payoff.xapi.vocabulary_verbs import VERBS


@pytest.mark.parametrize(
    ("iri", "verb"),
    [
        ("http://adlnet.gov/expapi/verbs/completed", "completed"),
        ("https://w3id.org/xapi/adl/verbs/satisfied", "satisfied"),
        ("https://w3id.org/xapi/adl/verbs/waived", "waived"),
        ("https://w3id.org/xapi/video/verbs/seeked", "seeked"),
        ("http://adlnet.gov/expapi/verbs/suspended", "suspended"),
        ("http://id.tincanapi.com/verb/downloaded", "downloaded"),
        ("https://w3id.org/xapi/acrossx/verbs/evaluated", "evaluated"),
        ("http://activitystrea.ms/schema/1.0/submit", "submitted"),
        ("http://activitystrea.ms/submit", "submitted"),  # as one vendor writes it
        ("https://w3id.org/xapi/adb/verbs/coached", "coached"),
        ("http://www.tincanapi.co.uk/verbs/enrolled_onto_learning_plan", "registered"),  # Moodle logstore
        ("http://activitystrea.ms/schema/1.0/consume", "experienced"),  # H5P
        ("https://w3id.org/xapi/netc/verbs/uploaded", "uploaded"),
    ],
)
def test_a_verb_has_its_canonical_word(iri: str, verb: str) -> None:
    assert find_verb(iri) == verb


@pytest.mark.parametrize(
    ("iri", "kind"),
    [
        ("http://adlnet.gov/expapi/activities/course", "course"),
        ("https://w3id.org/xapi/cmi5/activitytype/course", "course"),
        ("http://adlnet.gov/expapi/activities/cmi.interaction", "question"),
        ("https://w3id.org/xapi/video/activity-type/video", "video"),
        ("http://id.tincanapi.com/activitytype/unit-test", "assessment"),
        ("https://w3id.org/xapi/catch/activitytypes/competency", "competency"),
        ("urn:payoff:activity-type:nudge", "nudge"),
    ],
)
def test_an_activity_type_has_its_canonical_word(iri: str, kind: str) -> None:
    assert find_activity_type(iri) == kind


def test_spelling_of_an_iri_tells_no_two_verbs_apart() -> None:
    for iri in ("HTTPS://www.AdlNet.gov/expapi/verbs/Passed/", " http://adlnet.gov/expapi/verbs/passed#"):
        assert find_verb(iri) == "passed"


def test_an_unknown_verb_is_no_other_verb() -> None:
    assert find_verb("http://example.org/verbs/completed") is None
    assert find_verb("completed") is None
    assert find_activity_type("http://example.org/course") is None


def test_no_iri_stands_under_two_words() -> None:
    assert len(_index(VERBS)) > len(VERBS)
    assert len(_index(ACTIVITY_TYPES)) > len(ACTIVITY_TYPES)
    with pytest.raises(ValueError, match="stands under a and b"):
        _index({"a": "http://x.org/v", "b": "https://x.org/v/"})


@pytest.mark.parametrize(
    ("verb", "kind", "touchpoint"),
    [
        ("initialized", "content", "launch"),
        ("passed", "content", "assessment"),
        ("answered", "question", "assessment"),
        ("answered", "practice prompt", "prompt answered"),
        ("sent", "practice prompt", "prompt shown"),
        ("viewed", "job aid", "job aid viewed"),
        ("launched", "job aid", "job aid viewed"),
        ("viewed", "page", None),
        ("practiced", None, "practice done"),
        ("completed", "practice", "practice done"),
        ("sent", "nudge", "nudge sent"),
        ("responded", "nudge", "nudge acted"),
        ("responded", "check-in", "nudge acted"),
        ("applied", None, "application"),
        ("completed", "application", "application"),
        ("coached", None, "coaching"),
        ("completed", "course", "completion"),
        (None, "nudge", None),
    ],
)
def test_a_touchpoint_is_a_verb_on_a_type(verb: str | None, kind: str | None, touchpoint: str | None) -> None:
    assert find_touchpoint(verb, kind) == touchpoint
    assert touchpoint is None or touchpoint in TOUCHPOINTS


def test_touchpoints_are_made_of_canonical_words() -> None:
    """A rule over a word that no IRI means would never apply."""
    from payoff.xapi import touchpoints

    assert set(touchpoints._BY_TYPE) <= set(ACTIVITY_TYPES)
    used = {verb for rules in touchpoints._BY_TYPE.values() for verbs, _ in rules for verb in verbs}
    assert used | set(touchpoints._BY_VERB) <= set(VERBS)
