"""Mail that comes in: kept at once, then told apart, read, and handed to who takes it."""

from notifications.incoming.keeping import take

__all__ = ["take"]
