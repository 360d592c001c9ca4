"""Where the server listens.

Question  Which address does this host name stand for, and is the port free there?
Shared    granian's sockets have SO_REUSEPORT: a second server on a taken port would start in silence and get
          every other connection. So the port is tried without it, before anything is opened. SO_REUSEADDR
          stays: connections of a server that has just ended hold no port.
"""

import errno
import socket

from payoff.nouns.problem import PayoffError, Problem

EXIT_USAGE = 2


def find_address(host: str, port: int) -> str:
    """The numeric address of a host, IPv4 where it has both; PayoffError where it has none."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        found = []
    addresses = sorted((family is not socket.AF_INET, str(to[0])) for family, _, _, _, to in found)
    if not host or not addresses:
        why = "the server would have nowhere to listen"
        fix = "--host 127.0.0.1 for this machine alone, 0.0.0.0 for others too"
        what = f"--host {host} is no address, and no name that stands for one"
        raise PayoffError([Problem("R106", what, why, fix)], EXIT_USAGE)
    return addresses[0][1]


def check_free(address: str, port: int) -> None:
    """PayoffError where this process could not listen there alone."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((address, port))
            probe.listen(1)
    except OSError as error:
        raise PayoffError([_tell(error, address, port)], EXIT_USAGE) from None


def _tell(error: OSError, address: str, port: int) -> Problem:
    if error.errno == errno.EADDRINUSE:
        why = "two servers on one port would each get some of the requests"
        return Problem("R105", f"port {port} is taken", why, "stop the other server or name another --port")
    what = f"nothing can listen at {address}, port {port}: {error.strerror or error}"
    why, fix = "no request would arrive", "name a --host of this machine, and a --port that you may open"
    return Problem("R106", what, why, fix)
