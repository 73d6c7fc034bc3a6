"""A real HTTP server that behaves like a gateway for text messages, on good days and bad ones."""

import json
import socket
import ssl
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class TextGateway:
    """Takes messages; `moods` says how the next requests are answered, then all is well.

    `phones` are the messages that reached a phone: one per idempotency key.
    """

    def __init__(self) -> None:
        self.moods: list[Callable[[Any], None]] = []
        self.requests: list[tuple[dict[str, str], dict[str, Any]]] = []
        self.phones: list[dict[str, Any]] = []
        self.connections = 0
        self._known: dict[str, str] = {}
        gateway = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def setup(self) -> None:
                super().setup()
                gateway.connections += 1

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                gateway.requests.append((dict(self.headers), json.loads(body)))
                mood = gateway.moods.pop(0) if gateway.moods else accept
                mood(self)

            def do_GET(self) -> None:
                gateway.requests.append((dict(self.headers), {}))
                self.answer(200, b'{"id": "moved"}')

            def answer(self, status: int, body: bytes, **headers: str) -> None:
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name.replace("_", "-"), value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def take(self) -> str:
                """The message reaches a phone, once for each key; without one, every time."""
                _headers, body = gateway.requests[-1]
                key = self.headers.get("Idempotency-Key", "")
                if key in gateway._known:
                    return gateway._known[key]
                gateway.phones.append(body)
                name = f"m-{len(gateway.phones)}"
                if key:
                    gateway._known[key] = name
                return name

            def log_message(self, *_args: Any) -> None:
                """Quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))
        self.url = f"http://127.0.0.1:{self._server.server_port}/messages"

    def start(self) -> "TextGateway":
        """Listen."""
        self._thread.start()
        return self

    def secure(self, certificate: Any, key: Any) -> None:
        """Speak TLS from now on."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.url = self.url.replace("http:", "https:")

    def stop(self) -> None:
        """Close the port; doing it again changes nothing."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._server.server_close()
            self._thread.join()


# --- Moods --------------------------------------------------------------------------------
def accept(handler: Any) -> None:
    """The message is taken."""
    handler.answer(202, json.dumps({"id": handler.take()}).encode())


def says(status: int, body: bytes = b'{"error": "no"}', **headers: str) -> Callable[[Any], None]:
    """An answer without taking the message."""
    return lambda handler: handler.answer(status, body, **headers)


def taken_but(status: int, body: bytes) -> Callable[[Any], None]:
    """The message is taken, and the answer says something else."""

    def mood(handler: Any) -> None:
        handler.take()
        handler.answer(status, body)

    return mood


def taken_and_gone(handler: Any) -> None:
    """The message is taken; the line closes in the middle of the answer."""
    handler.take()
    handler.wfile.write(b'HTTP/1.1 202 Accepted\r\nContent-Length: 500\r\n\r\n{"id":')
    handler.wfile.flush()
    handler.connection.shutdown(socket.SHUT_RDWR)
    handler.close_connection = True


def gone(handler: Any) -> None:
    """The line closes without a word."""
    handler.connection.shutdown(socket.SHUT_RDWR)
    handler.close_connection = True


def slow(seconds: float) -> Callable[[Any], None]:
    """The message is taken, the answer comes too late."""

    def mood(handler: Any) -> None:
        handler.take()
        time.sleep(seconds)
        handler.close_connection = True

    return mood


def dripping(handler: Any) -> None:
    """The message is taken; the answer comes byte by byte."""
    handler.take()
    handler.wfile.write(b"HTTP/1.1 202 Accepted\r\nContent-Length: 100\r\n\r\n")
    for _turn in range(40):
        time.sleep(0.02)
        try:
            handler.wfile.write(b" ")
        except OSError:
            break
    handler.close_connection = True


def endless(handler: Any) -> None:
    """The message is taken; the answer never ends."""
    handler.take()
    handler.wfile.write(b"HTTP/1.1 202 Accepted\r\n\r\n")
    try:
        for _turn in range(200):
            handler.wfile.write(b"x" * 65536)
    except OSError:
        pass
    handler.close_connection = True
