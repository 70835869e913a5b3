"""Enough of Protocol Buffers' wire format to tell whether a file is a message, without its schema or its library."""

VARINT, FIXED64, LENGTH, FIXED32 = 0, 1, 2, 5


def field_numbers(message: bytes) -> list[int]:
    """Numbers of the outermost fields in order. Raises `ValueError` where the bytes are no message."""
    numbers, position = [], 0
    while position < len(message):
        tag, position = _varint(message, position)
        kind = tag & 7
        if kind == VARINT:
            _, position = _varint(message, position)
        elif kind == LENGTH:
            length, position = _varint(message, position)
            position += length
        elif kind in {FIXED64, FIXED32}:
            position += 8 if kind == FIXED64 else 4
        else:
            raise ValueError("it is no Protocol Buffers message")
        numbers.append(tag >> 3)
    if position != len(message):
        raise ValueError("it ends in the middle of a field")
    return numbers


def _varint(message: bytes, position: int) -> tuple[int, int]:
    value = 0
    for index, byte in enumerate(message[position : position + 10]):
        value |= (byte & 0x7F) << (7 * index)
        if byte < 0x80:
            return value, position + index + 1
    raise ValueError("it is no Protocol Buffers message")
