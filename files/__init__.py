"""Checking, storing and serving files."""
