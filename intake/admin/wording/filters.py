"""What the list of reply templates is narrowed by."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from intake.forms.wording import language_choices, verb_choices
from intake.models import ReplyTemplate
from reference.models import Category, Country


class VerbFilter(admin.SimpleListFilter):
    """For which step."""

    title = _("step")
    parameter_name = "verb"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Every step that templates are for."""
        return verb_choices(get_language())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The templates of one step."""
        return queryset.filter(verb=self.value()) if self.value() else queryset


class _RowFilter(admin.SimpleListFilter):
    """By a reference row that some template names, or by none."""

    model: Any = None
    column = ""

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The rows that templates name."""
        named = ReplyTemplate.objects.values(self.column)
        language = get_language()
        rows = [(row.pk, row.name_in(language)) for row in self.model.objects.filter(pk__in=named)]
        return [("-", gettext("For all")), *rows]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The templates of one row, or those for all."""
        if not self.value():
            return queryset
        return queryset.filter(**{self.column: None if self.value() == "-" else self.value()})


class CategoryFilter(_RowFilter):
    """For which kind of difficulty."""

    title, parameter_name, column, model = _("category"), "category", "category", Category


class CountryFilter(_RowFilter):
    """For which country."""

    title, parameter_name, column, model = _("country"), "country", "country", Country


class LanguageFilter(admin.SimpleListFilter):
    """In which language."""

    title = _("language")
    parameter_name = "language"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The languages of letters."""
        return language_choices(get_language())

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """The templates of one language."""
        return queryset.filter(language=self.value()) if self.value() else queryset
