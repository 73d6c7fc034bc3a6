"""How much may be posted without signing in, and what is asked of whoever posts more."""
