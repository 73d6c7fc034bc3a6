"""One module per page that is measured; each gives its lines for the table."""
