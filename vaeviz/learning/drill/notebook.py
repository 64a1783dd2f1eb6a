"""The drill's files: the stub as a notebook (nbformat 4.5) and as Python, and a submission's code.

Both kinds are made from stub.txt, where "# %%" begins a cell. Nothing here runs what it reads.
"""

from __future__ import annotations

import json
from pathlib import Path
from textwrap import wrap
from typing import Any

from vaeviz.config import UserError
from vaeviz.learning.drill.plan import MINUTES, PAPER, timetable

STUB = Path(__file__).with_name("stub.txt")
NAME = "drill"  # of the stub's files
LARGEST = 1_000_000  # bytes of a submission
CELL = "# %%"
FROM_CELL = "# cell "  # heads a cell's code in what `code` makes of a notebook
MAGIC = ("%", "!", "?")  # lines for IPython, not for Python


def stub() -> dict[str, str]:
    """The contents of the stub's files, by name."""
    cells = [cell.strip() for cell in STUB.read_text(encoding="utf-8").split(f"\n{CELL}")]
    first, rest = cells[0], [f"{CELL} {cell}" for cell in cells[1:]]
    text = "\n\n\n".join([first, *rest]) + "\n"
    lines = [part for line in title().splitlines() for part in wrap(line, 96) or [""]]
    comment = "\n".join(f"# {line}".rstrip() for line in lines)
    return {f"{NAME}.py": f"{comment}\n\n{text}", f"{NAME}.ipynb": _notebook([first, *rest])}


def title() -> str:
    """The drill's head in Markdown, with its timetable."""
    about = f"The paper is {PAPER}. Do not look at other code. Check with:"
    command = f"`python -m vaeviz drill check {NAME}.ipynb` (or `{NAME}.py`)"
    head = f"# Timed drill: a VAE from paper to code in {MINUTES} minutes"
    return f"{head}\n\n{about}\n{command}\n\n{timetable()}"


def _notebook(cells: list[str]) -> str:
    from nbformat import v4 as nbformat  # 0.2 s, and only for this file

    written = [nbformat.new_markdown_cell(title(), id="cell-0")]
    written += [nbformat.new_code_cell(text, id=f"cell-{k}") for k, text in enumerate(cells, 1)]
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    about = {"kernelspec": kernel, "language_info": {"name": "python"}}
    return nbformat.writes(nbformat.new_notebook(cells=written, metadata=about)) + "\n"


def code(path: Path) -> str:
    """The Python code of a submission, .py or .ipynb. UserError, one line, if there is none."""
    if path.suffix not in READERS:
        raise UserError(f"{path} is no drill: give a file that ends in {' or '.join(READERS)}")
    if not path.is_file():
        raise UserError(f"there is no file {path}: make one with python -m vaeviz drill new")
    if path.stat().st_size > LARGEST:
        raise UserError(f"{path} has over {LARGEST:,} bytes: clear the notebook's outputs")
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        raise UserError(f"{path} is no UTF-8 text: save it as UTF-8") from None
    return READERS[path.suffix](text, path)


def _of_notebook(text: str, path: Path) -> str:
    """The code cells, each below a line with its number among them."""
    try:
        cells = json.loads(text)["cells"]
        sources = [_source(cell) for cell in cells if cell["cell_type"] == "code"]
    except (ValueError, KeyError, TypeError, RecursionError):
        raise UserError(f"{path} is no notebook of version 4: save it in Jupyter again") from None
    if not any(source.strip() for source in sources):
        raise UserError(f"{path} has no code: complete the stub of python -m vaeviz drill new")
    return "\n".join(f"{FROM_CELL}{k}\n{source}" for k, source in enumerate(sources, 1)) + "\n"


def _source(cell: dict[str, Any]) -> str:
    """A cell's code without what only IPython understands; the number of lines stays."""
    source = cell["source"]
    text = source if isinstance(source, str) else "".join(source)
    if text.lstrip().startswith("%%"):
        return ""
    return "\n".join("" if line.startswith(MAGIC) else line for line in text.split("\n"))


READERS = {".py": lambda text, path: text, ".ipynb": _of_notebook}


def place(source: str, line: int) -> str:
    """Where line `line` of `code`'s result was in the student's file."""
    lines = source.splitlines()[:line]
    for above, text in enumerate(reversed(lines)):
        if text.startswith(FROM_CELL) and text[len(FROM_CELL) :].isdigit():
            return f"code {text[2:]}, line {above}"
    return f"line {line}"
