"""The pages of a company's people who sign in: their cases, and who else sees them."""
