"""`python -m vaeviz`: see `vaeviz.commands.cli`."""

from __future__ import annotations

from vaeviz.python_version import fault


def main(arguments: list[str] | None = None) -> int | str:
    """The exit status of a command, or the line with which it ends."""
    if fault():
        return fault()
    from vaeviz.commands import cli

    return cli.main(arguments)


if __name__ == "__main__":
    raise SystemExit(main())
