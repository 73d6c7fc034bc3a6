"""A tiny scanner that speaks clamd's INSTREAM, over TCP or a socket path."""

import socket
import struct
import threading
from contextlib import contextmanager

from tests.files import corpus


@contextmanager
def running(path=None, answer=None):
    """Its address; it finds the test virus anywhere in a file, or gives a fixed answer."""
    if path:
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(path)
    else:
        listener = socket.socket()
        listener.bind(("127.0.0.1", 0))
    listener.listen()
    thread = threading.Thread(target=_serve, args=(listener, answer), daemon=True)
    thread.start()
    try:
        yield path or f"127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(5)


def _serve(listener, answer):
    while True:
        try:
            client, _ = listener.accept()
        except OSError:
            return
        with client, client.makefile("rb") as stream:
            if stream.read(10) != b"zINSTREAM\0":
                continue
            content = b""
            while length := struct.unpack(">I", stream.read(4))[0]:
                content += stream.read(length)
            found = b"stream: Eicar-Test-Signature FOUND\0"
            verdict = found if corpus.eicar() in content else b"stream: OK\0"
            client.sendall(verdict if answer is None else answer)


@contextmanager
def nobody():
    """An address at which nothing listens."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield f"127.0.0.1:{held.getsockname()[1]}"
