"""The museum of bugs: twelve mistakes that people make with VAEs, and a false alarm; one file each.

An exhibit is an `EXHIBIT` in a file of its own, and its line here.
"""

from vaeviz.studies.museum import (
    false_alarm,
    inverted_weights,
    kl_mean,
    kl_sign,
    long_warmup,
    no_gradient,
    no_kl,
    perplexity,
    pixel_mean,
    raw_sigma,
    stratified,
    twice,
    unused_beta,
)
from vaeviz.studies.museum.exhibit import Exhibit

EXHIBITS: dict[str, Exhibit] = {
    each.EXHIBIT.name: each.EXHIBIT
    for each in (
        pixel_mean,
        kl_mean,
        no_kl,
        unused_beta,
        no_gradient,
        raw_sigma,
        kl_sign,
        twice,
        long_warmup,
        inverted_weights,
        stratified,
        perplexity,
        false_alarm,
    )
}

__all__ = ["EXHIBITS", "Exhibit"]
