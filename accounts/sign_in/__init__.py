"""Sign-in: password and second factor for officers, a code by mail for companies."""
