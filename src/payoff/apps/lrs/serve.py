"""The application under granian: workers, signals, an orderly end.

Question  How does the record store run as a process?
Workers   SQLite has one writer and so one worker; PostgreSQL takes as many as there are cores.
End       SIGTERM or SIGINT: no more connections are taken, what was accepted is answered, then the store is
          closed and with it its last group is on disk. A worker never outlives the first process, however
          that dies: left alone it would hold the port and the file, and no new server could write.
"""

import ctypes
import os
import shutil
import signal
import sys
import tempfile
from functools import partial
from typing import Any

from granian.constants import Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server import Server

from payoff.apps.lrs.listening import check_free, find_address
from payoff.apps.lrs.settings import Settings
from payoff.statements.store import Store
from payoff.statements.token_settings import read_issuers

STOP_SECONDS = 30
HEADER_MILLISECONDS = 20_000
HEADER_BYTES = 64 * 1024
_SET_PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of Linux


def serve(settings: Settings, host: str, port: int) -> None:
    """Serve until a signal ends it."""
    workers = settings.workers
    address = find_address(host, port)
    check_free(address, port)
    Store.open(settings.store).close()  # what is wrong with it is told here, in words, before a worker starts
    if settings.issuers:
        read_issuers(settings.issuers)
    folder = tempfile.mkdtemp(prefix="payoff-lrs-") if workers > 1 else None
    if folder:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
    try:
        server = Server(
            "payoff.apps.lrs.application",
            address=address,
            port=port,
            interface=Interfaces.ASGI,
            workers=workers,
            websockets=False,
            http1_settings=HTTP1Settings(
                header_read_timeout=HEADER_MILLISECONDS, max_buffer_size=HEADER_BYTES
            ),
            log_level=LogLevels.warning,
            respawn_failed_workers=workers > 1,
            workers_kill_timeout=STOP_SECONDS,
        )
        server.serve(target_loader=partial(_load, settings), wrap_loader=False)
    finally:
        if folder:
            shutil.rmtree(folder, ignore_errors=True)


def _load(settings: Settings) -> Any:
    """Called in each worker: what it imports comes after the folder of the metrics is known."""
    # Until granian listens to signals itself, SIGTERM ends a worker that has accepted nothing yet.
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, signal.SIG_DFL)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGTERM)
    from payoff.apps.lrs.application import create_application

    return create_application(settings)
