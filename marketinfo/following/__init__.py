"""Following the library without an account: what can be followed, by whom, and who is told."""
