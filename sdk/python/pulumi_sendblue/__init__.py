"""Sendblue webhooks for Pulumi programs.

Use `from pulumi_sendblue import dynamic as sendblue`: it needs nothing but this package.
"""
