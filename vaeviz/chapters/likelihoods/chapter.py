"""The chapter "Likelihoods": what p(x|z) says of grey values, and how models are compared by it."""

from __future__ import annotations

from vaeviz.chapters.chapter import Chapter
from vaeviz.chapters.likelihoods import compare, pixel
from vaeviz.chapters.likelihoods.view import LikelihoodsView

CHAPTER = Chapter("likelihoods", LikelihoodsView, (pixel.TOOL, compare.TOOL))
