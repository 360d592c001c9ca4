"""The application under granian: workers, signals, an orderly end.

Question  How does the record store run as a process?
Workers   SQLite has one writer and so one worker; PostgreSQL takes as many as there are cores.
End       SIGTERM or SIGINT: no more connections are taken, what was accepted is answered, then the store is
          closed and with it its last group is on disk. A worker never outlives the first process, however
          that dies: left alone it would hold the port and the file, and no new server could write.
Turns     The loop and the writer's thread hand over the interpreter every 10 ms, not 5: they change places
          a few hundred times a second as it is. Young objects are looked through for cycles every 50,000, not
          700: statements are trees, and each look at the caches of terms is a long one. Together a third more
          statements a second, and no more memory at rest (benchmarks/speed).
Death     A worker that dies unasked is logged. Of several it is started anew; the only one takes the server
          with it, for whoever watches over services to start it again.
"""

import ctypes
import gc
import os
import shutil
import signal
import sys
import tempfile
from dataclasses import replace
from functools import partial
from typing import Any

from granian.constants import Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels
from granian.server.mp import MPServer

from payoff.apps.lrs.listening import check_free, find_address
from payoff.apps.lrs.request_log import LOGGING, RequestLog
from payoff.apps.lrs.settings import Settings
from payoff.statements.store import Store
from payoff.statements.token_settings import read_issuers

STOP_SECONDS = 30
EXIT_DIED = 7
HEADER_MILLISECONDS = 20_000
HEADER_BYTES = 64 * 1024
SWITCH_SECONDS = 0.01
GC_THRESHOLDS = (50_000, 50, 100)
_SET_PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of Linux


def serve(settings: Settings, host: str, port: int) -> None:
    """Serve until a signal ends it."""
    workers = settings.workers
    address = find_address(host, port)
    check_free(address, port)
    _check_opening(settings)
    folder = tempfile.mkdtemp(prefix="payoff-lrs-") if workers > 1 else None
    if folder:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
    try:
        server = _Server(
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
            log_dictconfig=LOGGING,
            respawn_failed_workers=workers > 1,
            workers_kill_timeout=STOP_SECONDS,
        )
        served = replace(settings, host=host, port=port)
        server.serve(target_loader=partial(_load, served), wrap_loader=False)
    finally:
        if folder:
            shutil.rmtree(folder, ignore_errors=True)


def _check_opening(settings: Settings) -> None:
    """What is wrong with the store or the issuers is told here, in words, before a worker starts."""
    if settings.issuers:
        read_issuers(settings.issuers)
    store = Store.open(settings.store)
    try:
        with store.engine.wait_to_write():
            pass
    finally:
        store.close()


class _Server(MPServer):
    """granian's server, which says in the log why it ends when nobody asked it to."""

    def shutdown(self, exit_code: int = 0) -> None:
        """Called once a signal came or a worker died."""
        unasked = () if self.interrupt_signal else self.interrupt_children
        died = [self.wrks[place].inner for place in unasked]
        for worker in died:
            worker.join(STOP_SECONDS)
            code = worker.exitcode or 0
            how = f"signal {-code}" if code < 0 else f"exit code {code}"
            RequestLog(True).event("ended", why=f"worker {worker.pid} died: {how}", exit_code=EXIT_DIED)
        super().shutdown(EXIT_DIED if died else exit_code)  # type: ignore[no-untyped-call]


def _load(settings: Settings) -> Any:
    """Called in each worker: what it imports comes after the folder of the metrics is known."""
    # Until granian listens to signals itself, SIGTERM ends a worker that has accepted nothing yet.
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, signal.SIG_DFL)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGTERM)
    sys.setswitchinterval(SWITCH_SECONDS)
    gc.set_threshold(*GC_THRESHOLDS)
    from payoff.apps.lrs.application import create_application

    return create_application(settings)
