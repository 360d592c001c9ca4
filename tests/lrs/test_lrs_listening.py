"""Where the server listens: a taken port, and a host that is none, are refused before anything opens."""

import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from postgres_server import find_free_port
from served_store import PAYOFF, serve

from payoff.apps.lrs.listening import check_free, find_address
from payoff.nouns.problem import PayoffError


@contextmanager
def listening(reuse_port: bool, address: str = "127.0.0.1") -> Iterator[int]:
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, int(reuse_port))
        taken.bind((address, 0))
        taken.listen(1)
        yield taken.getsockname()[1]


@pytest.mark.parametrize("reuse_port", [True, False])
@pytest.mark.parametrize("address", ["127.0.0.1", "0.0.0.0"])
def test_a_port_that_somebody_listens_on_is_taken(reuse_port: bool, address: str) -> None:
    with listening(reuse_port, address) as port, pytest.raises(PayoffError) as told:
        check_free("127.0.0.1", port)
    assert told.value.problems[0].what == f"port {port} is taken"
    assert told.value.exit_code == 2


def test_a_port_whose_server_has_just_ended_is_free() -> None:
    """The side that closes first is left in TIME_WAIT."""
    with socket.socket() as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        server.bind(("127.0.0.1", 0))
        server.listen(1)
        port = server.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)) as client:
            accepted, _ = server.accept()
            accepted.close()
            assert client.recv(1) == b""
    check_free("127.0.0.1", port)


def test_names_become_addresses() -> None:
    assert find_address("localhost", 80) == "127.0.0.1"
    assert find_address("::1", 80) == "::1"
    for host in ("300.1.1.1", "", "a" * 300, "no such host"):
        with pytest.raises(PayoffError) as told:
            find_address(host, 80)
        assert told.value.problems[0].code == "R106"


def test_an_address_of_another_machine_is_told() -> None:
    with pytest.raises(PayoffError, match=r"nothing can listen at 203\.0\.113\.9"):
        check_free("203.0.113.9", find_free_port())


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_second_server_on_a_port_is_refused_before_it_opens_its_store(
    postgres_url: str, tmp_path: Path, workers: str
) -> None:
    with serve(postgres_url, "--workers", workers) as served:
        file = tmp_path / "second.db"
        ended = run_server(file, "--port", str(served.port))
        assert f"port {served.port} is taken" in ended.stderr
        assert "name another --port" in ended.stderr
        assert ended.returncode == 2
        assert not file.exists()


def test_a_host_by_name_is_served_and_one_that_is_none_is_told(tmp_path: Path) -> None:
    with serve(str(tmp_path / "records.db"), "--host", "localhost") as served:
        assert served.get("about").status == 200
    ended = run_server(tmp_path / "other.db", "--host", "300.1.1.1", "--port", "18081")
    assert ended.returncode == 2
    assert "--host 300.1.1.1 is no address" in ended.stderr
    assert "bug in payoff" not in ended.stderr


def run_server(store: Path, *options: str) -> "subprocess.CompletedProcess[str]":
    command = [PAYOFF, "lrs", "serve", "--store", str(store), *options]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
