"""The project package: what starts the portal and ties its applications together."""

from portal.celery import app as celery_app

__all__ = ["celery_app"]
