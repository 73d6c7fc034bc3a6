"""The second factor as a stage of sign-in, asked unless it has been shown on the way here."""

from __future__ import annotations

from allauth.account.internal.flows import login as flow
from allauth.mfa.stages import AuthenticateStage
from django.http import HttpRequest

from accounts.sign_in import session as proof


class SecondFactorStage(AuthenticateStage):
    """allauth's own, for who comes from a provider that has asked for two factors as well."""

    def _should_handle(self, request: HttpRequest) -> bool:
        shown = flow.get_authentication_records(request, self.login.user)
        if any(record["method"] == proof.SECOND_FACTOR for record in shown):
            return False
        return bool(super()._should_handle(request))
