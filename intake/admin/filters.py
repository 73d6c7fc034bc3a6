"""Filters of the queue. Each names only what occurs among the cases of its list."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation
from intake import workflow
from intake.models import Case, Referral
from intake.models.queue import TriageCase
from reference.models import Category, Country

YES, NONE = "yes", "none"
Lookups = list[tuple[str, Any]]


def _of_list(model_admin: Any) -> QuerySet[Case]:
    """The cases that the list is about."""
    cases = Case.objects.order_by()
    return cases.open() if model_admin.model is TriageCase else cases


class StateFilter(admin.SimpleListFilter):
    """Where the case stands."""

    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Lookups:
        """Open states in the queue, every state among all cases."""
        queue = model_admin.model is TriageCase
        codes = workflow.OPEN if queue else (*workflow.OPEN, *workflow.ENDED)
        return [(code, gettext(workflow.STATES[code].label)) for code in codes]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Those in the chosen state."""
        return queryset.filter(state=self.value()) if self.value() else queryset


class OfficerFilter(admin.SimpleListFilter):
    """Whose case it is."""

    title = _("officer in charge")
    parameter_name = "who"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Lookups:
        """Mine, nobody's, somebody else's."""
        return [("mine", _("Mine")), (NONE, _("Nobody yet")), ("others", _("Others"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Those of the chosen side."""
        if self.value() == "mine":
            return queryset.filter(assignee=request.user.pk)
        if self.value() == NONE:
            return queryset.filter(assignee__isnull=True)
        if self.value() == "others":
            return queryset.filter(assignee__isnull=False).exclude(assignee=request.user.pk)
        return queryset


class _OnlyFilter(admin.SimpleListFilter):
    """A mark that a case carries or not."""

    def lookups(self, request: HttpRequest, model_admin: Any) -> Lookups:
        """Only those with the mark."""
        return [(YES, _("Only these"))]


class OverdueFilter(_OnlyFilter):
    """Past the due moment."""

    title = _("overdue")
    parameter_name = "overdue"

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The clock runs, the moment is over."""
        return queryset.overdue() if self.value() == YES else queryset  # type: ignore[attr-defined]


class BorderFilter(_OnlyFilter):
    """Goods held at the border."""

    title = _("goods at the border")
    parameter_name = "border"

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Marked by the company or an officer."""
        return queryset.filter(at_border=True) if self.value() == YES else queryset


class CountryFilter(admin.SimpleListFilter):
    """Countries that occur."""

    title = _("country")
    parameter_name = "country"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Lookups:
        """Those of the list's cases."""
        found = Country.objects.filter(pk__in=_of_list(model_admin).values("country"))
        return [(row.pk, row.name) for row in found]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Cases of the country."""
        return queryset.filter(country=self.value()) if self.value() else queryset


class CategoryFilter(admin.SimpleListFilter):
    """Top categories, and what is not classified."""

    title = _("category")
    parameter_name = "category"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Lookups:
        """The tops of what occurs, after "not known"."""
        subs = Category.objects.filter(pk__in=_of_list(model_admin).values("category"))
        tops = Category.objects.filter(pk__in=subs.values("parent"))
        return [(NONE, _("Not known")), *((row.pk, row.name) for row in tops)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Cases below the top category."""
        if self.value() == NONE:
            return queryset.filter(category__isnull=True)
        if self.value():
            return queryset.filter(Q(category__parent=self.value()) | Q(category=self.value()))
        return queryset


class FilerFilter(admin.SimpleListFilter):
    """Organisations that filed."""

    title = _("filed through")
    parameter_name = "filer"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Lookups:
        """Those of the list's cases, after the companies themselves."""
        cases = _of_list(model_admin).filter(filer_organisation__isnull=False)
        found = Organisation.objects.filter(pk__in=cases.values("filer_organisation"))
        return [(NONE, _("The company itself")), *_named(found)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Cases that came through the organisation."""
        if self.value() == NONE:
            return queryset.filter(filer_organisation__isnull=True)
        if self.value():
            return queryset.filter(filer_organisation__code=self.value())
        return queryset


class BodyFilter(admin.SimpleListFilter):
    """Bodies that have a question open."""

    title = _("asked body")
    parameter_name = "body"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Lookups:
        """Those that owe an answer."""
        open_rows = Referral.objects.order_by().open()
        return _named(Organisation.objects.filter(pk__in=open_rows.values("organisation")))

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Cases that wait for the body."""
        if not self.value():
            return queryset
        asked = Referral.objects.order_by().open().filter(organisation__code=self.value())
        return queryset.filter(pk__in=asked.values("case"))


def _named(found: QuerySet[Organisation]) -> Lookups:
    language = get_language()
    return [(row.code, row.name_en if language == "en" else row.name_ko) for row in found]
