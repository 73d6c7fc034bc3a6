"""Where a request came from, as wide as one person or office may be behind it."""

from __future__ import annotations

import ipaddress

from django.http import HttpRequest

from accounts.sign_in.adapter import AccountAdapter


def near_and_far(request: HttpRequest) -> tuple[str, str]:
    """The line a request came by, and the block around it.

    IPv4: the address and its /24. IPv6: the /64, which is one line however many addresses it
    uses, and the /48 that a provider hands out at most.
    """
    shown = str(AccountAdapter(request).get_client_ip(request))
    try:
        address = ipaddress.ip_address(shown)
    except ValueError:
        # Already a network, or nothing that could be read: it stands for itself.
        return shown, shown
    if isinstance(address, ipaddress.IPv6Address):
        return _around(address, 64), _around(address, 48)
    return str(address), _around(address, 24)


def _around(address: ipaddress.IPv4Address | ipaddress.IPv6Address, bits: int) -> str:
    return str(ipaddress.ip_network((address, bits), strict=False))
