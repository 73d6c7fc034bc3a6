"""Addresses of the company's and the bodies' pages; `portal.urls` puts them at the root."""

from django.urls import path, register_converter

from intake.views import (
    answering,
    case,
    confirm,
    filing,
    following,
    outcome,
    proxy,
    steps,
    supplement,
)
from intake.views.body import desk, link
from intake.views.company import case as account_case
from intake.views.company import guests, home, own_data


class ReceiptNumber:
    """A receipt number in an address."""

    regex = r"GT-\d{4}-\d{6,9}-\d"

    def to_python(self, value: str) -> str:
        """As it stands."""
        return value

    def to_url(self, value: str) -> str:
        """As it stands."""
        return value


register_converter(ReceiptNumber, "receipt")

app_name = "intake"
urlpatterns = [
    path("file/", filing.file, name="file"),
    # The form is sent elsewhere than it is read: a POST to its own address would make browsers
    # forget the page that the back button must bring back, with its text and its key.
    path("file/send/", filing.file, name="send"),
    path("file/check/<str:token>/", filing.check, name="check"),
    path("file/submit/", filing.submit, name="submit"),
    path("file/received/<str:token>/", filing.receipt, name="receipt"),
    path("file/resume/<str:token>/", filing.resume, name="resume"),
    path("file/perhaps/", answering.perhaps, name="perhaps"),
    path("file/perhaps/open/", answering.open_entry, name="perhaps-open"),
    path("file/perhaps/enough/", answering.enough, name="perhaps-enough"),
    path("file/settled/<str:token>/", answering.settled, name="settled"),
    path("file/settled/<str:token>/back/", answering.back, name="settled-back"),
    path("follow/", following.follow, name="follow"),
    path("follow/ask-code/", following.ask_code, name="ask-code"),
    path("follow/enter-code/", following.enter_code, name="enter-code"),
    path("follow/leave/", following.leave, name="leave"),
    path("follow/link/<str:token>/", following.open_link, name="open-link"),
    path("follow/<receipt:number>/", case.case_page, name="case"),
    path("follow/<receipt:number>/supplement/", case.step(supplement.send), name="supplement"),
    path(
        "follow/<receipt:number>/supplement/save/",
        case.step(supplement.save),
        name="supplement-save",
    ),
    path("follow/<receipt:number>/more-time/agree/", case.step(steps.agree), name="agree"),
    path("follow/<receipt:number>/more-time/refuse/", case.step(steps.refuse), name="refuse"),
    path("follow/<receipt:number>/message/", case.step(steps.send_message), name="send-message"),
    path("follow/<receipt:number>/withdraw/", case.step(steps.withdraw), name="withdraw"),
    path("follow/<receipt:number>/solved/", case.step(steps.solved), name="solved"),
    path("follow/<receipt:number>/not-solved/", case.step(steps.not_solved), name="not-solved"),
    path("follow/<receipt:number>/outcome/", case.step(steps.outcome), name="outcome"),
    path("follow/<receipt:number>/contact/", case.step(steps.correct_contact), name="contact"),
    path("follow/<receipt:number>/texts/", case.step(steps.choose_texts), name="texts"),
    path(
        "follow/<receipt:number>/sharing/",
        case.step(steps.withdraw_sharing),
        name="sharing",
    ),
    path("follow/<receipt:number>/file/<uuid:public_id>/", case.attachment, name="attachment"),
    path("follow/<receipt:number>/confirm/", confirm.by_case, name="confirm-case"),
    path("follow/<receipt:number>/proxy/take-over/", proxy.take_over, name="take-over"),
    path("follow/<receipt:number>/proxy/dismiss/", proxy.dismiss, name="dismiss-proxy"),
    path("outcome/<str:token>/", outcome.by_link, name="tell-outcome"),
    path("confirm/<str:token>/", confirm.by_link, name="confirm"),
    path("confirm/<str:token>/new/", confirm.new_link, name="confirm-new"),
    path("confirm/<str:token>/file/<uuid:public_id>/", confirm.attachment, name="confirm-file"),
    path("company/", home.home, name="company-home"),
    path("company/ask/", home.ask, name="company-ask"),
    path("company/own-data/", own_data.own_data, name="company-own-data"),
    path("company/people/<int:pk>/grant/", home.grant, name="company-person-grant"),
    path("company/people/<int:pk>/refuse/", home.refuse, name="company-person-refuse"),
    path("company/people/<int:pk>/end/", home.end, name="company-person-end"),
    path("company/<receipt:number>/", account_case.case_page, name="company-case"),
    path("company/<receipt:number>/open/", account_case.open_here, name="company-open"),
    path("company/<receipt:number>/guests/", guests.invite, name="company-guests"),
    path("company/<receipt:number>/guests/<int:pk>/end/", guests.end, name="company-guest-end"),
    path(
        "company/<receipt:number>/supplement/",
        account_case.step(supplement.send),
        name="company-supplement",
    ),
    path(
        "company/<receipt:number>/supplement/save/",
        account_case.step(supplement.save),
        name="company-supplement-save",
    ),
    path(
        "company/<receipt:number>/more-time/agree/",
        account_case.step(steps.agree),
        name="company-agree",
    ),
    path(
        "company/<receipt:number>/more-time/refuse/",
        account_case.step(steps.refuse),
        name="company-refuse",
    ),
    path(
        "company/<receipt:number>/message/",
        account_case.step(steps.send_message),
        name="company-send-message",
    ),
    path(
        "company/<receipt:number>/withdraw/",
        account_case.step(steps.withdraw),
        name="company-withdraw",
    ),
    path(
        "company/<receipt:number>/solved/", account_case.step(steps.solved), name="company-solved"
    ),
    path(
        "company/<receipt:number>/not-solved/",
        account_case.step(steps.not_solved),
        name="company-not-solved",
    ),
    path(
        "company/<receipt:number>/outcome/",
        account_case.step(steps.outcome),
        name="company-outcome",
    ),
    path(
        "company/<receipt:number>/contact/",
        account_case.step(steps.correct_contact),
        name="company-contact",
    ),
    path(
        "company/<receipt:number>/texts/",
        account_case.step(steps.choose_texts),
        name="company-texts",
    ),
    path(
        "company/<receipt:number>/sharing/",
        account_case.step(steps.withdraw_sharing),
        name="company-sharing",
    ),
    path(
        "company/<receipt:number>/file/<uuid:public_id>/",
        account_case.attachment,
        name="company-attachment",
    ),
    path("body/", desk.listing, name="body-desk"),
    path("body/link/<str:token>/", link.question, name="body-link"),
    path("body/link/<str:token>/<slug:verb>/", link.step, name="body-link-step"),
    path("body/link/<str:token>/file/<uuid:public_id>/", link.attachment, name="body-link-file"),
    path("body/<receipt:number>/<int:referral_pk>/", desk.referral, name="body-referral"),
    path(
        "body/<receipt:number>/<int:referral_pk>/<slug:verb>/",
        desk.step,
        name="body-referral-step",
    ),
    path(
        "body/<receipt:number>/<int:referral_pk>/file/<uuid:public_id>/",
        desk.attachment,
        name="body-referral-file",
    ),
]
