"""What the kernel knows about a process. All sizes in bytes."""

import os
import re
from pathlib import Path


def descriptors(pid):
    return len(os.listdir(f"/proc/{pid}/fd"))


def descriptor_slots(pid):
    """How many the kernel's table of them has room for."""
    return _number(f"/proc/{pid}/status", "FDSize")


def pipe_ends(pid):
    """How many of its descriptors are ends of pipes. Workers keep pipes for some seconds."""
    return sum(_link(descriptor).startswith("pipe:") for descriptor in Path(f"/proc/{pid}/fd").iterdir())


def passing(pid):
    """How many of its descriptors come and go by themselves: pipes, and the sockets that ask name servers."""
    rows = _read(f"/proc/{pid}/net/udp").splitlines()[1:] + _read(f"/proc/{pid}/net/udp6").splitlines()[1:]
    inodes = {row.split()[9] for row in rows}
    asking = sum(_link(descriptor) in {f"socket:[{inode}]" for inode in inodes}
                 for descriptor in Path(f"/proc/{pid}/fd").iterdir())
    return pipe_ends(pid) + asking


def threads(pid):
    return [int(thread) for thread in os.listdir(f"/proc/{pid}/task")]


def name(pid):
    return Path(f"/proc/{pid}/comm").read_text().rstrip()


def children(pid):
    lists = [Path(f"/proc/{pid}/task/{thread}/children").read_text() for thread in threads(pid)]
    return [int(child) for text in lists for child in text.split()]


def rss(pid):
    return _kilobytes(f"/proc/{pid}/status", "VmRSS")


def pss(pid):
    """Proportional set size: memory that is shared with other processes counts by its share."""
    return _kilobytes(f"/proc/{pid}/smaps_rollup", "Pss")


def cpu_seconds(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


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


def _read(path):
    return Path(path).read_text()


def _link(path):
    try:
        return os.readlink(path)
    except FileNotFoundError:  # closed since it was listed
        return ""


def _kilobytes(path, key):
    return _number(path, key) * 1024


def _number(path, key):
    return int(re.search(rf"^{key}:\s+(\d+)", Path(path).read_text(), re.MULTILINE)[1])
