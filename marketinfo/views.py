"""The library's public pages; every row comes through `visible_to`."""

import uuid
from typing import Any, cast

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from marketinfo import actions, kinds, lists, pacing, paging, prose, reading, serving
from marketinfo.entry import Entry
from marketinfo.forms import ReportForm
from marketinfo.models import Article, EntryFile, Requirement
from marketinfo.words import ARTICLE_KINDS, REQUIREMENT_TYPES

RELATED = 4
REPORTS_AN_HOUR = 5


@login_not_required
@require_safe
def article_list(request: HttpRequest) -> HttpResponse:
    """The articles that the reader may see, filtered."""
    articles = Article.objects.visible_to(request.user)
    context = lists.filtered(request, articles, kinds=ARTICLE_KINDS, kind_field="kind")
    others = context["form"].narrowed(Requirement.objects.visible_to(request.user))
    return render(
        request,
        "marketinfo/list.html",
        {**context, "tab": "articles", "other_count": paging.counted(others)},
    )


@login_not_required
@require_safe
def requirement_list(request: HttpRequest) -> HttpResponse:
    """The requirements that the reader may see, filtered."""
    requirements = Requirement.objects.visible_to(request.user)
    context = lists.filtered(request, requirements, kinds=REQUIREMENT_TYPES, kind_field="type")
    others = context["form"].narrowed(Article.objects.visible_to(request.user))
    return render(
        request,
        "marketinfo/list.html",
        {**context, "tab": "requirements", "other_count": paging.counted(others)},
    )


@login_not_required
@require_safe
def article(request: HttpRequest, reference: str) -> HttpResponse:
    """One article with its source, its date of check and what is near it."""
    rows = Article.objects.select_related("country", "category", "author_organisation")
    found = reading.find(rows, request, reference)
    if isinstance(found, HttpResponse):
        return found
    files = reading.files_of(found)
    text = prose.rendered(cast(Article, found).body, pictures=reading.pictures(files))
    context = {"text": text, "contents": reading.contents(text.headings)}
    return render(request, "marketinfo/article.html", _page(request, found, files) | context)


@login_not_required
@require_safe
def requirement(request: HttpRequest, reference: str) -> HttpResponse:
    """One requirement with its source, its date of check and what is near it."""
    rows = Requirement.objects.select_related("country", "category", "owner")
    found = reading.find(rows, request, reference)
    if isinstance(found, HttpResponse):
        return found
    record = cast(Requirement, found)
    files = reading.files_of(record)
    texts = [
        ("demand", _("What is required"), record.demand),
        ("procedure", _("How it goes, step by step"), record.procedure),
    ]
    context = {"parts": reading.parts(record, texts, files)}
    return render(request, "marketinfo/requirement.html", _page(request, record, files) | context)


def _page(request: HttpRequest, entry: Entry, files: list[EntryFile]) -> dict[str, Any]:
    near = (
        model.objects.visible_to(request.user).related_to(entry).select_related("country")
        for model in (Article, Requirement)
    )
    articles, requirements = near
    return {
        "entry": entry,
        "page": reading.around(entry, files),
        "related": articles[:RELATED],
        "requirements": requirements[:RELATED],
    }


@login_not_required
@require_safe
def file(request: HttpRequest, public_id: uuid.UUID) -> HttpResponseBase:
    """A picture or an attachment of an entry that the reader may open."""
    return serving.hand_out(public_id, to=request.user)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: HttpRequest, kind: str, reference: str) -> HttpResponse:
    """Tell us what is wrong on an entry, without an account and without a name."""
    model = kinds.of_word(kind)
    if model is None:
        raise Http404
    rows: Any = model._default_manager
    entry = get_object_or_404(rows.all().readable_by(request.user), reference=reference)
    form = ReportForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            if pacing.count(request, "report", most=REPORTS_AN_HOUR):
                actions.report(entry, text=form.cleaned_data["text"])
                return redirect(f"{reverse('marketinfo:report-thanks')}?{kind}={reference}")
            status = 429
            form.add_error(None, _("You have reported several errors already. Try in an hour."))
    return render(request, "marketinfo/report.html", {"entry": entry, "form": form}, status=status)


@login_not_required
@require_safe
def report_thanks(request: HttpRequest) -> HttpResponse:
    """The report has come; what happens with it, and the way back."""
    entry = None
    for model in kinds.models():
        reference = request.GET.get(kinds.word(model), "")[:60]
        if reference:
            rows: Any = model._default_manager
            entry = rows.all().readable_by(request.user).filter(reference=reference).first()
    return render(request, "marketinfo/report_thanks.html", {"entry": entry})
