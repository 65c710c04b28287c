"""What the kernel knows about a process. All sizes in bytes."""

import os
import re
import time
from pathlib import Path


def descriptors(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


def descriptor_slots(pid):
    """How many the kernel's table of them has room for."""
    return _number(f"/proc/{pid}/status", "FDSize")


def lasting_descriptors(pid):
    """Those that do not come and go by themselves, as pipes do, the sockets that ask name servers, and what is open for
    a moment to look something up."""
    asking, first = _datagram_sockets(pid), _links(pid)
    time.sleep(0.01)
    asking |= _datagram_sockets(pid)
    return sum(not link.startswith("pipe:") and link not in asking for _, link in first & _links(pid))


def _links(pid):
    """Each with the descriptor, because several may be of one file."""
    return {(descriptor.name, _link(descriptor)) for descriptor in Path(f"/proc/{pid}/fd").iterdir()}


def _datagram_sockets(pid):
    """Of its network, as links of descriptors name them."""
    rows = [row for name in ("udp", "udp6") for row in Path(f"/proc/{pid}/net/{name}").read_text().splitlines()[1:]]
    return {f"socket:[{row.split()[9]}]" for row in rows}


def threads(pid):
    return [int(thread) for thread in os.listdir(f"/proc/{pid}/task")]


def name(pid):
    return Path(f"/proc/{pid}/comm").read_text().rstrip()


def children(pid):
    lists = [_text_if_there(f"/proc/{pid}/task/{thread}/children") for thread in threads(pid)]
    return [int(child) for text in lists for child in text.split()]


def _text_if_there(path):
    """A thread may end meanwhile."""
    try:
        return Path(path).read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def rss(pid):
    return _kilobytes(f"/proc/{pid}/status", "VmRSS")


def pss(pid):
    """Proportional set size: memory that is shared with other processes counts by its share."""
    return _kilobytes(f"/proc/{pid}/smaps_rollup", "Pss")


def cpu_seconds(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def seconds_kept_from_cpu(pid):
    """How long the thread that waited longest was ready to run, and others ran (schedstat of proc(5))."""
    texts = [_text_if_there(f"/proc/{pid}/task/{thread}/schedstat") for thread in threads(pid)]
    return max(int(text.split()[1]) for text in texts if text) / 1e9


def is_stopped(pid):
    """Whether SIGSTOP has reached every thread, traced or not: they run on for a moment after it was sent."""
    stats = [task.joinpath("stat").read_text() for task in Path(f"/proc/{pid}/task").iterdir()]
    return all(stat.rpartition(")")[2].split()[0] in "Tt" for stat in stats)


def is_traced(pid):
    """True once a tracer has attached to every thread."""
    return all(is_thread_traced(pid, thread) for thread in threads(pid))


def is_thread_traced(pid, thread):
    status = Path(f"/proc/{pid}/task/{thread}/status").read_text()
    return re.search(r"^TracerPid:\t[1-9]", status, re.MULTILINE) is not None


def _link(path):
    try:
        return os.readlink(path)
    except FileNotFoundError:  # closed since it was listed
        return ""


def _kilobytes(path, key):
    return _number(path, key) * 1024


def _number(path, key):
    return int(re.search(rf"^{key}:\s+(\d+)", Path(path).read_text(), re.MULTILINE)[1])
