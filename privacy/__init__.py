"""Patterns of personal data; access log and retention grow here."""
