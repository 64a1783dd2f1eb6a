"""`python -m vaeviz`: see `vaeviz.commands.cli`."""

from vaeviz.commands.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
