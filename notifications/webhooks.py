"""What a mail provider says: of our mails (arrived, came back, unwanted), and mail for us.

The provider's own view of django-anymail checks the request and reads it; what it says of a
notice goes the same way as a returned mail. A report about no notice of ours changes nothing, and
one that comes twice changes nothing the second time.
"""

from __future__ import annotations

import importlib
import json
import logging
import warnings
from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ImproperlyConfigured
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from notifications import addresses, bounce_words, bounces, catalog, leaving
from notifications.incoming import webhook
from notifications.models import Notice

log = logging.getLogger(__name__)

# The provider's view; the header by which a mail carries the notice's name through it.
_VIEWS = {
    "brevo": "anymail.webhooks.brevo.BrevoTrackingWebhookView",
    "mailgun": "anymail.webhooks.mailgun.MailgunTrackingWebhookView",
    "postmark": "anymail.webhooks.postmark.PostmarkTrackingWebhookView",
    "sendgrid": "anymail.webhooks.sendgrid.SendGridTrackingWebhookView",
}
_INBOUND = {
    "brevo": "anymail.webhooks.brevo.BrevoInboundWebhookView",
    "mailgun": "anymail.webhooks.mailgun.MailgunInboundWebhookView",
    "postmark": "anymail.webhooks.postmark.PostmarkInboundWebhookView",
    "sendgrid": "anymail.webhooks.sendgrid.SendGridInboundWebhookView",
}
PROVIDERS = tuple(_VIEWS)
# Reasons as django-anymail names them, whoever the provider is.
_NOBODY_THERE = ("invalid", "bounced")


def headers(row: Notice) -> dict[str, str]:
    """What lets the provider name our notice in its reports, although it renames mails."""
    name = row.message_id.strip("<>")
    match settings.EMAIL_PROVIDER:
        case "mailgun":
            return {"X-Mailgun-Variables": json.dumps({"notice": name})}
        case "postmark":
            return {"X-PM-Metadata-notice": name, "X-PM-KeepID": "true"}
        case "sendgrid":
            return {"X-SMTPAPI": json.dumps({"unique_args": {"notice": name}})}
    return {}


@csrf_exempt
@login_not_required
@require_http_methods(["POST", "HEAD"])
def reports(request: HttpRequest) -> HttpResponse:
    """Take a provider's reports; not there without a provider."""
    return _taken(request, _VIEWS, take)


@csrf_exempt
@login_not_required
@require_http_methods(["POST", "HEAD"])
def mails(request: HttpRequest) -> HttpResponse:
    """Take mail that a provider receives for us; not there without a provider."""
    return _taken(request, _INBOUND, webhook.received)


def _taken(
    request: HttpRequest, views: Mapping[str, str], hear: Callable[[Any], object]
) -> HttpResponse:
    """Have the provider's own view check and read the request, and hear each event of it."""
    if not settings.EMAIL_PROVIDER:
        raise Http404
    view = _view(views)
    if request.method == "HEAD":
        return HttpResponse()
    view.setup(request)
    view.run_validators(request)
    try:
        events = view.parse_events(request)
    except (ValueError, KeyError, TypeError, AttributeError):
        log.warning("what the mail provider said could not be read")
        return HttpResponse(status=400)
    for event in events:
        hear(event)
    return HttpResponse()


def _view(views: Mapping[str, str]) -> Any:
    if settings.EMAIL_PROVIDER not in views:
        raise ImproperlyConfigured(f"EMAIL_PROVIDER is none of {', '.join(views)}")
    if not settings.ANYMAIL.get("WEBHOOK_SECRET"):
        raise ImproperlyConfigured("ANYMAIL_WEBHOOK_SECRET is not set: reports could be forged")
    module, _dot, name = views[settings.EMAIL_PROVIDER].rpartition(".")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return getattr(importlib.import_module(module), name)()


def take(event: Any) -> None:
    """What one event says of one of our notices."""
    row = notice_of(event)
    if row is None:
        return
    match event.event_type:
        case "delivered":
            addresses.arrived(row, at=event.timestamp)
        case "bounced" | "rejected" if event.reject_reason not in ("spam", "unsubscribed"):
            said = event.mta_response or event.description or event.reject_reason or ""
            addresses.returned(row, permanent=_is_permanent(event, str(said)), reason=str(said))
        case "complained":
            # They never want to be written to needlessly again; the address is all right.
            leaving.leave(row.to_address, *leaving.topics())
        case "unsubscribed" if leaving.may_be_left(row.kind):
            leaving.leave(row.to_address, catalog.of(row.kind).topic)


def notice_of(event: Any) -> Notice | None:
    """The notice that a report is about, by the name that it carried through the provider."""
    names = [(event.metadata or {}).get("notice"), event.message_id]
    for name in filter(None, names):
        row = Notice.objects.filter(message_id=f"<{str(name).strip('<>')}>").first()
        if row is not None:
            return row
    return None


def _is_permanent(event: Any, said: str) -> bool:
    """Whether the provider says that nobody is there, or its next server's answer does."""
    if event.reject_reason not in (None, *_NOBODY_THERE):
        return False
    kind = event.esp_event.get("Type", "") if isinstance(event.esp_event, dict) else ""
    if kind == "SoftBounce":
        return False
    if bounces.is_permanent("", said):
        return True
    return event.reject_reason in _NOBODY_THERE and not bounce_words.is_passing(said)
