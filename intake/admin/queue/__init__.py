"""The two lists of the desk: the queue (what to do next) and all cases, page by page."""
