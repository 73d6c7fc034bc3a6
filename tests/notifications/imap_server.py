"""A small IMAP server on a real socket: one mailbox, as much of the protocol as a fetch needs."""

from __future__ import annotations

import re
import socketserver
import threading
from dataclasses import dataclass, field


@dataclass
class Kept:
    """One mail of the mailbox."""

    uid: int
    raw: bytes
    seen: bool = False
    deleted: bool = False


@dataclass
class ImapServer:
    """Speaks to any client; `cut_at_store` drops the line when a mail is to be marked."""

    mails: list[Kept] = field(default_factory=list)
    moved: dict[str, list[int]] = field(default_factory=dict)
    cut_at_store: int = 0
    said: list[str] = field(default_factory=list)

    def __enter__(self) -> ImapServer:
        box = self

        class Talk(socketserver.StreamRequestHandler):
            def handle(self) -> None:
                self.wfile.write(b"* OK ready\r\n")
                while line := self.rfile.readline():
                    tag, _space, command = line.decode().strip().partition(" ")
                    box.said.append(re.sub(r"LOGIN .*", "LOGIN", command))
                    answer = box.answer(command)
                    if answer is None:
                        return
                    self.wfile.write(answer + f"{tag} OK done\r\n".encode())
                    if command.upper().startswith("LOGOUT"):
                        return

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Talk)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def add(self, raw: bytes) -> None:
        """A mail arrives."""
        self.mails.append(Kept(len(self.mails) + 1, raw))

    def _find(self, uid: int) -> Kept | None:
        return next((one for one in self.mails if one.uid == uid and not one.deleted), None)

    def answer(self, command: str) -> bytes | None:
        """What stands before the tagged OK; None drops the line."""
        words = command.split()
        verb = " ".join(words[:2]).upper() if words[0].upper() == "UID" else words[0].upper()
        if verb == "CAPABILITY":
            return b"* CAPABILITY IMAP4rev1 MOVE UIDPLUS\r\n"
        if verb in ("SELECT", "EXAMINE"):
            return f"* {len(self.mails)} EXISTS\r\n* OK [UIDVALIDITY 1] ok\r\n".encode()
        if verb in ("UID SEARCH", "SEARCH"):
            return self._search(command)
        if verb == "UID FETCH":
            return self._fetch(int(words[2]))
        if verb in ("UID STORE", "UID MOVE", "UID COPY"):
            return self._change(verb, words)
        return b"* BYE\r\n" if verb == "LOGOUT" else b""

    def _fetch(self, uid: int) -> bytes:
        mail = self._find(uid)
        if mail is None:
            return b""
        head = f"* {mail.uid} FETCH (UID {mail.uid} RFC822.SIZE {len(mail.raw)} FLAGS () "
        literal = f"BODY[] {{{len(mail.raw)}}}\r\n".encode()
        return head.encode() + literal + mail.raw + b")\r\n"

    def _search(self, command: str) -> bytes:
        wanted = re.search(r"UID (\d+)", command.partition("SEARCH")[2])
        found = [one for one in self.mails if not one.deleted]
        if wanted:
            found = [one for one in found if one.uid == int(wanted[1])]
        elif "UNSEEN" in command:
            found = [one for one in found if not one.seen]
        return f"* SEARCH {' '.join(str(one.uid) for one in found)}\r\n".encode()

    def _change(self, verb: str, words: list[str]) -> bytes | None:
        if self.cut_at_store:
            self.cut_at_store -= 1
            return None
        mail = self._find(int(words[2]))
        if mail is None:
            return b""
        if verb == "UID STORE":
            mail.seen = mail.seen or "Seen" in " ".join(words)
            mail.deleted = mail.deleted or "Deleted" in " ".join(words)
        else:
            self.moved.setdefault(words[3].strip('"'), []).append(mail.uid)
            mail.deleted = mail.deleted or verb == "UID MOVE"
        return b""
