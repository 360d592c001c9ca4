"""Published versions without a person: their outputs as they would be rendered anew.

Question  Which files of a version change with it, and what do they say then?
Anew      The whole version, wherever in it the person stands: brief, PDF, pages, workbook and result say the
          same, with data health and the decisions of finance as at any rendering.
Else      A version of an earlier release, or a damaged one, is no version here: its files lose words alone.
"""

from collections import defaultdict
from pathlib import Path

from payoff.identity.sought import Sought
from payoff.nouns.problem import PayoffError
from payoff.report import read_brief, render
from payoff.run.health.health_kept import KEPT, read_health
from payoff.run.lineage import BRIEF
from payoff.run.outputs import FILES
from payoff.run.printed import with_what_is_known
from payoff.run.privacy.person_finding import Finding, find_in_workspace
from payoff.run.privacy.person_places import Known, Place
from payoff.run.workspace import Workspace


def find_everywhere(home: Workspace, known: Known, sought: Sought) -> list[Finding]:
    """Every place that holds something of the person; files that are rendered together are one."""
    found = find_in_workspace(home, known, sought)
    by_version: dict[Path, list[Finding]] = defaultdict(list)
    for finding in found:
        if finding.place.kind == "output" and (version := version_of(finding.place.path)) is not None:
            by_version[version].append(finding)
    for version, members in by_version.items():
        files = tuple(
            path for path, data in render_without(version, sought).items() if path.read_bytes() != data
        )
        if files:
            told = Finding(Place("version", version), files=files)
            first = found.index(members[0])
            found.insert(first, told)
            gone = [one for one in members if one.place.path in files]
            found = [one for one in found if one not in gone]
    return found


def render_without(version: Path, sought: Sought) -> dict[Path, bytes]:
    """What each file of a version says without the person, the brief last; empty where it cannot be read."""
    try:
        plain = read_brief((version / BRIEF).read_bytes())
        known = with_what_is_known(plain, version, read_health(version))
        shown = read_brief(sought.redact(render(known, "brief-json").decode()).encode())
    except (ValueError, PayoffError):
        return {}
    written = {
        version / name: render(shown, form)
        for form, name in FILES.items()
        if (version / name).exists() and (form != "xlsx" or shown.workbook is not None)
    }
    for name in (KEPT, BRIEF):
        if (version / name).exists():
            written[version / name] = sought.redact((version / name).read_text("utf-8")).encode()
    return written


def version_of(path: Path) -> Path | None:
    """The folder of the version that a file is rendered in, or rendered from."""
    for name in (*FILES.values(), KEPT, BRIEF):
        version = path.parents[name.count("/")]
        if version / name == path and (version / BRIEF).exists():
            return version
    return None
