"""A Spark that is there and running, or the reason why not.

Question  How is Spark started so that it answers as DuckDB does, on this machine or on a cluster?
Fixed     UTC, ANSI rules, whole days as written, no files named in SQL, no variables in SQL.
Local     Without a cluster it listens on 127.0.0.1 only, shows no pages, spills into the warehouse's folder.
Cluster   Everything else is the cluster's own configuration (`spark-defaults.conf`, SPARK_CONF_DIR).
Once      One Java process for this Python process; what it prints goes into `.spark/driver.log`.
"""

import logging
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from payoff.nouns.problem import PayoffError, Problem

_JAVA_FIX = "install Java 17 (Debian: apt-get install openjdk-17-jre-headless), or set JAVA_HOME to one"
_SPILL = "spill-"  # and the number of the process
_ANSWERS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.timestampType": "TIMESTAMP_LTZ",
    "spark.sql.parquet.inferTimestampNTZ.enabled": "true",
    "spark.sql.parquet.datetimeRebaseModeInRead": "CORRECTED",
    "spark.sql.legacy.parquet.nanosAsLong": "true",
    "spark.sql.caseSensitive": "false",
    "spark.sql.runSQLOnFiles": "false",
    "spark.sql.variable.substitute": "false",
}


def find_spark(master: str) -> "SparkPlace":
    """Where Spark runs. Raises PayoffError (exit code 2) when it or Java is not installed."""
    if find_spec("pyspark") is None:
        raise _stop("D220", "engine: spark, and Spark is not installed", "pip install 'payoff[spark]'")
    home = os.environ.get("JAVA_HOME")
    java = Path(home) / "bin" / "java" if home else shutil.which("java")
    if java is None or not Path(java).exists():
        where = f"JAVA_HOME is {home}, without bin/java" if home else "no java on the path"
        raise _stop("D221", f"engine: spark, and there is no Java ({where})", _JAVA_FIX)
    return SparkPlace(master)


@dataclass(frozen=True, slots=True)
class SparkPlace:
    """master: local[*] for this machine, or a cluster's address."""

    master: str

    def start(self, root: Path) -> Any:
        """A session of its own, its settings those of `_ANSWERS`.

        Raises PayoffError (exit code 7) when Spark does not start.
        """
        from py4j.protocol import Py4JError
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession

        folder = root.resolve() / ".spark"
        folder.mkdir(parents=True, exist_ok=True)
        clear_spills(folder)
        log = folder / "driver.log"
        builder = SparkSession.builder.appName("payoff").master(self.master)
        for name, value in _settings(self.master, folder).items():
            builder = builder.config(name, value)
        try:
            with _errors_to(log):
                session = builder.getOrCreate().newSession()
        except (PySparkException, Py4JError, OSError) as error:
            raise _not_started(self.master, log, error) from None
        logging.getLogger("SQLQueryContextLogger").setLevel(logging.CRITICAL)  # errors are told once, by us
        for name, value in _ANSWERS.items():
            session.conf.set(name, value)
        return session


def clear_spills(folder: Path) -> None:
    """Remove rows that a process left behind when it was killed; those of living ones stay."""
    for spill in folder.glob(f"{_SPILL}*"):
        try:
            os.kill(int(spill.name.removeprefix(_SPILL)), 0)
        except (ProcessLookupError, ValueError):
            shutil.rmtree(spill, ignore_errors=True)
        except PermissionError:
            continue  # somebody else's, alive


def _settings(master: str, folder: Path) -> dict[str, str]:
    """What must be said before Java starts."""
    said = {
        "spark.sql.catalogImplementation": "in-memory",
        "spark.sql.warehouse.dir": (folder / "tables").as_uri(),
        "spark.log.level": "WARN",
    }
    if master.startswith("local"):
        said |= {
            "spark.ui.enabled": "false",
            "spark.driver.bindAddress": "127.0.0.1",
            "spark.driver.host": "127.0.0.1",
            "spark.local.dir": str(folder / f"{_SPILL}{os.getpid()}"),
            "spark.sql.shuffle.partitions": str(os.cpu_count() or 2),
        }
    return said


@contextmanager
def _errors_to(log: Path) -> Iterator[None]:
    """What Java prints on starting, and as long as it runs, goes into a file."""
    kept = os.dup(2)
    try:
        with log.open("ab") as file:
            os.dup2(file.fileno(), 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)


def _not_started(master: str, log: Path, error: Exception) -> PayoffError:
    lines = [line.strip() for line in log.read_text("utf-8", "replace").splitlines() if line.strip()]
    told = next((line for line in lines if "Exception" in line or "Error" in line), "")
    said = told or str(error).splitlines()[0]
    what = f"Spark does not start under the master {master}: {said[:200]}"
    fix = f"Spark 4 needs Java 17 or 21; see {log}; check spark_master in payoff.yml"
    return _stop("D221", what, fix, exit_code=7)


def _stop(code: str, what: str, fix: str, exit_code: int = 2) -> PayoffError:
    why = "the queries of the study cannot be answered"
    return PayoffError([Problem(code, what, why, f"{fix}, or say engine: duckdb in payoff.yml")], exit_code)
