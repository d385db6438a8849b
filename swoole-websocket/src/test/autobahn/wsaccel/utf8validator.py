# SPDX-License-Identifier: Apache-2.0
"""Checks UTF-8 by one call into Jython where it is ASCII, else byte by byte as the suite does."""


class Utf8Validator:
    def __init__(self):
        self.reset()

    def reset(self):
        self.missing = 0
        self.low = 0x80
        self.high = 0xBF
        self.total = 0

    def validate(self, data):
        """Answers whether it is valid, whether it ends with a character, and where it was left."""
        length = len(data)
        if self.missing > 0 or not _is_ascii(data):
            for at in xrange(length):
                if not self._next(ord(data[at])):
                    self.total += at
                    return False, False, at, self.total
        self.total += length
        return True, self.missing == 0, length, self.total

    def _next(self, byte):
        if self.missing > 0:
            valid = self.low <= byte <= self.high
            self.missing -= 1
            self.low, self.high = 0x80, 0xBF
            return valid
        if byte < 0x80:
            return True
        if 0xC2 <= byte <= 0xDF:
            self.missing = 1
        elif 0xE0 <= byte <= 0xEF:
            self.missing = 2
            self.low = 0xA0 if byte == 0xE0 else 0x80
            self.high = 0x9F if byte == 0xED else 0xBF
        elif 0xF0 <= byte <= 0xF4:
            self.missing = 3
            self.low = 0x90 if byte == 0xF0 else 0x80
            self.high = 0x8F if byte == 0xF4 else 0xBF
        else:
            return False
        return True


def _is_ascii(data):
    try:
        data.decode("ascii")
        return True
    except UnicodeDecodeError:
        return False
