"""The library's public pages; every row comes through `visible_to`."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from marketinfo import lists, paging
from marketinfo.models import Article, Requirement
from marketinfo.words import ARTICLE_KINDS, REQUIREMENT_TYPES

RELATED = 4


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
    articles = Article.objects.visible_to(request.user)
    found = get_object_or_404(
        articles.select_related("country", "category", "author_organisation"), reference=reference
    )
    requirements = Requirement.objects.visible_to(request.user)
    return render(
        request,
        "marketinfo/article.html",
        {
            "entry": found,
            "related": articles.related_to(found).select_related("country")[:RELATED],
            "requirements": requirements.related_to(found).select_related("country")[:RELATED],
        },
    )


@login_not_required
@require_safe
def requirement(request: HttpRequest, reference: str) -> HttpResponse:
    """One requirement with its source, its date of check and what is near it."""
    requirements = Requirement.objects.visible_to(request.user)
    found = get_object_or_404(
        requirements.select_related("country", "category", "owner"), reference=reference
    )
    articles = Article.objects.visible_to(request.user)
    return render(
        request,
        "marketinfo/requirement.html",
        {
            "entry": found,
            "related": articles.related_to(found).select_related("country")[:RELATED],
            "requirements": requirements.related_to(found).select_related("country")[:RELATED],
        },
    )
