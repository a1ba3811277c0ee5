"""``python -m partywire``."""

from partywire.cli.main import main

if __name__ == "__main__":
    main()
