"""Countries, Korean provinces, HS chapters and the difficulty taxonomy."""
