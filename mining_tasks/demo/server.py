"""A demo silo as a real HTTP server on loopback, in a thread of this process."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Thread
from time import sleep
from types import TracebackType
from typing import Any

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from mining_tasks.demo.faults import Faults
from mining_tasks.demo.gate import Gate

LOOPBACK = "127.0.0.1"  # nobody outside this machine reaches a demo silo


class _Connection(H11Protocol):
    """Lets a fault reach the connection itself, to cut it."""

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self.app_state = {**self.app_state, "transport": transport}


class Server:
    """Serves while its `with` block runs; port 0 takes a free one, which it keeps."""

    def __init__(self, gate: Gate, port: int = 0) -> None:
        self.gate, self.port = gate, port
        self._thread: Thread | None = None

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def faults(self) -> Faults:
        """What it was told to do wrong."""
        return self.gate.faults

    def __enter__(self) -> "Server":
        self._socket = _listening(self.port)
        self.port = self._socket.getsockname()[1]
        config = uvicorn.Config(
            self.gate, http=_Connection, loop="asyncio", ws="none", lifespan="off", log_config=None, access_log=False
        )
        self._server = uvicorn.Server(config)
        self._thread = Thread(target=self._server.run, kwargs={"sockets": [self._socket]}, daemon=True)
        self._thread.start()
        while not self._server.started and self._thread.is_alive():
            sleep(0.005)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.should_exit = self._server.force_exit = True
        if self._thread is not None:
            self._thread.join()
        self._socket.close()

    @contextmanager
    def down(self) -> Iterator[None]:
        """Refuses connections while the block runs, then serves again at the same address."""
        self.__exit__(None, None, None)
        try:
            yield
        finally:
            self.__enter__()


def _listening(port: int) -> socket.socket:
    listener = socket.socket(proto=socket.IPPROTO_TCP)  # asyncio sends small answers at once only if it knows: 40 ms
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((LOOPBACK, port))
    except OSError as fault:
        listener.close()
        raise OSError(fault.errno, f"port {port} of {LOOPBACK} cannot be had: {fault.strerror}") from fault
    listener.listen(128)
    return listener
