"""The case on paper: what goes in, in which languages, and the PDF that is made of it."""
