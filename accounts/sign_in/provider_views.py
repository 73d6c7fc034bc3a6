"""Pages of sign-in through the government's identity provider; 404 where none is set."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from typing import Any

from allauth.account import views as account
from allauth.account.internal.flows import login as flow
from allauth.account.models import Login
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.models import ProviderIdentity
from accounts.sign_in import identity_provider, letters
from accounts.sign_in import session as proof

log = logging.getLogger(__name__)
View = Callable[..., HttpResponse]


def where_offered(view: View) -> View:
    """Let the page exist only where a provider is set."""

    @functools.wraps(view)
    def offered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not identity_provider.is_offered():
            raise Http404
        return view(request, *args, **kwargs)

    return offered


@method_decorator(login_not_required, name="dispatch")
class SignIn(account.LoginView):
    """The officers' sign-in, from which a form may lead to the provider."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """With the provider's address in the policy: browsers follow no form's redirect else."""
        response: HttpResponse = super().dispatch(request, *args, **kwargs)
        return let_lead_out(response)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With the provider's name, where there is one."""
        return super().get_context_data(**kwargs) | {"provider": name()}


def let_lead_out(response: HttpResponse) -> HttpResponse:
    """Let a form of this page lead to the provider."""
    if identity_provider.is_offered():
        response._csp_update = {  # type: ignore[attr-defined]
            "form-action": [identity_provider.origin()]
        }
    return response


def name() -> str:
    """What people call the provider, in their language; empty where there is none."""
    if not identity_provider.is_offered():
        return ""
    names: dict[str, str] = settings.OIDC_NAMES
    return names.get(get_language() or "", names["ko"])


@login_not_required
@require_POST
@where_offered
def begin(request: HttpRequest) -> HttpResponse:
    """Lead to the provider."""
    try:
        return identity_provider.begin(request, reverse("provider-back"))
    except identity_provider.AwayError as problem:
        return _away(request, problem)


@login_not_required
@require_safe
@where_offered
def back(request: HttpRequest) -> HttpResponse:
    """Say who would be signed in. Nobody is, until the button is pressed: this was a GET."""
    try:
        told = identity_provider.hear(request)
    except identity_provider.AwayError as problem:
        return _away(request, problem)
    except identity_provider.RefusedError as problem:
        log.warning("the identity provider's answer was refused: %s", problem)
        return _refused(request)
    user = identity_provider.who_is(told)
    if user is None:
        return _refused(request)
    return render(request, "account/provider.html", {"person": user, "provider": name()})


@login_not_required
@require_POST
@where_offered
def go_on(request: HttpRequest) -> HttpResponse:
    """Sign in who the provider said this is; the own second factor is asked as ever."""
    told = identity_provider.last_told(request)
    identity_provider.forget(request)
    user = identity_provider.who_is(told) if told else None
    if told is None or user is None:
        return _refused(request)
    identity_provider.expect(request, told, user)
    flow.record_authentication(request, user, method=proof.PROVIDER)
    if told.proves_two_factors:
        flow.record_authentication(request, user, method=proof.SECOND_FACTOR)
    return flow.perform_login(request, Login(user=user))


@require_POST
@where_offered
def disconnect(request: HttpRequest) -> HttpResponse:
    """End the sign-in by the provider, or (`again`) allow it once more; the password stays."""
    user: Any = request.user
    known = ProviderIdentity.objects.filter(user=user, issuer=settings.OIDC_ISSUER)
    if "again" in request.POST:
        known.exclude(ended_at=None).delete()
    elif not user.has_usable_password():
        messages.error(
            request,
            _("Choose a password first (“Forgotten your password?”); else you could not sign in."),
        )
    elif known.filter(ended_at=None).update(ended_at=timezone.now()):
        letters.account_changed(user.email, "provider_removed", by="")
        messages.success(request, _("You no longer sign in by %(name)s.") % {"name": name()})
    return redirect("mfa_index")


def _away(request: HttpRequest, problem: Exception) -> HttpResponse:
    log.warning("the identity provider does not answer: %s", problem)
    messages.error(
        request,
        _("%(name)s does not answer. Try again in a moment, or sign in with your password.")
        % {"name": name()},
    )
    return redirect("sign-in")


def _refused(request: HttpRequest) -> HttpResponse:
    """One answer for whatever is wrong: a stranger learns of no account."""
    return render(request, "account/provider_refused.html", {"provider": name()}, status=403)
