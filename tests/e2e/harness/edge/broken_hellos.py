"""ClientHellos that are none. Every one begins as TLS does, with the head of a record of a handshake."""

import random
import struct
from pathlib import Path

_CORPUS = Path(__file__).resolve().parents[3] / "fuzz/corpus/hello"
NAME, ALPN = 0, 16  # kinds of extensions


def good_hello(name="openssl_tls13"):
    return (_CORPUS / name).read_bytes()


def vector(data, length_bytes, length=None):
    """With its length before it, which may be a wrong one."""
    return (len(data) if length is None else length).to_bytes(length_bytes, "big") + data


def record(data, kind=22, version=0x0301, length=None):
    return struct.pack(">BHH", kind, version, len(data) if length is None else length) + data


def extension(kind, data, length=None):
    return struct.pack(">H", kind) + vector(data, 2, length)


def server_name(name=b"a.test", kind=0, length=None, list_length=None):
    return extension(NAME, vector(bytes([kind]) + vector(name, 2, length), 2, list_length))


def hello(extensions=b"", version=0x0303, session=b"", ciphers=b"\x13\x01", methods=b"\0", message=1, length=None, tail=b""):
    """A valid one, but for what is given. `extensions` has no length yet; None: there are none."""
    body = struct.pack(">H", version) + bytes(32) + vector(session, 1) + vector(ciphers, 2) + vector(methods, 1)
    body += (b"" if extensions is None else vector(extensions, 2)) + tail
    return bytes([message]) + vector(body, 3, length)


def broken_hellos():
    """At least 200 of (what is wrong, bytes)."""
    return [*_records(), *_messages(), *_vectors(), *_names(), *_protocols(), *_cut_inside()]


def _records():
    yield "empty record", record(b"")
    for size in (16385, 20000, 65535):
        yield "long record", record(b"\1", length=size)
    for kind in (20, 21, 23, 24):
        yield "other record within", record(hello()[:20]) + record(hello()[20:], kind=kind)
    for size in (1, 4, 20, 40):
        yield "empty record within", record(hello()[:size]) + record(b"")


def _messages():
    for message in [0, *range(2, 26), 254, 255]:
        yield "other message", record(hello(message=message))
    for length in (0, 1, 2, 34, 38):
        yield "short message", record(hello(length=length))
    for length in (0x4001, 0xffff, 0xffffff):
        yield "long message", record(hello(length=length))


def _vectors():
    base = struct.pack(">H", 0x0303) + bytes(32)
    for session in range(33, 256, 12):
        yield "long session", record(_of(base + vector(bytes(session), 1) + b"\0\2\x13\1\1\0\0\0"))
    for ciphers in (0, 1, 3, 5, 7):
        yield "odd ciphers", record(hello(ciphers=bytes(ciphers)))
    yield "no methods", record(hello(methods=b""))
    for more in range(1, 12):
        yield "bytes behind", record(hello(tail=bytes(more)))
    for length in (1, 2, 3, 5, 100, 65535):
        yield "extensions too long", record(_of(base + b"\0\0\2\x13\1\1\0" + vector(b"", 2, length)))
        yield "extension too long", record(hello(extension(43, b"", length)))
    for size in range(1, 4):
        yield "head of an extension", record(hello(bytes(size)))
    for each in (server_name(), extension(ALPN, b"\0\3\2h2")):
        yield "extension twice", record(hello(each * 2))


def _of(body):
    return b"\1" + vector(body, 3)


def _names():
    for name in (b"", b"a\0b", b"\0", b"a.test\0", b"\xff", b"a" * 300, b"a b", b"a..b", b"." * 3, b"/etc", b"a_\x7f"):
        yield "name", record(hello(server_name(name)))
    for length in (0, 1, 5, 7, 100, 65535):
        yield "length of a name", record(hello(server_name(length=length)))
        yield "length of names", record(hello(server_name(list_length=length)))
    for data in (b"", b"\0", b"\0\0", b"\0\1\0", b"\0\2\0\0", b"\0\3\0\0\0", b"\0\3\0\0\1"):
        yield "names", record(hello(extension(NAME, data)))
    yield "two names", record(hello(extension(NAME, vector(b"\0" + vector(b"a", 2) + b"\0" + vector(b"b", 2), 2))))


def _protocols():
    for data in (b"", b"\0", b"\0\0", b"\0\1\0", b"\0\2\0\0", b"\0\3\3h2", b"\0\3\1h2", b"\0\4\2h2\0", b"\0\2\2h2", b"\0\5\2h2"):
        yield "protocols", record(hello(extension(ALPN, data)))


def _cut_inside():
    """The message ends inside of what it has, and the record with it."""
    whole = good_hello()[5 + 4:]
    for size in [*range(0, 77), *range(90, len(whole), 4)]:
        yield "cut", record(_of(whole[:size]))


def random_hellos(count, seed=1):
    """Of noise behind the head of a record, of a message or of an extension. All are broken."""
    source = random.Random(seed)
    return [source.choice(_RANDOM)(source) for _ in range(count)]


def changed_hellos(count, seed=1):
    """Good ones of several programs with one byte changed: some are good still, and none asks for a.test."""
    source = random.Random(seed)
    return [_changed(bytearray(good_hello(source.choice(_PROGRAMS))), source) for _ in range(count)]


def _changed(whole, source):
    whole[source.randrange(len(whole))] ^= source.randrange(1, 256)
    return bytes(whole)


def _noise(source):
    return record(bytes([source.randrange(2, 256)]) + source.randbytes(source.randrange(4, 300)))


def _noise_in_message(source):
    return record(_of(b"\3\3" + bytes(32) + b"\xff" + source.randbytes(source.randrange(40, 250))))


def _noise_in_extension(source):
    return record(hello(extension(NAME, b"\xff" + source.randbytes(source.randrange(1, 60)))))


_RANDOM = [_noise, _noise_in_message, _noise_in_extension]
_PROGRAMS = ["openssl_tls12", "openssl_tls13", "openssl_alpn", "curl_h2", "chromium", "firefox", "node", "wget"]
