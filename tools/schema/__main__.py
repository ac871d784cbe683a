"""Print the package schema."""

import sys

from .package import schema_text

sys.stdout.write(schema_text())
