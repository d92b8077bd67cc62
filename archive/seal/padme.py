"""PADMÉ: how long a file is made, so that its length says little (Nikitin et al. 2019, https://arxiv.org/abs/1806.03160).

A length is rounded up to a number whose binary form has few significant digits: at most 12 % more, less the longer the
file, and only O(log log n) bits of the true length remain to be seen.
"""

from __future__ import annotations


def padded(size: int) -> int:
    """The padded length, in the unit of ``size``; a padded length stays as it is."""
    if size < 2:
        return size
    exponent = size.bit_length() - 1
    dropped = exponent - exponent.bit_length()  # how many of the last digits become zero
    mask = (1 << dropped) - 1
    return size + mask & ~mask
