"""The body desk: what a body was asked, and what it does with it."""
