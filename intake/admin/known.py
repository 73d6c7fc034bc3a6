"""Companies and notices at the desk: neither list names a company that stays anonymous."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import roles
from accounts.admin import CompanyAdmin
from accounts.models import Company
from intake import naming
from notifications.admin import NoticeAdmin
from notifications.models import Notice

admin.site.unregister(Company)
admin.site.unregister(Notice)


@admin.register(Company)
class KnownCompanyAdmin(CompanyAdmin):
    """Companies as they filed, without those that only ever filed anonymously."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Company]:
        """All for the auditor; to everybody else an anonymous company is not there."""
        rows = super().get_queryset(request)
        if roles.is_auditor(request.user) and not roles.is_secretary(request.user):
            return rows
        return naming.known_companies(rows)


@admin.register(Notice)
class KnownNoticeAdmin(NoticeAdmin):
    """Notices; where one went that is about an anonymous company's case stays unsaid."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Notice]:
        """Each remembers whether its address would name an anonymous company to this reader."""
        rows = super().get_queryset(request)
        if roles.is_auditor(request.user) and not roles.is_secretary(request.user):
            return rows
        return naming.with_anonymity(rows)

    @admin.display(description=gettext_lazy("address"))
    def address(self, row: Notice) -> str:
        """The address, or in its place that it is the company's."""
        if getattr(row, "about_anonymous", False) and naming.is_to_company(row):
            return _("the company")
        return super().address(row)

    @admin.display(description=gettext_lazy("answer of the mail server"))
    def told(self, row: Notice) -> str:
        """What the server said, which may repeat the address."""
        if getattr(row, "about_anonymous", False) and naming.is_to_company(row):
            return ""
        return super().told(row)
