"""Every address below /partner/: the desks of organisations. Each view takes a `Desk` first.

Sections are kept apart by what they are about; inside one, the list comes before the thing.
"""

from django.urls import path, register_converter

from accounts.views import desks, hooks, people
from intake.urls import ReceiptNumber  # noqa: F401 - and with it the converter “receipt”
from intake.views import steps, supplement
from intake.views.partner import (
    asked,
    batch_rows,
    batches,
    case,
    cases,
    export,
    filing,
    handover,
    local,
    local_list,
    local_mail,
    lookup,
    member_sheets,
    members,
    promises,
    receipt,
    records,
    remind,
    start,
    views,
)


class OrganisationCode:
    """The code of an organisation in an address: KBIZ, EXP-SEO, MIS-HAN."""

    regex = r"[A-Z][A-Z0-9_-]{1,19}"

    def to_python(self, value: str) -> str:
        """As it stands."""
        return value

    def to_url(self, value: str) -> str:
        """As it stands."""
        return value


register_converter(OrganisationCode, "org")

app_name = "partner"
_CASE = "<org:code>/cases/<receipt:number>"
_BATCH = "<org:code>/batches/<uuid:key>"
urlpatterns = [
    path("", desks.choose, name="choose"),
    path("<org:code>/", desks.enter, name="enter"),
    path("<org:code>/start/", start.start, name="start"),
    # Cases that the organisation filed, and what it is asked (intake.views.partner).
    path("<org:code>/cases/", cases.cases, name="cases"),
    path("<org:code>/cases/columns/", views.own_columns, name="columns"),
    path("<org:code>/asked/", asked.asked, name="asked"),
    path("<org:code>/records/", records.records, name="records"),
    path("<org:code>/records/reports/<int:pk>/settled/", records.settled, name="record-report"),
    path("<org:code>/records/<slug:reference>/checked/", records.checked, name="record-checked"),
    path("<org:code>/<slug:name>/views/", views.views, name="views"),
    path("<org:code>/<slug:name>/views/<int:pk>/", views.view, name="view"),
    path("<org:code>/export/<slug:name>/", export.export, name="export"),
    path(f"{_CASE}/", case.case_page, name="case"),
    path(f"{_CASE}/file/<uuid:public_id>/", case.attachment, name="case-file"),
    path(f"{_CASE}/supplement/", case.step(supplement.send), name="case-supplement"),
    path(f"{_CASE}/supplement/save/", case.step(supplement.save), name="case-supplement-save"),
    path(f"{_CASE}/more-time/agree/", case.step(steps.agree), name="case-agree"),
    path(f"{_CASE}/more-time/refuse/", case.step(steps.refuse), name="case-refuse"),
    path(f"{_CASE}/message/", case.step(steps.send_message), name="case-send-message"),
    path(f"{_CASE}/withdraw/", case.step(steps.withdraw), name="case-withdraw"),
    path(f"{_CASE}/solved/", case.step(steps.solved), name="case-solved"),
    path(f"{_CASE}/not-solved/", case.step(steps.not_solved), name="case-not-solved"),
    path(f"{_CASE}/outcome/", case.step(steps.outcome), name="case-outcome"),
    path(f"{_CASE}/contact/", case.step(steps.correct_contact), name="case-contact"),
    path(f"{_CASE}/texts/", case.step(steps.choose_texts), name="case-texts"),
    path(f"{_CASE}/promises/", promises.add, name="promise-add"),
    path(f"{_CASE}/promises/<int:pk>/keep/", promises.keep, name="promise-keep"),
    path(f"{_CASE}/promises/<int:pk>/drop/", promises.drop, name="promise-drop"),
    path("<org:code>/cases/remind/", remind.remind, name="remind"),
    # Filing for a company, receipts, local difficulties (intake.views.partner).
    path("<org:code>/file/", filing.file, name="file"),
    path(f"{_CASE}/receipt/", receipt.receipt, name="receipt"),
    path("<org:code>/local/", local_list.listing, name="local"),
    path("<org:code>/local/new/", local.new, name="local-new"),
    path("<org:code>/local/mail/", local_mail.page, name="local-mail"),
    path("<org:code>/local/mail/make/", local_mail.make, name="local-mail-make"),
    path("<org:code>/local/mail/revoke/", local_mail.revoke, name="local-mail-revoke"),
    path("<org:code>/local/<int:pk>/", local.page, name="local-page"),
    path("<org:code>/local/<int:pk>/correct/", local.change, name="local-change"),
    path("<org:code>/local/<int:pk>/note/", local.note, name="local-note"),
    path("<org:code>/local/<int:pk>/pass/", local.pass_home, name="local-pass"),
    path("<org:code>/local/<int:pk>/solve/", local.solve, name="local-solve"),
    path("<org:code>/local/<int:pk>/drop/", local.drop, name="local-drop"),
    path("<org:code>/local/<int:pk>/grade/", local.regrade, name="local-regrade"),
    # Spreadsheets (intake.views.partner.batches, batch_rows).
    path("<org:code>/batches/", batches.listing, name="batches"),
    path("<org:code>/batches/upload/", batches.upload, name="batch-upload"),
    path("<org:code>/batches/template.<slug:kind>", batches.template_file, name="batch-template"),
    path(f"{_BATCH}/", batches.page, name="batch"),
    path(f"{_BATCH}/progress/", batches.progress, name="batch-progress"),
    path(f"{_BATCH}/letters/", batches.read_as, name="batch-letters"),
    path(f"{_BATCH}/file/", batches.file, name="batch-file"),
    path(f"{_BATCH}/undo/", batches.undo, name="batch-undo"),
    path(f"{_BATCH}/rows/", batch_rows.mark, name="batch-mark"),
    path(f"{_BATCH}/rows/<int:line>/", batch_rows.row, name="batch-row"),
    path(f"{_BATCH}/wrong/", batch_rows.wrong, name="batch-wrong"),
    path(f"{_BATCH}/mend/", batch_rows.mend, name="batch-mend"),
    # Member companies.
    path("<org:code>/members/", members.listing, name="members"),
    path("<org:code>/members/add/", members.add, name="member-add"),
    path("<org:code>/members/look-up/", lookup.lookup, name="member-lookup"),
    path("<org:code>/members/import/", member_sheets.upload, name="member-sheets"),
    path("<org:code>/members/import/template/", member_sheets.template, name="member-template"),
    path("<org:code>/members/import/<int:pk>/", member_sheets.preview, name="member-sheet"),
    path("<org:code>/members/import/<int:pk>/apply/", member_sheets.apply, name="member-apply"),
    path(
        "<org:code>/members/import/<int:pk>/discard/", member_sheets.discard, name="member-discard"
    ),
    path("<org:code>/members/<int:pk>/", members.member, name="member"),
    path("<org:code>/members/<int:pk>/edit/", members.edit, name="member-edit"),
    path("<org:code>/members/<int:pk>/leave/", members.leave, name="member-leave"),
    path("<org:code>/members/<int:pk>/rejoin/", members.rejoin, name="member-rejoin"),
    # Handover (intake.views.partner.handover).
    path("<org:code>/handover/", handover.handover, name="handover"),
    path("<org:code>/handover/<int:pk>/", handover.detail, name="handover-detail"),
    path("<org:code>/handover/<int:pk>/received/", handover.acknowledge, name="handover-received"),
    # Webhooks (accounts.views.hooks).
    path("<org:code>/hooks/", hooks.listing, name="hooks"),
    path("<org:code>/hooks/<int:pk>/", hooks.page, name="hook"),
    path("<org:code>/hooks/<int:pk>/test/", hooks.trial, name="hook-trial"),
    path("<org:code>/hooks/<int:pk>/pause/", hooks.pause, name="hook-pause"),
    path("<org:code>/hooks/<int:pk>/resume/", hooks.resume, name="hook-resume"),
    path("<org:code>/hooks/<int:pk>/secret/", hooks.renew, name="hook-renew"),
    path("<org:code>/hooks/<int:pk>/end/", hooks.end, name="hook-end"),
    path("<org:code>/hooks/<int:pk>/<int:delivery>/again/", hooks.again, name="hook-again"),
    # People (accounts.views.people).
    path("<org:code>/people/", people.people_list, name="people"),
    path("<org:code>/people/invite/", people.invite, name="people-invite"),
    path(
        "<org:code>/people/invitations/<int:pk>/send-again/",
        people.invite_again,
        name="invitation-again",
    ),
    path(
        "<org:code>/people/invitations/<int:pk>/withdraw/",
        people.withdraw_invitation,
        name="invitation-withdraw",
    ),
    path("<org:code>/people/<int:pk>/", people.person, name="person"),
    path("<org:code>/people/<int:pk>/remove/", people.remove, name="person-remove"),
]
