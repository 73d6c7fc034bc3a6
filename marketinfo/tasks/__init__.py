"""What the beat does for the library."""

from marketinfo.following import tasks as following
from marketinfo.tasks import life, links, words

__all__ = ["following", "life", "links", "words"]
