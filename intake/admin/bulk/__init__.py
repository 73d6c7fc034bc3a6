"""Many cases of the queue at once: choose, see what will happen, confirm, read what was done."""
