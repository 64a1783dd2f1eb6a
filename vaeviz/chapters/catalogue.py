"""The chapters in their order, the first being the one that opens: a folder, and a line here.

Titles and icons stand here, so that the list of pages imports no chapter but the open one.
"""

from __future__ import annotations

from importlib import import_module

from vaeviz.chapters.chapter import Chapter

PAGES = {  # name: (title, icon, section of the menu)
    "explorer": ("Explorer", ":material/tune:", ""),
    "training": ("Training", ":material/model_training:", ""),
    "latent": ("Latent space", ":material/scatter_plot:", ""),
    "collapse": ("Collapse", ":material/stacked_bar_chart:", ""),
    "objective": ("Objective", ":material/functions:", "Mathematics"),
    "gradients": ("Gradients", ":material/trending_down:", "Mathematics"),
    "bound": ("The bound", ":material/vertical_align_top:", "Mathematics"),
    "likelihoods": ("Likelihoods", ":material/contrast:", "Mathematics"),
    "museum": ("Museum of bugs", ":material/bug_report:", "Mathematics"),
    "learn": ("Quiz", ":material/quiz:", ""),
}
NAMES = tuple(PAGES)


def chapter(name: str) -> Chapter:
    """The chapter in the folder of this name."""
    return import_module(f"vaeviz.chapters.{name}.chapter").CHAPTER
