"""A company's person takes along everything that is held on them."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.sign_in.again import recently_signed_in
from intake import subject
from intake.views.company.home import for_company
from privacy import downloads


@for_company
@require_POST
@recently_signed_in
def own_data(request: HttpRequest) -> HttpResponse:
    """The ZIP, after the person has shown once more who they are; noted like every download."""
    user: Any = request.user
    packed, cases = subject.archive(user)
    with transaction.atomic():
        downloads.record(
            by=user,
            organisation="",
            what="own-data",
            query="",
            kind="zip",
            rows=cases,
            reason="정보주체의 열람 요구",
            request=request,
        )
    name = f"my-data-{timezone.localdate():%Y%m%d}.zip"
    answer = HttpResponse(packed, content_type="application/zip")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
