"""The plugin `pulumi-resource-sendblue`: the front end that speaks the provider protocol."""
