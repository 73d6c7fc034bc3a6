"""The pages of sign-in: allauth's flows, bound to this portal's rules."""

from __future__ import annotations

from typing import Any

from allauth.account import views as account
from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from allauth.mfa.base import views as factor
from allauth.mfa.totp import views as app
from allauth.mfa.webauthn import views as key
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts import demo, roles
from accounts.models import ProviderIdentity
from accounts.sign_in import browsers, codes, identity_provider, kept, provider_views, second_factor
from accounts.sign_in import session as proof


@method_decorator(login_not_required, name="dispatch")
class SignOut(account.LogoutView):
    """Sign out; who is signed out already is told so by the first page."""


class CompanySignIn(account.RequestLoginCodeView):
    """Ask for a code by mail. Everybody sees the same answer, whoever the address belongs to."""

    def form_valid(self, form: Form) -> HttpResponse:
        """Write to the address, and ask for the code."""
        email = form.cleaned_data["email"]
        user = codes.who_asks(email)
        LoginCodeVerificationProcess.initiate(request=self.request, user=user, email=email)
        return redirect(self.get_success_url())


class ChangePassword(account.PasswordChangeView):
    """Change the password; who has none is told how to come by one, or that none is needed."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """allauth would lead to a page on which a password is set by whoever holds the session."""
        user: Any = request.user
        if not user.has_usable_password():
            context = {"needs_password": roles.needs_second_factor(user)}
            return render(request, "account/password_none.html", context)
        response: HttpResponse = super().dispatch(request, *args, **kwargs)
        return response


class SecondFactor(factor.AuthenticateView):
    """Ask for the second factor; the demonstration shows its own."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With the public code of an invented person."""
        user = self.stage.login.user
        return super().get_context_data(**kwargs) | {
            "demo_code": demo.code_for(user),
            "has": second_factor.kinds(user),
        }


class Overview(factor.IndexView):
    """What a person signs in with; where a newcomer is led first."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Whether the person must still choose."""
        user: Any = self.request.user
        return super().get_context_data(**kwargs) | {
            "newcomer": not proof.has_second_factor(self.request.session),
            "needs_factor": roles.needs_second_factor(user),
            "connected": self._connected(),
            "browsers": browsers.of(user, self.request.session.session_key),
            "provider": provider_views.name(),
        }

    def _connected(self) -> ProviderIdentity | None:
        if not identity_provider.is_offered():
            return None
        return ProviderIdentity.objects.filter(user_id=self.request.user.pk).first()


class SetUpApp(app.ActivateTOTPView):
    """Set up an authenticator app."""

    def form_valid(self, form: Form) -> HttpResponse:
        """Who has just shown its code has shown a second factor."""
        response: HttpResponse = super().form_valid(form)
        second_factor.shown(self.request)
        return response


class AddKey(key.AddWebAuthnView):
    """Set up a passkey."""

    def form_valid(self, form: Form) -> HttpResponse:
        """Who has just used it has shown a second factor."""
        response: HttpResponse = super().form_valid(form)
        second_factor.shown(self.request)
        return response


class RemoveKey(key.RemoveWebAuthnView):
    """Remove a passkey, unless it is the last factor of an officer."""

    def form_valid(self, form: Form) -> HttpResponse:
        """Refuse, with the reason on the page."""
        if second_factor.is_last(self.get_object()):
            return self.render_to_response(self.get_context_data(form=form, refused=True))
        response: HttpResponse = super().form_valid(form)
        return response

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Whether it will be refused."""
        kwargs.setdefault("refused", second_factor.is_last(self.object))
        return dict(super().get_context_data(**kwargs))


@require_safe
def kept_form(request: HttpRequest) -> HttpResponse:
    """Show what was sent after the session had ended, to be sent once more."""
    form = kept.find(request)
    if form is None:
        return redirect("after-sign-in")
    return render(request, "account/kept.html", {"kept": form, "mark": kept.MARK})


@require_POST
def end_elsewhere(request: HttpRequest) -> HttpResponse:
    """Sign the person out everywhere but here."""
    user: Any = request.user
    ended = browsers.end_elsewhere(user, request.session.session_key)
    messages.success(
        request,
        ngettext(
            "You were signed out in %(count)s other browser.",
            "You were signed out in %(count)s other browsers.",
            ended,
        )
        % {"count": ended},
    )
    return redirect("mfa_index")


@require_POST
def forget_kept(request: HttpRequest) -> HttpResponse:
    """Throw away what was kept."""
    kept.forget(request)
    return redirect("after-sign-in")


@require_POST
def stay(request: HttpRequest) -> JsonResponse:
    """Stay signed in: the person is there, though no page was asked for."""
    proof.touch(request.session, at_once=True)
    return JsonResponse({"seconds": proof.idle_seconds()})
