"""Signed webhooks: what happens to a case is told to the systems of partners."""
