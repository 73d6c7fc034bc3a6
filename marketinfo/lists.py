"""What a list page of library or archive shows: filter, a page of rows, and what leads on."""

from typing import Any

from django.http import HttpRequest

from marketinfo import paging
from marketinfo.entry import EntryQuerySet
from marketinfo.forms import FilterForm
from marketinfo.words import Labels, choices


def filtered(
    request: HttpRequest, within: EntryQuerySet, *, kinds: Labels, kind_field: str
) -> dict[str, Any]:
    """The filter form and the page of entries that the request asks for."""
    form = FilterForm(request.GET, kinds=choices(kinds), kind_field=kind_field, within=within)
    rows = form.found().select_related("country", "category")
    return {"form": form, "page": paging.page(rows, request.GET.get("page", ""))}
