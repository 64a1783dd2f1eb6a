"""`python -m vaeviz`: see `vaeviz.commands.cli`."""

from vaeviz.python_version import fault

if __name__ == "__main__":
    if fault():
        raise SystemExit(fault())
    from vaeviz.commands.cli import main

    raise SystemExit(main())
