"""The plugin, run from a checkout by `PulumiPlugin.yaml`, and what PyInstaller freezes."""

from sendblue_provider.plugin.main import main

main()
