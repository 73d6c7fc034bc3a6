"""The words of letters: templates with placeholders and optional paragraphs."""
