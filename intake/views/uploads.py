"""Files of a message: stored when they come, kept over a refused form, and handed to the verb."""

from __future__ import annotations

from django.http import HttpRequest

from files.models import StoredFile
from intake.forms import attaching
from intake.forms.following import MessageForm
from intake.models import Case


def take(request: HttpRequest, case: Case, form: MessageForm) -> list[StoredFile]:
    """Store the files of a message; what is refused puts its reason on the form."""
    return attaching.take(request.POST, request.FILES, case, form)
