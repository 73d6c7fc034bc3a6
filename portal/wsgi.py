"""The WSGI entry point."""

import os

from django.core.wsgi import get_wsgi_application

from search import tokeniser

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

application = get_wsgi_application()
# Before the server forks: its processes share the one model.
tokeniser.load()
