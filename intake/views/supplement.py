"""The supplement: each item kept as it comes, and one button that sends it all."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from intake import actions
from intake.forms.supplying import SupplementPage
from intake.models import Case
from intake.views.face import Face, show, takes


def _kept(request: HttpRequest, face: Face) -> SupplementPage:
    """Keep whatever is fine of what was sent; the page knows what was not."""
    page = SupplementPage(face.case, request.POST, request.FILES)
    page.overtaken(actions.keep_supplement(case=face.case, reply=page.reply(), by=face.by))
    return page


def _progress(case: Case) -> str:
    page = SupplementPage(case)
    return ngettext(
        "Saved: %(given)d of %(count)d item. Nothing has been sent yet.",
        "Saved: %(given)d of %(count)d items. Nothing has been sent yet.",
        page.count,
    ) % {"given": page.given, "count": page.count}


@takes("supplement")
def save(request: HttpRequest, face: Face) -> HttpResponse:
    """Keep what is there so far; a file may be taken out again."""
    page = _kept(request, face)
    wanted = request.POST.get("remove", "")
    if wanted.isascii() and wanted.isdigit() and len(wanted) < 19:
        actions.remove_supplement_file(case=face.case, attachment=int(wanted), by=face.by)
    if not page.fine:
        return show(request, face, status=422, supplement=page.refresh())
    messages.success(request, _progress(face.case))
    anchor = request.POST.get("item", "")
    known = {str(form.item.pk) for form in page.items}
    place = f"#item-{anchor}" if anchor in known else "#supplement"
    return redirect(face.address() + "?kept=supplement" + place)


@takes("supplement")
def send(request: HttpRequest, face: Face) -> HttpResponse:
    """Send the supplement: the clock runs again. What is still open needs a reason."""
    page = _kept(request, face)
    if not page.fine:
        return show(request, face, status=422, supplement=page.refresh())
    try:
        actions.supplement(
            case=face.case, kept=True, why_open=page.rest.cleaned_data["why_open"], by=face.by
        )
    except actions.OpenItemsError as error:
        page.open_items = error.items
        page.rest.add_error("why_open", str(error))
        return show(request, face, status=422, supplement=page.refresh())
    messages.success(request, _("Thank you. Your supplement has arrived and the clock runs again."))
    return redirect(face.address())
