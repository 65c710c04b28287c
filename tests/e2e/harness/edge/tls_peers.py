"""Peers that speak TLS. Unlike ssl.SSLSocket, they end each direction on its own, and cut a stream without saying so."""

import contextlib
import socket
import ssl
import threading

from harness.sockets import connect, reset
from harness.streams import BLOCK


class TlsPeer:
    """What tests use of a socket, with TLS over it. One thread may send while another one receives."""

    def __init__(self, connection, context, **options):
        self.socket = connection
        self._received, self._to_send = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._received, self._to_send, **options)
        self._lock = threading.Lock()
        self._sending = threading.Lock()
        self._decrypted = b""  # what came before the own end, and was not asked for
        self._shake_hands()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def __getattr__(self, name):
        """The version, the session, the certificate: what ssl.SSLObject tells."""
        return getattr(self._tls, name)

    def sendall(self, data):
        data = memoryview(data)
        for start in range(0, len(data), BLOCK):
            with self._sending:
                with self._lock:
                    self._tls.write(data[start:start + BLOCK])
                self._flush()

    def recv(self, size):
        while True:
            with self._lock:
                data = self._decrypt(size)
            if data is not None:
                return data
            self._feed(self.socket.recv(BLOCK))

    def recv_into(self, buffer):
        data = self.recv(len(buffer))
        buffer[:len(data)] = data
        return len(data)

    def shutdown(self, how):
        """Says that it sends no more (close_notify), and goes on to receive."""
        if how != socket.SHUT_WR:
            raise ValueError("only for SHUT_WR")
        with self._sending:
            with self._lock:
                self._decrypt_all()
                self._say_end()
            self._flush()
        self.socket.shutdown(socket.SHUT_WR)

    def close(self):
        try:
            self.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # it is over already
        self.socket.close()

    def cut(self):
        """Ends the connection, and not the stream in it."""
        self.socket.shutdown(socket.SHUT_WR)

    def reset(self):
        reset(self.socket)

    def _shake_hands(self):
        while True:
            try:
                return self._tls.do_handshake()
            except ssl.SSLWantReadError:
                pass
            finally:
                self._flush()
            self._feed(self.socket.recv(BLOCK))

    def _decrypt(self, size):
        """None: more has to come first."""
        if self._decrypted:
            first, self._decrypted = self._decrypted[:size], self._decrypted[size:]
            return first
        try:
            return self._tls.read(size)
        except ssl.SSLZeroReturnError:
            return b""
        except ssl.SSLWantReadError:
            return None

    def _feed(self, data):
        with self._lock:
            self._received.write(data) if data else self._received.write_eof()

    def _flush(self):
        with self._lock:
            to_send = self._to_send.read()
        self.socket.sendall(to_send)

    def _decrypt_all(self):
        """SSL_shutdown(3) fails on what it finds behind its own end."""
        try:
            while data := self._tls.read(BLOCK):
                self._decrypted += data
        except ssl.SSLError:
            pass  # there is no more, or the other side has ended

    def _say_end(self):
        try:
            self._tls.unwrap()
        except ssl.SSLWantReadError:
            pass  # the other side may go on


def connect_tls(address, context, name="a.test", **options):
    """`options` are those of connect()."""
    connection = connect(address, **options)
    try:
        return TlsPeer(connection, context, server_hostname=name)
    except OSError:
        connection.close()
        raise


def over_tls(handler, context):
    """The handler of an endpoint whose clients speak TLS."""
    def serve(connection):
        with TlsPeer(connection, context, server_side=True) as peer:
            handler(peer)
    return serve


def client_hello(name):
    """The first bytes of a client that asks for this name."""
    said = ssl.MemoryBIO()
    stream = ssl.create_default_context().wrap_bio(ssl.MemoryBIO(), said, server_hostname=name)
    with contextlib.suppress(ssl.SSLWantReadError):
        stream.do_handshake()
    return said.read()
