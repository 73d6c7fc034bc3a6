"""The forms of sign-in: allauth's rules in this portal's words."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base import forms as factor
from allauth.mfa.totp import forms as app
from allauth.mfa.webauthn import forms as key
from django import forms
from django.contrib.auth import password_validation
from django.utils.translation import gettext_lazy as _

from accounts import demo

_PASSWORD = _("Password")


def _code(label: Any, help_text: Any) -> forms.CharField:
    attrs = {
        "autocomplete": "one-time-code",
        "inputmode": "numeric",
        "class": "short",
        "maxlength": 12,
    }
    return forms.CharField(label=label, help_text=help_text, widget=forms.TextInput(attrs=attrs))


def _email(help_text: Any = "") -> forms.EmailField:
    attrs = {"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
    return account.EmailField(
        label=_("E-mail"), help_text=help_text, widget=forms.EmailInput(attrs=attrs)
    )


def _password(label: Any, autocomplete: str, help_text: Any = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        strip=False,
        help_text=help_text,
        widget=forms.PasswordInput(attrs={"autocomplete": autocomplete}),
    )


def _rules() -> str:
    return " ".join(password_validation.password_validators_help_texts())


class SignInForm(account.LoginForm):
    """E-mail and password of an officer."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"] = _email()
        self.fields["password"] = _password(_PASSWORD, "current-password")
        self.order_fields(["login", "password"])


class AskCodeForm(account.RequestLoginCodeForm):
    """The address to which a code is sent."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"] = _email(
            _("The address that stands in your filing, or to which you were invited.")
        )


class MailCodeForm(account.ConfirmLoginCodeForm):
    """The code from the mail."""

    code = _code(_("Code from the mail"), _("Six digits. Spaces do no harm."))


class SecondFactorForm(factor.AuthenticateForm):
    """The code that an authenticator app shows, or a recovery code."""

    code = _code(_("Code"), _("Six digits from your authenticator app, or a recovery code."))

    def clean_code(self) -> str:
        """As allauth checks it; the demonstration's public code may be used again."""
        demo.let_code_be_used_again(self.user, self.cleaned_data["code"])
        return str(super().clean_code())


class SecondFactorAgainForm(factor.ReauthenticateForm):
    """The same, in the middle of a session."""

    code = _code(_("Code"), _("Six digits from your authenticator app, or a recovery code."))

    def clean_code(self) -> str:
        """As allauth checks it; the demonstration's public code may be used again."""
        demo.let_code_be_used_again(self.user, self.cleaned_data["code"])
        return str(super().clean_code())


class SetUpAppForm(app.ActivateTOTPForm):
    """The first code of a new authenticator app."""

    code = _code(_("Code that the app shows"), _("Six digits; they change every half minute."))


class RemoveAppForm(app.DeactivateTOTPForm):
    """Nothing to type: allauth says beforehand when it is refused."""


class AddKeyForm(key.AddWebAuthnForm):
    """A passkey and what its owner calls it."""

    name = forms.CharField(
        label=_("Name of the passkey"),
        help_text=_("So that you can tell several apart, for instance “Office laptop”."),
        max_length=60,
        required=False,
    )


class PasswordAgainForm(account.ReauthenticateForm):
    """The password, before something that matters."""

    password = _password(_PASSWORD, "current-password")


class ForgottenForm(account.ResetPasswordForm):
    """The address to which a link for a new password is sent."""

    users: list[Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"] = _email(_("The address with which you sign in."))

    def clean_email(self) -> str:
        """Who signs in by mail code has no password to forget."""
        email = str(super().clean_email())
        self.users = [user for user in self.users if user.has_usable_password()]
        return email


class NewPasswordForm(account.ResetPasswordKeyForm):
    """A new password, by the link of a mail."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _name_new(self)


class ChangePasswordForm(account.ChangePasswordForm):
    """A new password, by who knows the old one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["oldpassword"].label = _("Present password")
        self.fields["oldpassword"].widget.attrs.pop("placeholder", None)
        self.fields["oldpassword"].help_text = ""
        _name_new(self)


def _name_new(form: forms.Form) -> None:
    first, second = form.fields["password1"], form.fields["password2"]
    first.label, first.help_text = _("New password"), _rules()
    second.label = _("New password once more")
    for field in (first, second):
        field.widget.attrs.pop("placeholder", None)
