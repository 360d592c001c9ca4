"""A starter study on disk: the template, and payoff.yml where there is none."""

import re
from pathlib import Path

from payoff.nouns.problem import PayoffError, Problem
from payoff.nouns.study import LIST_SUFFIX
from payoff.run.settings import WORKSPACE_FILE
from payoff.study import read_template, template_names

_WORKSPACE_TEXT = (
    "# A payoff workspace: outputs go to out/, landed data to .payoff/ (keep that out of git).\npayoff: 1\n"
)


def start_study(template: str, name: str | None, folder: Path) -> tuple[Path, ...]:
    """Write `<name>.yml` from a template; the paths written.

    Raises PayoffError (usage): unknown template, a bad name, or a file that is already there.
    """
    if template not in template_names():
        raise PayoffError([_unknown(template)], exit_code=2)
    name = name or template
    if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,63}", name):
        raise PayoffError([_bad_name(name)], exit_code=2)
    path = folder / f"{name}.yml"
    if path.exists():
        raise PayoffError([_exists(path)], exit_code=2)
    folder.mkdir(parents=True, exist_ok=True)
    text = read_template(template)
    text = re.sub(r"(?m)^study: .*$", f"study: {name}", text, count=1)
    # the list that `payoff randomise` writes is named after the study file
    path.write_text(text.replace(f"{template}{LIST_SUFFIX}", f"{name}{LIST_SUFFIX}"), encoding="utf-8")
    written = [path]
    workspace = folder / WORKSPACE_FILE
    if not workspace.exists():
        workspace.write_text(_WORKSPACE_TEXT, encoding="utf-8")
        written.append(workspace)
    return tuple(written)


def _unknown(template: str) -> Problem:
    names = ", ".join(template_names())
    return Problem("U130", f"there is no template {template!r}", f"templates are: {names}", "choose one")


def _bad_name(name: str) -> Problem:
    return Problem(
        "U131",
        f"{name!r} cannot name a study",
        "the name becomes a file and a folder",
        "use lower-case letters, digits and hyphens",
    )


def _exists(path: Path) -> Problem:
    return Problem("U132", f"{path} is already there", "it would be overwritten", "give another name")
