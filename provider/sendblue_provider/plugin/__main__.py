"""`python -m sendblue_provider.plugin` serves the engine."""

from .main import main

if __name__ == "__main__":
    main()
