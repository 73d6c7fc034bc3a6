"""Reply templates on the pages of steps: what is offered, put into the form, and recorded."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.http import Http404, HttpRequest, JsonResponse
from django.utils.translation import get_language

from intake import places
from intake.admin import gate
from intake.forms.step import StepForm
from intake.forms.wording import target, unjudged
from intake.models import Case, ReplyTemplate
from intake.timeline import Actor
from intake.wording import names, offers, values
from intake.wording.markup import WordingError

BUTTON = "use_template"
MARKS = "wording"


def context(request: HttpRequest, case: Case, verb: str, form: StepForm) -> dict[str, Any]:
    """What the page of a step needs for its picker; nothing where the step has no words."""
    field = target(form)
    if verb not in names.VERBS or not field:
        return {"picker": None}
    found = offers.offers(case, verb, next_place=values.next_place(request.POST))
    return {
        "picker": {
            "fitting": [offer for offer in found if offer.fits],
            "others": [offer for offer in found if not offer.fits],
            "target": form[field].id_for_label,
            "verb": verb,
            "marks": request.POST.get(MARKS, ""),
            "chosen": _ticked(request) if request.method == "POST" else _from_the_start(found),
            "places": places.suggestions(case, get_language())
            if {"next_place", "place"} & form.fields.keys()
            else [],
        }
    }


def _ticked(request: HttpRequest) -> set[str]:
    """The optional paragraphs that are ticked, as "template-paragraph"."""
    return set(request.POST.getlist("option"))


def _from_the_start(offered: Iterable[offers.Offer]) -> set[str]:
    """The marks of the paragraphs that hold what bodies answered: nobody forgets them."""
    return {f"{offer.template.pk}-{option}" for offer in offered for option in offer.answering}


def _chosen(request: HttpRequest, pk: int) -> set[int]:
    found = set()
    for mark in _ticked(request):
        template, _dash, option = mark.partition("-")
        if template == str(pk) and option.isdigit() and len(option) < 4:
            found.add(int(option))
    return found


def asked(request: HttpRequest) -> bool:
    """Whether the form was sent to put a template into it, and not to take the step."""
    return BUTTON in request.POST


def put_in(request: HttpRequest, case: Case, verb: str, form: StepForm) -> StepForm:
    """The form with everything that was typed and the template's words in their field.

    They take the place of what the form proposed and nobody touched; otherwise they follow what
    stands there. Nothing is judged and nothing is written.
    """
    field = target(form)
    pk = request.POST.get(BUTTON, "")
    if not field or not pk.isdigit() or len(pk) > 15:
        raise Http404
    used = _use(request, case, verb, int(pk))
    data = request.POST.copy()
    typed = data.get(field, "").replace("\r\n", "\n").strip()
    proposed = str(form.get_initial_for_field(form.fields[field], field) or "").strip()
    untouched = not typed or (used.complete and typed == proposed)
    data[field] = used.text if untouched else f"{typed}\n\n{used.text}"
    data[MARKS] = ",".join(filter(None, [data.get(MARKS, ""), used.mark]))
    # The page's picker reads the marks from here.
    request.POST = data  # type: ignore[assignment]
    form.data = data
    form.is_bound = True
    return unjudged(form)


def words(request: HttpRequest, case_pk: int, verb: str, pk: int) -> JsonResponse:
    """A template's words for a case, for the page that inserts them where the cursor stands."""
    case = gate.fetch(request, case_pk)
    gate.actor(request)
    used = _use(request, case, verb, pk)
    return JsonResponse(
        {"text": used.text, "gaps": used.gaps, "mark": used.mark, "complete": used.complete}
    )


def _use(request: HttpRequest, case: Case, verb: str, pk: int) -> offers.Used:
    try:
        return offers.use(case, verb, pk, request.POST, _chosen(request, pk))
    except (ReplyTemplate.DoesNotExist, WordingError) as error:
        raise Http404 from error


def crediting(request: HttpRequest, by: Actor) -> Actor:
    """The officer with the templates that the form says were used."""
    marks = request.POST.get(MARKS, "")
    return replace(by, wordings=offers.used(marks)) if marks else by
