"""The company's supplement: each item kept as it comes, and one button that sends it all."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from intake import actions
from intake.forms.supplying import SupplementPage
from intake.models import Case
from intake.timeline import COMPANY
from intake.views.case import show, step


def _kept(request: HttpRequest, case: Case) -> SupplementPage:
    """Keep whatever is fine of what was sent; the page knows what was not."""
    page = SupplementPage(case, request.POST, request.FILES)
    page.overtaken(actions.keep_supplement(case=case, reply=page.reply(), by=COMPANY))
    return page


def _progress(case: Case) -> str:
    page = SupplementPage(case)
    return ngettext(
        "Saved: %(given)d of %(count)d item. Nothing has been sent yet.",
        "Saved: %(given)d of %(count)d items. Nothing has been sent yet.",
        page.count,
    ) % {"given": page.given, "count": page.count}


@step
def save(request: HttpRequest, case: Case) -> HttpResponse:
    """Keep what is there so far; a file may be taken out again."""
    page = _kept(request, case)
    wanted = request.POST.get("remove", "")
    if wanted.isascii() and wanted.isdigit() and len(wanted) < 19:
        actions.remove_supplement_file(case=case, attachment=int(wanted), by=COMPANY)
    if not page.fine:
        return show(request, case, status=422, supplement=page.refresh())
    messages.success(request, _progress(case))
    anchor = request.POST.get("item", "")
    known = {str(form.item.pk) for form in page.items}
    place = f"#item-{anchor}" if anchor in known else "#supplement"
    return redirect(reverse("intake:case", args=[case.number]) + "?kept=supplement" + place)


@step
def send(request: HttpRequest, case: Case) -> HttpResponse:
    """Send the supplement: the clock runs again. What is still open needs a reason."""
    page = _kept(request, case)
    if not page.fine:
        return show(request, case, status=422, supplement=page.refresh())
    try:
        actions.supplement(
            case=case, kept=True, why_open=page.rest.cleaned_data["why_open"], by=COMPANY
        )
    except actions.OpenItemsError as error:
        page.open_items = error.items
        page.rest.add_error("why_open", str(error))
        return show(request, case, status=422, supplement=page.refresh())
    messages.success(request, _("Thank you. Your supplement has arrived and the clock runs again."))
    return redirect("intake:case", number=case.number)
