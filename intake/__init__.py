"""The case: its way, its clock, its people's words."""
