"""A secret by its name: from the environment, or from a file that its owner alone can read.

Question  What is the password or token that a study names, without the study ever holding it?
Where     PAYOFF_SECRET_<NAME> in the environment; else NAME in `.payoff/secrets.yml` of the workspace. No
          other variable can be named, so that a study from elsewhere cannot ask for what was never meant.
Refuses   A name that is nowhere; a file that others may read.
"""

import os
import re
import stat
from dataclasses import dataclass
from pathlib import Path

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from payoff.nouns.problem import PayoffError, Problem
from payoff.nouns.study import Source

PREFIX = "PAYOFF_SECRET_"


@dataclass(frozen=True, slots=True)
class Secrets:
    """file: `.payoff/secrets.yml` of the workspace, whether or not it is there."""

    file: Path

    def read(self, source: Source, name: str) -> str:
        """The secret. Raises PayoffError D132 (exit code 7)."""
        variable = PREFIX + re.sub(r"\W", "_", name).upper()
        if os.environ.get(variable):
            return os.environ[variable]
        found = self._read_file(source).get(name)
        if not isinstance(found, str) or not found:
            raise _problem(
                source,
                f"the secret {name} is not there",
                f"set {variable}, or write `{name}: …` into {self.file}",
            )
        return found

    def _read_file(self, source: Source) -> dict[str, object]:
        if not self.file.exists():
            return {}
        if stat.S_IMODE(self.file.stat().st_mode) & 0o077:
            raise _problem(source, f"others may read {self.file}", f"chmod 600 {self.file}")
        try:
            said = YAML(typ="safe", pure=True).load(self.file.read_bytes())
        except (YAMLError, OSError):
            said = None
        if not isinstance(said, dict):
            raise _problem(source, f"{self.file} is no list of secrets", "write a line each: NAME: secret")
        return {str(name): value for name, value in said.items()}


def hide(text: str, *secrets: str) -> str:
    """`text` without any of these, for whatever a library may have put into it."""
    for secret in sorted({s for s in secrets if s}, key=len, reverse=True):
        text = text.replace(secret, "•••")
    return text


def _problem(source: Source, what: str, fix: str) -> PayoffError:
    why = "the other system would not let us in"
    return PayoffError([Problem("D132", f"source {source.name}: {what}", why, fix)], exit_code=7)
