"""The forms of the desks of associations, centres and missions."""
