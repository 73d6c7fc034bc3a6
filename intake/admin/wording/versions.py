"""The versions of a reply template: what each changed, and going back to one."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext

from intake.actions import wording as actions
from intake.admin.wording.access import Gate, number_of, person
from intake.forms.wording import sentence
from intake.wording import markup, merging


class Versions(Gate):
    """The pages of a template's versions."""

    def versions(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Every edition, newest first, each with what it changed."""
        template = self.template(request, pk)
        rows = list(template.versions.select_related("author")) if template else []
        older = [row.body for row in rows[1:]] + [""]
        context = {
            **self.admin_site.each_context(request),
            "title": gettext("Versions of “%s”") % template,
            "opts": self.opts,
            "template": template,
            "writes": self.may_write(request, template),
            "rows": [
                (row, merging.words(before, row.body))
                for row, before in zip(rows, older, strict=True)
            ],
        }
        return render(request, "admin/intake/wording/versions.html", context)

    def restore(self, request: HttpRequest, pk: int, number: int) -> HttpResponse:
        """An old edition becomes the newest one."""
        template = self.template(request, pk)
        self.must_write(request, template)
        if template is None:
            raise Http404
        version = get_object_or_404(template.versions, number=number)
        seen = request.POST.get("seen", "")
        back = redirect("admin:intake_replytemplate_versions", template.pk)
        try:
            markup.parse(version.body)
            done = actions.restore_version(
                template=template,
                number=number,
                seen=number_of(seen),
                by=person(request),
            )
        except markup.WordingError as error:
            messages.error(request, " ".join(sentence(fault) for fault in error.faults))
            return back
        except actions.OvertakenError as error:
            messages.error(
                request,
                gettext(
                    "Nothing was restored: %(who)s saved version %(number)d meanwhile. Look at it "
                    "and decide again."
                )
                % {"who": error.latest.author or "–", "number": error.latest.number},
            )
            return back
        said = gettext("Version %(number)d: the words of version %(old)d again") % {
            "number": done.number,
            "old": number,
        }
        self.log_change(request, template, said)
        messages.success(request, f"{template.name}: {said}.")
        return back
