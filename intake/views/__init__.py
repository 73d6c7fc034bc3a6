"""Pages of the company: filing a difficulty, and following it."""
