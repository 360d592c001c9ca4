"""The Python API: a study file, its checks, its design, its run, in a notebook or a script.

study = payoff.Study("sales.yml")      study.check().show()      study.design().power_curve()
run = study.run()                      run.verdict.text          run.effect.estimators()
run.money.what_if(margin=0.35).roi     run.trace("roi").rows("crm")
"""

import datetime as dt
import html
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from payoff.apps.api_design import Design, Lot, Readiness
from payoff.apps.api_money import Changed
from payoff.nouns.brief import Brief, Chart, Table
from payoff.nouns.effect import Effect
from payoff.nouns.evidence import Grade
from payoff.nouns.panel import Panel
from payoff.nouns.problem import PayoffError, Problem
from payoff.nouns.refusal import Refusal
from payoff.nouns.result import Result
from payoff.nouns.study import PlanLock
from payoff.nouns.valuation import Figure, MoneyVerdict, SwitchingValue, Valuation
from payoff.report import render, render_svg
from payoff.run.checking import Checked, check_everything
from payoff.run.designing import design_study
from payoff.run.explain.explaining import explain_figure
from payoff.run.explain.explaining_node import Node, tree_lines
from payoff.run.locking import lock_study
from payoff.run.progress import Silent
from payoff.run.published import open_version
from payoff.run.randomising import randomise_study
from payoff.run.readiness import check_readiness
from payoff.run.running import run_study
from payoff.run.sign_off import SignOff, decide, read_record
from payoff.run.what_if import check_changes, no_money, work_out
from payoff.run.workspace import Workspace, find_workspace


class Study:
    """A study file. Nothing is read until it is asked for."""

    def __init__(self, path: str | Path, out: str | Path | None = None) -> None:
        self.workspace = find_workspace(path, out)

    def check(self) -> "Problems":
        """Every problem of the file and its data, worst first; never raises on a bad study."""
        return Problems(check_everything(self.workspace, Silent()))

    def design(self) -> Design:
        """What the design can see, from the baseline alone. Raises PayoffError on a bad study."""
        return Design(design_study(self.workspace, Silent()))

    def randomise(self, waves: int | None = None, every: int = 1) -> Lot:
        """Draw the lot and write its list and record beside the study, as `payoff randomise` does."""
        return Lot(randomise_study(self.workspace, Silent(), waves, every))

    def ready(self, today: dt.date | None = None) -> Readiness:
        """Whether the study may start, item by item."""
        return Readiness(check_readiness(self.workspace, Silent(), today or dt.date.today()))

    def lock(self, analyst: str, finance: str, on: dt.date | None = None) -> PlanLock:
        """Freeze the plan. Raises PayoffError when it is locked already."""
        return lock_study(self.workspace, analyst, finance, on or dt.date.today())

    def run(self, version: str | None = None, exploratory: bool = False) -> "Run":
        """Estimate, value and publish a version. Raises PayoffError as `payoff run` does."""
        done = run_study(self.workspace, version, exploratory, "a4", Silent())
        return Run(self.workspace, done.brief, done.result)

    def __repr__(self) -> str:
        return f"Study({str(self.workspace.study_path)!r})"


class Problems:
    """What `check` found; truthy when there is something to mend."""

    def __init__(self, found: Checked) -> None:
        self.found = found

    def __iter__(self) -> Iterator[Problem]:
        return iter(self.found.problems)

    def __len__(self) -> int:
        return len(self.found.problems)

    def show(self) -> None:
        """Print them, then what is known of the data."""
        for problem in self:
            place = f"{problem.place.file}:{problem.place.line}: " if problem.place else ""
            print(f"{place}{problem.code} {problem.what}\n  why  {problem.why}\n  fix  {problem.fix}")
        for label, text in self.found.summary:
            print(f"{label}: {text}")


@dataclass(frozen=True, slots=True)
class Verdict:
    """Did it work? One of six words, the rule that gave it, and the sentence a reader sees."""

    verdict: str
    rule: str
    text: str
    threshold_lift: float | None


class Run:
    """One published result."""

    def __init__(self, workspace: Workspace, brief: Brief, result: Result | None) -> None:
        self.workspace, self._brief, self._result = workspace, brief, result

    @property
    def version(self) -> str:
        return self._brief.version

    @property
    def document(self) -> Mapping[str, Any]:
        """result.json as a mapping."""
        return self._brief.result

    @property
    def verdict(self) -> "Verdict | None":
        """Did it work? None before the lock."""
        found = self._live.verdict
        if found is None:
            return None
        return Verdict(found.verdict, found.rule, self._brief.page.headline.text, found.threshold_lift)

    @property
    def grade(self) -> Grade:
        return self._live.evidence.grade

    @property
    def effect(self) -> "Effects":
        return Effects(self._brief, self._live)

    @property
    def money(self) -> "Money":
        """Does it pay? Raises PayoffError where money was refused, with the reason."""
        valuation = self._live.valuation
        if not isinstance(valuation, Valuation):
            reason = valuation.reason if valuation else "the plan is not locked, so results stay hidden"
            raise PayoffError([no_money(reason)], exit_code=4)
        return Money(self._brief, self._live, valuation)

    @property
    def refusals(self) -> tuple[str, ...]:
        return self._brief.refusals

    @property
    def decisions(self) -> tuple[SignOff, ...]:
        """What finance decided about this version, oldest first."""
        return read_record(open_version(self.workspace, self.version)[1])

    def sign(self, finance: str, reason: str = "", on: dt.date | None = None) -> SignOff:
        """Finance stands behind this version. Raises PayoffError as `payoff sign` does."""
        return decide(self.workspace, finance, "signed", reason, on or dt.date.today(), self.version)[0]

    def dispute(self, finance: str, reason: str, on: dt.date | None = None) -> SignOff:
        """Finance does not stand behind this version, and why."""
        return decide(self.workspace, finance, "disputed", reason, on or dt.date.today(), self.version)[0]

    def trace(self, figure: str, rows: int = 20) -> "Trace":
        """From a figure down to source rows."""
        return Trace(explain_figure(self.workspace, figure, self.version, rows))

    def brief(self, path: str | Path, paper: str = "a4") -> Path:
        """Write the one-page brief (PDF)."""
        return _write(path, render(self._brief, "pdf", paper))

    def story(self, path: str | Path) -> Path:
        """Write the self-contained story (HTML)."""
        return _write(path, render(self._brief, "html"))

    def workbook(self, path: str | Path) -> Path:
        """Write the audit workbook (XLSX)."""
        return _write(path, render(self._brief, "xlsx"))

    @property
    def _live(self) -> Result:
        """The estimates behind the brief; a reopened version has its document only."""
        if self._result is None:
            why = "it was reopened from disk, where only the published document is kept"
            raise PayoffError([Problem("U150", "this run holds no estimates", why, "Study(…).run()")], 2)
        return self._result

    def __repr__(self) -> str:
        return f"Run({self._brief.study!r}, {self.version!r})"


def open_result(study: str | Path, version: str | None = None, out: str | Path | None = None) -> Run:
    """A published version of a study; None is the latest. Raises PayoffError when there is none."""
    workspace = find_workspace(study, out)
    brief, _ = open_version(workspace, version)
    return Run(workspace, brief, None)


class Picture:
    """A chart with its table and description; shows itself in a notebook."""

    def __init__(self, chart: Chart) -> None:
        self.chart = chart

    @property
    def table(self) -> Table:
        return self.chart.table

    @property
    def alt(self) -> str:
        return self.chart.alt

    def _repr_html_(self) -> str:
        caption = f"{html.escape(self.chart.title)}. {html.escape(self.chart.subtitle)}"
        return f"<figure>{render_svg(self.chart.spec)}<figcaption>{caption}</figcaption></figure>"


class Effects:
    """Every method's answer."""

    def __init__(self, brief: Brief, result: Result) -> None:
        self._brief, self._result = brief, result

    @property
    def locked(self) -> Effect | Refusal | None:
        """The declared estimator's answer for the primary metric."""
        return self._result.locked

    @property
    def all(self) -> tuple[Effect | Refusal, ...]:
        return self._result.effects

    @property
    def panel(self) -> Panel:
        """The primary metric, units × periods."""
        return self._result.panels[0]

    def estimators(self) -> Picture:
        """All methods side by side."""
        return _picture(self._brief, "methods")

    def event_study(self) -> Picture:
        """The effect by time since launch."""
        return _picture(self._brief, "terms")


class Money:
    """What it is worth, every figure with its range."""

    def __init__(self, brief: Brief, result: Result, valuation: Valuation) -> None:
        self._brief, self._result, self.valuation = brief, result, valuation

    @property
    def verdict(self) -> MoneyVerdict | Refusal:
        return self.valuation.verdict

    def figure(self, name: str) -> Figure | Refusal:
        """A figure by its name in result.json: roi, npv, bcr, payback_months, irr, …"""
        return self.valuation.all_figures[name]

    @property
    def roi(self) -> Figure | Refusal:
        return self.valuation.figures["roi"]

    def switching_values(self) -> tuple[SwitchingValue, ...]:
        """Where each input would have to lie for ROI to be zero."""
        return self.valuation.switching

    def waterfall(self) -> Picture:
        """From benefit to net."""
        return _picture(self._brief, "waterfall")

    def what_if(self, reason: str = "", /, **changed: float) -> Changed:
        """Value again with assumptions fixed at the given values; the effect is not estimated again.

        Raises PayoffError (usage) on a name that is no assumption of the study, a value that is no number
        or one out of its range.
        """
        changes = check_changes(changed, self._result.assumptions)
        return Changed(work_out(self._result, changes, reason, self._brief.version))


class Trace:
    """A figure's tree, printable, and the source rows at its leaves."""

    def __init__(self, tree: Node) -> None:
        self.tree = tree

    def rows(self, source: str) -> tuple[int, ...]:
        """Row numbers of one source that the figure rests on (as many as were asked for)."""
        found = {n for node in self.tree.walk() if node.source == source for n in node.rows}
        return tuple(sorted(found))

    def __str__(self) -> str:
        return "\n".join(tree_lines(self.tree))


def _picture(brief: Brief, chart_id: str) -> Picture:
    charts = {chart.id: chart for section in brief.sections for chart in section.charts}
    if chart_id not in charts:
        have = ", ".join(charts) or "none"
        raise PayoffError(
            [Problem("U152", f"no chart {chart_id}", f"there are: {have}", "use one of them")], 2
        )
    return Picture(charts[chart_id])


def _write(path: str | Path, data: bytes) -> Path:
    target = Path(path)
    target.write_bytes(data)
    return target
