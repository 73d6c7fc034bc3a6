"""Where a hook may point (F68): https, a public address, and no other than the one checked."""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

LONGEST = 500
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
IP = ipaddress.IPv4Address | ipaddress.IPv6Address


class BadAddressError(ValueError):
    """Nothing is sent there; the text says why, in the reader's language."""


@dataclass(frozen=True)
class Target:
    """An address in parts, its host as the certificate names it."""

    scheme: str
    host: str
    port: int
    rest: str

    @property
    def authority(self) -> str:
        """What the Host header says."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        usual = 443 if self.scheme == "https" else 80
        return host if self.port == usual else f"{host}:{self.port}"


def parse(url: str) -> Target:
    """The parts of an address that may be written down; BadAddressError for any other."""
    if len(url) > LONGEST or not url.isascii() or not url.isprintable() or set(url) & set(' \\"<>'):
        raise BadAddressError(_("Write the address in plain letters, without spaces."))
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise BadAddressError(_("This is not an address of a system.")) from None
    host = (parts.hostname or "").rstrip(".")
    if not host or "%" in host:
        raise BadAddressError(_("This is not an address of a system."))
    if "@" in parts.netloc:
        raise BadAddressError(_("Leave out user name and password: the signature says who we are."))
    if parts.fragment:
        raise BadAddressError(_("Leave out what stands behind the #."))
    trial = settings.HOOK_ALLOW_LOOPBACK and parts.scheme == "http"
    if parts.scheme != "https" and not trial:
        raise BadAddressError(_("The address begins with https://."))
    port = port if port is not None else (443 if parts.scheme == "https" else 80)
    if port != 443 and port < 1024 and not trial:
        raise BadAddressError(_("The port is 443, or 1024 and above."))
    literal = _literal(host)
    if literal is not None and not allowed(literal):
        raise BadAddressError(_("This address does not lie in the public Internet."))
    rest = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, host, port, rest)


def resolve(target: Target) -> str:
    """The IP address to connect to, once every address of the name has been found public."""
    try:
        found = socket.getaddrinfo(target.host, target.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise BadAddressError(_("The name of this address is not known.")) from None
    addresses = [str(entry[4][0]) for entry in found]
    if not addresses or not all(allowed(ipaddress.ip_address(one)) for one in addresses):
        raise BadAddressError(_("This address does not lie in the public Internet."))
    if target.scheme == "http" and not all(
        ipaddress.ip_address(one).is_loopback for one in addresses
    ):
        raise BadAddressError(_("The address begins with https://."))
    return addresses[0]


def allowed(ip: IP) -> bool:
    """Whether anything may be sent there; in a trial also to the machine itself."""
    return is_public(ip) or bool(settings.HOOK_ALLOW_LOOPBACK and ip.is_loopback)


def is_public(ip: IP) -> bool:
    """Whether an address lies in the public Internet, the one inside an address too."""
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.scope_id is not None:
            return False
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(inner)
        if ip.is_site_local:
            return False
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)


def _literal(host: str) -> IP | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None
