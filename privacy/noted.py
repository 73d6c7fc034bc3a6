"""Admin pages that show a person or a company leave a line in the access log."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse

from privacy import readings

if TYPE_CHECKING:
    from django.contrib.admin import ModelAdmin as Base
else:
    Base = object


class Noted(Base):
    """Before the ModelAdmin in the bases: opening one row is noted as `noted_as` and its key."""

    noted_as = ""

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """The page, and the line where it was shown."""
        answer = super().changeform_view(request, object_id, form_url, extra_context)
        if object_id and request.method == "GET" and answer.status_code == 200:
            audits = getattr(request.user, "is_auditor", False)
            way = readings.AUDIT if audits else readings.DESK
            subject = f"{self.noted_as}-{object_id}"[:40]
            readings.note_reading(subject, request.user, way, request=request)
        return answer
