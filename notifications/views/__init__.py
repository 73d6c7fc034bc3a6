"""The pages of a person who signs in: what they were told, and how they want to be told."""
