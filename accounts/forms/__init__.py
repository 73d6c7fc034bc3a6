"""Forms of people, organisations and their member companies."""
