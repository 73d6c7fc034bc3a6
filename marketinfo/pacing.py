"""How often one visitor may post without an account: counted in the cache, for an hour."""

from __future__ import annotations

from django.core.cache import cache
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from accounts.sign_in.adapter import AccountAdapter

HOUR = 3600


def count(request: HttpRequest, what: str, *, most: int) -> bool:
    """Count one more post of this visitor; whether it is still within `most` of the hour.

    The address is kept as a keyed hash only, and no longer than the hour.
    """
    address = AccountAdapter().get_client_ip(request)
    key = "pace:" + salted_hmac("marketinfo.pacing", f"{what}/{address}").hexdigest()
    cache.add(key, 0, HOUR)
    try:
        return bool(cache.incr(key) <= most)
    except ValueError:
        # It ran out between the two.
        cache.set(key, 1, HOUR)
        return True
