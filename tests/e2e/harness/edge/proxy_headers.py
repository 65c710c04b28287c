"""PROXY headers that are none."""

import random
import struct

SIGNATURE = b"\r\n\r\n\0\r\nQUIT\n"
ADDRESSES = bytes([192, 0, 2, 1, 198, 51, 100, 2, 200, 34, 1, 187])
GOOD_LINE = b"PROXY TCP4 192.0.2.1 198.51.100.2 51234 443\r\n"


def v2(command=0x21, family=0x11, block=ADDRESSES, length=None):
    return SIGNATURE + bytes([command, family]) + struct.pack(">H", len(block) if length is None else length) + block


def tlv(kind, value, length=None):
    return bytes([kind]) + struct.pack(">H", len(value) if length is None else length) + value


def hand_made():
    """At least 200, each with what is wrong."""
    return [*_lines(), *_heads(), *_blocks(), *_fields(), *_others()]


def _lines():
    for family in [b"", b"TCP", b"TCP5", b"tcp4", b"UDP4", b"UNKNOWNS", b"TCP4\t", b" TCP4", b"TCP46", b"4", b"\0"]:
        yield "family", b"PROXY " + family + b" 192.0.2.1 198.51.100.2 1 2\r\n"
    for ip in [b"", b"1.2.3", b"1.2.3.4.5", b"1.2.3.256", b"01.2.3.4", b"1.2.3.04", b"0x1.2.3.4", b"::1", b"a.test", b"1.2.3.4%lo",
               b"-1.2.3.4", b"1..3.4", b"1.2.3.4,", b"[1.2.3.4]", b"1.2.3.4:5", b"\xff", b"%s", b"1,2,3,4"]:
        yield "source", b"PROXY TCP4 " + ip + b" 198.51.100.2 1 2\r\n"
        yield "destination", b"PROXY TCP4 192.0.2.1 " + ip + b" 1 2\r\n"
    for ip in [b"1.2.3.4", b":1", b"1:2:3:4:5:6:7", b"1:2:3:4:5:6:7:8:9", b"::1::2", b"::12345", b"::g", b"fe80::1%lo", b"[::1]"]:
        yield "source", b"PROXY TCP6 " + ip + b" ::1 1 2\r\n"
        yield "destination", b"PROXY TCP6 ::1 " + ip + b" 1 2\r\n"
    for port in [b"", b"-1", b"+1", b"01", b"65536", b"99999", b"4294967297", b"18446744073709551617", b"0x50", b"1.0", b"1a", b"http"]:
        yield "source port", b"PROXY TCP4 192.0.2.1 198.51.100.2 " + port + b" 2\r\n"
        yield "destination port", b"PROXY TCP4 192.0.2.1 198.51.100.2 1 " + port + b"\r\n"
    for end in [b"\n", b"\r\r\n", b"\rx", b" \r\n", b" 3\r\n", b"\0\r\n", b"\x0b\r\n", b"\x85\r\n"]:
        yield "line end", GOOD_LINE[:-2] + end
    for size in [93, 94, 200, 4000]:
        yield "length", b"PROXY UNKNOWN" + b" " * size + b"\r\n"


def _heads():
    for version in [*range(2), *range(3, 16)]:
        yield "version", v2(command=version << 4 | 1)
    for command in range(2, 16):
        yield "command", v2(command=0x20 | command)
    for family in range(4, 16):
        yield "family", v2(family=family << 4 | 1)
    for protocol in range(3, 16):
        yield "protocol", v2(family=0x10 | protocol)


def _blocks():
    for family, size in [(0x11, 12), (0x21, 36), (0x31, 216)]:
        for length in [0, 1, size // 2, size - 1]:
            yield "addresses", v2(family=family, block=bytes(length))


def _fields():
    for size in [1, 2]:
        yield "head of a field", v2(block=ADDRESSES + bytes(size))
    for kind in [0x01, 0x02, 0x03, 0x04, 0x05, 0x20, 0x30, 0xe0]:
        yield "length of a field", v2(block=ADDRESSES + tlv(kind, b"x", 2))
        yield "length of a field", v2(block=ADDRESSES + tlv(kind, b"x", 65535))
    for size in [0, 1, 3, 5, 8]:
        yield "size of a checksum", v2(block=ADDRESSES + tlv(0x03, bytes(size)))
    for value in [b"\0\0\0\0", b"\xff\xff\xff\xff", b"abcd"]:
        yield "checksum", v2(block=ADDRESSES + tlv(0x03, value))
    for size in [129, 200, 1000]:
        yield "unique id", v2(block=ADDRESSES + tlv(0x05, bytes(size)))
    for value in [b"", b"\1", b"\1\0\0\0", b"\1\0\0\0\0x", b"\1\0\0\0\0" + tlv(0x21, b"TLS", 9)]:
        yield "TLS", v2(block=ADDRESSES + tlv(0x20, value))


def _others():
    for data in [b"GET / HTTP/1.1\r\n\r\n", b"\x16\x03\x01\x02\0\1\0", b"SSH-2.0-x\r\n", b"proxy TCP4 1.1.1.1 2.2.2.2 1 2\r\n",
                 b"PROX\r\n", b" " + GOOD_LINE, b"\n" + GOOD_LINE, b"\0" * 16, b"\r\n\r\n\r\n", SIGNATURE[:11] + b"\r", b"\xef\xbb\xbf" + GOOD_LINE]:
        yield "other data", data


def random_headers(count, seed=1):
    """Bytes of any kind, and headers whose first wrong byte is anywhere."""
    source = random.Random(seed)
    return [source.choice(_RANDOM)(source) for _ in range(count)]


def _noise(source):
    first = source.choice([byte for byte in range(256) if byte not in b"P\r"])
    return bytes([first]) + source.randbytes(source.randrange(1, 300))


def _line(source):
    letters = bytes(source.choice(b"abcdefghijkLMNOP 0123456789.:") for _ in range(source.randrange(80)))
    return b"PROXY T" + letters.replace(b"CP", b"PC") + source.choice([b"\r\n", b"\n"])


def _head(source):
    return SIGNATURE + bytes([source.randrange(256) & 0x0f | 0x30]) + source.randbytes(source.randrange(3, 60))


def _cut_field(source):
    return v2(block=ADDRESSES + tlv(source.randrange(256), source.randbytes(source.randrange(40)), 41))


def _checksum(source):
    authority = tlv(0x02, source.randbytes(source.randrange(60)))
    return v2(block=ADDRESSES + authority + tlv(0x03, source.randbytes(4)))


_RANDOM = [_noise, _line, _head, _cut_field, _checksum]
