"""The public archive of solved difficulties."""
