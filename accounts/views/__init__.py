"""Pages about people, organisations and companies."""
