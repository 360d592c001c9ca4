"""Who is in the study, in which arm, since when; and who was left out, counted."""

from dataclasses import dataclass, field

from payoff.nouns.arrays import Bools, Dates, Floats, Ints


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A step that removed units: in order, `n_left` is what remains.

    keys: of those who left where their rows want mending; for the terminal, in no output.
    """

    reason: str
    n_removed: int
    n_left: int
    keys: tuple[str, ...] = field(default=(), compare=False, metadata={"fingerprint": False})


@dataclass(frozen=True, slots=True)
class Cohort:
    """Arrays are (n_units,), ordered by unit key.

    unit: keys as text. in_program: assigned to (rct) or ever launched (did) the program arm.
    launch_on: datetime64[D], NaT when never. cluster: keys as text. take_up: 1 took part,
    0 did not, NaN unknown; None when the study names no take-up field.
    covariates: (n_units, n_covariates). arm, factors, dose, exposed, subgroups: as in `Panel`.
    funnel: (n_units, n_stages) 1 reached, 0 not, NaN unknown.
    """

    unit: tuple[str, ...]
    in_program: Bools
    launch_on: Dates
    cluster: tuple[str, ...]
    strata: tuple[str, ...] | None
    take_up: Floats | None
    covariates: Floats | None
    covariate_names: tuple[str, ...]
    exclusions: tuple[Exclusion, ...]
    fingerprint: str
    arm: Ints | None = None
    factors: Bools | None = None
    dose: Floats | None = None
    exposed: Floats | None = None
    subgroups: Ints | None = None
    subgroup_levels: tuple[tuple[str, ...], ...] = ()
    funnel: Floats | None = None

    @property
    def n_units(self) -> int:
        return len(self.unit)
