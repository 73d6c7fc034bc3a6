"""The desks of associations, centres and missions."""
