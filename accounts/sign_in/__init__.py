"""Sign-in: password and second factor for officers, a code by mail for companies.

For other rooms: `session` (what a session proves), `again` (ask once more before something that
matters), `entitled` (who may come by mail code), `codes`.
"""

from accounts.sign_in.again import recent, recently_signed_in

__all__ = ["recent", "recently_signed_in"]
