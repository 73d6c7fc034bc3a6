"""Asks clamd about a file. When a scanner is set and silent, the file waits (FAULTS F66)."""

import logging
import socket
import struct
from dataclasses import dataclass
from typing import BinaryIO

from django.conf import settings

log = logging.getLogger(__name__)

CONNECT_SECONDS = 2.0
ANSWER_SECONDS = 20.0
_CHUNK = 1 << 16

CLEAN = "clean"
FOUND = "found"
SILENT = "silent"


@dataclass(frozen=True)
class Verdict:
    """clean, found (with the name of what was found) or silent (no answer to be had)."""

    outcome: str
    finding: str = ""


def is_set() -> bool:
    """Whether files are scanned at all."""
    return bool(settings.SCANNER)


def scan(content: BinaryIO) -> Verdict:
    """What the scanner says; clean when none is set. Never raises for a scanner that is away."""
    if not is_set():
        return Verdict(CLEAN)
    try:
        content.seek(0)
        with _connect(settings.SCANNER) as connection:
            answer = _ask(connection, content)
    except (OSError, ValueError) as error:
        log.warning("scanner silent: %s", type(error).__name__)
        return Verdict(SILENT)
    if answer.endswith("FOUND"):
        return Verdict(FOUND, answer.removesuffix("FOUND").partition(":")[2].strip()[:200] or "?")
    if answer.endswith(": OK"):
        return Verdict(CLEAN)
    log.warning("scanner gave no verdict: %.80s", answer)
    return Verdict(SILENT)


def _connect(address: str) -> socket.socket:
    """A connection to `host:port` or to a socket path."""
    if address.startswith("/"):
        connection = socket.socket(socket.AF_UNIX)
        try:
            connection.settimeout(CONNECT_SECONDS)
            connection.connect(address)
        except OSError:
            connection.close()
            raise
    else:
        host, _, port = address.rpartition(":")
        connection = socket.create_connection((host.strip("[]"), int(port)), CONNECT_SECONDS)
    connection.settimeout(ANSWER_SECONDS)
    return connection


def _ask(connection: socket.socket, content: BinaryIO) -> str:
    """The INSTREAM command: chunks with their length before them, a zero length at the end."""
    connection.sendall(b"zINSTREAM\0")
    while chunk := content.read(_CHUNK):
        connection.sendall(struct.pack(">I", len(chunk)) + chunk)
    connection.sendall(struct.pack(">I", 0))
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < 4096:
        piece = connection.recv(1024)
        if not piece:
            break
        answer += piece
    return answer.rstrip(b"\0\n").decode("utf-8", "replace")
