# SPDX-License-Identifier: Apache-2.0
"""Masks whole payloads by one call into the JDK, where the suite goes byte by byte."""

from array import array

from java.util import BitSet


class XorMaskerNull:
    def __init__(self, mask=None):
        self.ptr = 0

    def pointer(self):
        return self.ptr

    def reset(self):
        self.ptr = 0

    def process(self, data):
        self.ptr += len(data)
        return data


class XorMasker:
    def __init__(self, mask):
        assert len(mask) == 4
        self.mask = mask
        self.ptr = 0

    def pointer(self):
        return self.ptr

    def reset(self):
        self.ptr = 0

    def process(self, data):
        length = len(data)
        turn = self.ptr & 3
        self.ptr += length
        mask = (self.mask[turn:] + self.mask[:turn]) * (length // 4 + 1)
        # A byte that is not zero at the end, for what is zero there is left out otherwise.
        bits = BitSet.valueOf(array("b", data + "\x01"))
        bits.xor(BitSet.valueOf(array("b", mask[:length])))
        return bits.toByteArray().tostring()[:length]


def createXorMasker(mask, len=None):
    return XorMasker(mask)
