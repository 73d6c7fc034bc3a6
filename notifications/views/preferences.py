"""The page on which a person chooses how to be told."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from notifications import preferences
from notifications.preference_form import ChoicesForm


@require_http_methods(["GET", "HEAD", "POST"])
def choices(request: HttpRequest) -> HttpResponse:
    """Show what is chosen; a POST chooses."""
    person = request.user
    form = ChoicesForm(person, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        preferences.choose(
            person,  # type: ignore[arg-type]
            rhythms=form.rhythms,
            language=form.cleaned_data["language"],
            by=person,  # type: ignore[arg-type]
        )
        messages.success(request, _("Your choice was saved."))
        return redirect("inbox:choices")
    status = 422 if form.is_bound else 200
    return render(request, "inbox/choices.html", {"form": form}, status=status)
