"""The generator of `schema.json`: the provider's models and the documentation's examples."""
