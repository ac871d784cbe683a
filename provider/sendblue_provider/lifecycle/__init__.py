"""The steps of a resource's life, and every request that they make."""
