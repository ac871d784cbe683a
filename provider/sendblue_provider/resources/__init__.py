"""What a user declares. Knows no type of the engine."""
