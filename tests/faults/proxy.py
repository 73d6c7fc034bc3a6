"""A TCP line that misbehaves as lines do: late, cut after n bytes either way, or swallowing all."""

import contextlib
import socket
import threading
import time
from collections.abc import Iterator

_CHUNK = 4096


class Proxy:
    """Passes a port of its own on to `target`. Set its fields to make it misbehave."""

    def __init__(self, target: int) -> None:
        self.target = target
        # Seconds before anything is passed on.
        self.latency = 0.0
        # The line is cut once so many bytes have gone up (from the client), or are to come down.
        self.cut_up: int | None = None
        self.cut_down: int | None = None
        # Lines are accepted, and nothing is ever passed on or answered.
        self.black_hole = False
        # Lines are cut as soon as they are made.
        self.refuse = False
        self._open: set[socket.socket] = set()
        self._listening = socket.socket()
        self._listening.bind(("127.0.0.1", 0))
        self._listening.listen(64)
        self.port: int = self._listening.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def stop(self) -> None:
        """Stop listening and cut every line."""
        self._listening.close()
        self.cut()

    def cut(self) -> None:
        """Cut every line that is open now."""
        for line in list(self._open):
            _close(line)

    def _accept(self) -> None:
        while True:
            try:
                line, _address = self._listening.accept()
            except OSError:
                return
            self._open.add(line)
            if self.refuse:
                _close(line)
            elif not self.black_hole:
                threading.Thread(target=self._serve, args=(line,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        try:
            server = socket.create_connection(("127.0.0.1", self.target), timeout=10)
        except OSError:
            _close(client)
            return
        server.settimeout(None)
        self._open.add(server)
        up = threading.Thread(
            target=self._pass, args=(client, server, self.cut_up, True), daemon=True
        )
        up.start()
        self._pass(server, client, self.cut_down, False)
        up.join()
        self._open -= {client, server}

    def _pass(self, source: socket.socket, sink: socket.socket, cut: int | None, up: bool) -> None:
        passed = 0
        with contextlib.suppress(OSError):
            if up and cut == 0:
                _close(source), _close(sink)
                return
            while data := source.recv(_CHUNK):
                time.sleep(self.latency)
                if self.black_hole:
                    continue
                if cut is not None:
                    data = data[: cut - passed]
                if data:
                    sink.sendall(data)
                    passed += len(data)
                if cut is not None and passed >= cut:
                    break
        _close(source), _close(sink)


def _close(line: socket.socket) -> None:
    with contextlib.suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)
    line.close()


@contextlib.contextmanager
def before(target: int) -> Iterator[Proxy]:
    """A proxy in front of a port, for a while."""
    proxy = Proxy(target)
    try:
        yield proxy
    finally:
        proxy.stop()
