"""The addresses of sign-in. What allauth has beyond these is not mounted: nobody signs up."""

from allauth.account import views as account
from allauth.mfa.base import views as factor
from allauth.mfa.recovery_codes import views as recovery
from allauth.mfa.totp import views as app
from allauth.mfa.webauthn import views as key
from django.urls import path, re_path

from accounts.sign_in import provider_views, views

# allauth reverses its own names; templates of ours say `sign-in` and `sign-out`.
urlpatterns = [
    path("sign-in/", provider_views.SignIn.as_view(), name="sign-in"),
    path("sign-in/", provider_views.SignIn.as_view(), name="account_login"),
    path("sign-in/provider/", provider_views.begin, name="provider-begin"),
    path("sign-in/provider/back/", provider_views.back, name="provider-back"),
    path("sign-in/provider/go-on/", provider_views.go_on, name="provider-go-on"),
    path("sign-in/second-factor/", views.SecondFactor.as_view(), name="mfa_authenticate"),
    path("sign-in/switched-off/", account.account_inactive, name="account_inactive"),
    path("sign-in/kept/", views.kept_form, name="kept-form"),
    path("sign-in/kept/forget/", views.forget_kept, name="forget-kept-form"),
    path("sign-in/stay/", views.stay, name="stay-signed-in"),
    path("sign-in/again/", account.reauthenticate, name="account_reauthenticate"),
    path("sign-in/again/code/", factor.reauthenticate, name="mfa_reauthenticate"),
    path("sign-in/again/passkey/", key.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("sign-out/", views.SignOut.as_view(), name="sign-out"),
    path("sign-out/", views.SignOut.as_view(), name="account_logout"),
    path("company/sign-in/", views.CompanySignIn.as_view(), name="company-sign-in"),
    path("company/sign-in/", views.CompanySignIn.as_view(), name="account_request_login_code"),
    path("company/sign-in/code/", account.confirm_login_code, name="account_confirm_login_code"),
    path("password/forgotten/", account.password_reset, name="account_reset_password"),
    path(
        "password/forgotten/sent/", account.password_reset_done, name="account_reset_password_done"
    ),
    re_path(
        r"^password/new/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>[0-9A-Za-z:_-]+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "password/changed/",
        account.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("my-sign-in/", views.Overview.as_view(), name="mfa_index"),
    path("my-sign-in/password/", views.ChangePassword.as_view(), name="account_change_password"),
    path("my-sign-in/elsewhere/end/", views.end_elsewhere, name="sign-out-elsewhere"),
    path("my-sign-in/provider/remove/", provider_views.disconnect, name="provider-remove"),
    path("my-sign-in/app/", views.SetUpApp.as_view(), name="mfa_activate_totp"),
    path("my-sign-in/app/remove/", app.deactivate_totp, name="mfa_deactivate_totp"),
    path("my-sign-in/passkeys/", key.list_webauthn, name="mfa_list_webauthn"),
    path("my-sign-in/passkeys/add/", views.AddKey.as_view(), name="mfa_add_webauthn"),
    path("my-sign-in/passkeys/<int:pk>/name/", key.edit_webauthn, name="mfa_edit_webauthn"),
    path(
        "my-sign-in/passkeys/<int:pk>/remove/",
        views.RemoveKey.as_view(),
        name="mfa_remove_webauthn",
    ),
    path(
        "my-sign-in/recovery-codes/", recovery.view_recovery_codes, name="mfa_view_recovery_codes"
    ),
    path(
        "my-sign-in/recovery-codes/new/",
        recovery.generate_recovery_codes,
        name="mfa_generate_recovery_codes",
    ),
    path(
        "my-sign-in/recovery-codes/download/",
        recovery.download_recovery_codes,
        name="mfa_download_recovery_codes",
    ),
]
