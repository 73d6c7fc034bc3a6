"""The cases that an organisation filed, as a list: what it holds, how it is narrowed and sorted."""
