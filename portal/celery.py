"""The Celery application; tasks are `shared_task`s of the apps, which never import this."""

import os

from celery import Celery

from portal import broker

__all__ = ["app", "broker"]  # importing the broker is what makes the trial's files safe

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
