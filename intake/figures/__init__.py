"""Desk figures: how the cases are counted, kept, read and drawn."""
