"""Users, organisations, memberships and companies."""
