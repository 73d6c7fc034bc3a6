"""Addresses that entries lead to: found in the text, asked from time to time, named when dead."""
