"""Are a study's units people, and which counts of them may be shown?

Rule      Units count as people unless their label names a thing or a group: what is missed is hidden too
          often, never too seldom.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from payoff.nouns.cohort import Exclusion
from payoff.nouns.study import Study
from payoff.nouns.wording import count, counted, plural

HIDDEN = "hidden"
FLOOR = 5  # people; a study may ask for more, never for fewer
THINGS = """
account branch campus case centre center city class claim clinic company contract country county
deal department depot district division establishment facility factory firm franchise group hospital
hotel household line location machine market office opportunity organisation organization order
outlet plant practice product project region restaurant school section shift shop site squad state
station store team territory ticket town unit vehicle ward warehouse week workplace
"""


def are_people(unit_label: str) -> bool:
    """By the last word of the label: 'sales rep' are people, 'sales team' are not."""
    words = unit_label.lower().replace("_", " ").split()
    return not words or words[-1] not in THINGS.split()


def people_floor(study: Study) -> int:
    """The smallest group of a study's units that is shown; 0 where units are no people."""
    return smallest_told(study) if are_people(study.design.unit_label) else 0


def smallest_told(study: Study) -> int:
    """The smallest group of people that is told of, whatever the study's units are."""
    return max(FLOOR, study.privacy.min_cell)


def say_few(study: Study, n_units: int) -> str:
    """A count in a sentence: '12', or 'fewer than 5' of people."""
    floor = people_floor(study)
    return f"fewer than {count(floor)}" if 0 < n_units < floor else count(n_units)


def say_few_units(study: Study, n_units: int) -> str:
    """The same with its noun: '1 firm', 'fewer than 5 reps'."""
    few = 0 < n_units < people_floor(study)
    return f"{say_few(study, n_units)} {plural(study.design.unit_label, 2 if few else n_units)}"


def say_analysed(study: Study, n_units: int) -> str:
    """'115 firms'; of people 'reps', for how many are analysed is told in one place, where it may be told."""
    label = study.design.unit_label
    return plural(label) if people_floor(study) else counted(n_units, label)


@dataclass(frozen=True, slots=True)
class PeopleShown:
    """sizes: of each named group, None where it is withheld. effects: sizes of samples that may be told.

    floor: the smallest group shown; 0 where units are no people, and then nothing is withheld.
    """

    floor: int = 0
    sizes: Mapping[str, int | None] = field(default_factory=dict)
    effects: frozenset[tuple[str, int]] = frozenset()

    def size(self, group: str, true: int) -> int | None:
        """How many are in the group, None: withheld. true: their number, where nothing is withheld."""
        return true if not self.floor else self.sizes.get(group)

    def say(self, group: str, true: int) -> str:
        """The size in words."""
        return told(self.size(group, true))

    def removed(self, step: Exclusion) -> int | None:
        """How many a step of exclusion removed; nobody is no group."""
        return self.size(left_name(step), step.n_removed) if step.n_removed else 0

    def left(self, step: Exclusion) -> int | None:
        """How many remained after a step."""
        return self.size(rest_name(step), step.n_left)

    def sample(self, metric: str, n_units: int) -> int | None:
        """The size of what an effect on the metric rests on."""
        return n_units if not self.floor or (metric, n_units) in self.effects else None

    @property
    def note(self) -> str:
        """Why something is hidden; empty where nothing is."""
        hides = self.floor and any(size is None for size in self.sizes.values())
        return hidden_note(self.floor) if hides else ""


def left_name(step: Exclusion) -> str:
    """The name of the group that a step removed."""
    return f"left out: {step.reason}"


def rest_name(step: Exclusion) -> str:
    """The name of the group that remained."""
    return f"after: {step.reason}"


def told(size: int | None) -> str:
    """A count, or that it is hidden: one word whether it is small or would give a small one away."""
    return HIDDEN if size is None else count(size)


def hidden_note(floor: int) -> str:
    """What the word means."""
    return (
        f"Hidden: fewer than {count(floor)} people, or a number from which such a group could be worked out."
    )
