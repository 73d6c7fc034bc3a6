"""Forms validate and clean; the verbs in intake.actions write."""
