"""Difficulties from a spreadsheet: what a row may hold, whether it is right, and its filing."""
