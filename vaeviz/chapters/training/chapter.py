"""The chapter "Training": watch a VAE learn, move β, σ² and the learning rate meanwhile, and
compare twins.
"""

from __future__ import annotations

from vaeviz.chapters.chapter import Chapter
from vaeviz.chapters.training import train
from vaeviz.chapters.training.actions import act
from vaeviz.chapters.training.plan import Plan, follow
from vaeviz.chapters.training.session import bound, open_address, prepare

CHAPTER = Chapter(
    "training",
    Plan,
    (train.TOOL,),
    prepare=prepare,
    follow=follow,
    open=open_address,
    act=act,
    bound=bound,
    page="training",
)
