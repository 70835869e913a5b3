"""Whole numbers as bits, the highest first."""


class BitWriter:
    """Bits one after the other."""

    def __init__(self) -> None:
        self._bits = 0
        self._length = 0

    def put(self, value: int, width: int) -> None:
        """Add a number.

        Raises:
            ValueError: It does not fit into that many bits.
        """
        if not 0 <= value < 1 << width:
            raise ValueError(f"{value} does not fit into {width} bits")
        self._bits = self._bits << width | value
        self._length += width

    def put_bytes(self, data: bytes) -> None:
        """Add whole bytes."""
        self.put(int.from_bytes(data, "big"), 8 * len(data))

    def whole(self) -> bytes:
        """All of it, filled up with zeros to a whole byte."""
        missing = -self._length % 8
        return (self._bits << missing).to_bytes((self._length + missing) // 8, "big")


class BitReader:
    """Reads what a `BitWriter` wrote."""

    def __init__(self, data: bytes) -> None:
        self._bits = int.from_bytes(data, "big")
        self._left = 8 * len(data)

    def take(self, width: int) -> int:
        """The next number.

        Raises:
            EOFError: So many bits are not left.
        """
        if width > self._left:
            raise EOFError("the data end too early")
        self._left -= width
        return self._bits >> self._left & (1 << width) - 1
