"""A system bus on which systemd has one job for whoever asks: D-Bus, as far as one client needs it."""

import re
import socket
import struct
import threading

from harness.threads import join_all

_UNIT, _JOB = "/org/freedesktop/systemd1/unit/duplexd_2eservice", "/org/freedesktop/systemd1/job/7"
_HEADER = 16  # bytes, with the length of the fields that follow
_RETURN = 2
_BEGIN = b"BEGIN\r\n"


def _padded(data, size):
    return data + b"\0" * (-len(data) % size)


def _string(text):
    return struct.pack("<I", len(text)) + text.encode() + b"\0"


def _answer(serial, signature, body):
    fields = b"\x05\x01u\0" + struct.pack("<I", serial) + b"\x08\x01g\0" + bytes([len(signature)]) + signature.encode() + b"\0"
    return _padded(struct.pack("<cBBBIII", b"l", _RETURN, 1, 1, len(body), serial, len(fields)) + fields, 8) + body


class SystemBus:
    """`job` is the type of the unit's job, such as "stop"; "": there is none. None: the bus takes connections and says
    nothing."""

    def __init__(self, folder, job):
        self.environment = {"DBUS_SYSTEM_BUS_ADDRESS": f"unix:path={folder}/bus"}
        self._job = job
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(f"{folder}/bus")
        self._listener.listen()
        self._threads = []
        if job is not None:
            self._threads.append(threading.Thread(target=self._run, daemon=True))
            self._threads[0].start()

    def close(self):
        self._listener.shutdown(socket.SHUT_RDWR)
        join_all(self._threads)
        self._listener.close()

    def _run(self):
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            with client, client.makefile("rb") as stream:
                self._authenticate(client, stream)
                while head := stream.read(_HEADER):
                    self._serve(client, head, stream)

    @staticmethod
    def _authenticate(client, stream):
        """It says all that it has to say at once, and begins."""
        said = b""
        while not said.endswith(_BEGIN):
            said += stream.readline()
        asked = b"DATA\r\n" if b"\nDATA\r\n" in said else b""
        client.sendall(asked + b"OK " + b"0" * 32 + b"\r\nAGREE_UNIX_FD\r\n")

    def _serve(self, client, head, stream):
        body_size, serial, fields_size = struct.unpack("<4xIII", head)
        rest = stream.read(fields_size + -fields_size % 8 + body_size)
        member = re.search(rb"\x03\x01s\0....([A-Za-z]+)\0", rest, re.DOTALL).group(1).decode()
        asked = re.findall(rb"[A-Za-z.0-9]+", rest[-body_size:])[-1].decode() if member == "Get" else member
        client.sendall(_answer(serial, *self._says(asked)))

    def _says(self, asked):
        job = struct.pack("<I", 7 if self._job else 0) + _string(_JOB if self._job else "/")
        return {"Hello": lambda: ("s", _string(":1.1")),
                "GetUnitByPID": lambda: ("o", _string(_UNIT)),
                "Job": lambda: ("v", _padded(b"\x04(uo)\0", 8) + job),
                "JobType": lambda: ("v", _padded(b"\x01s\0", 4) + _string(self._job))}[asked]()
