"""The outbox: what is told to whom, and whether it arrived."""
