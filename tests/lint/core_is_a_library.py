"""Core leaves the process to its owner: it reads no environment, never exits, prints nothing and handles no signal."""

import re

from sources import ROOT, code_of, cpp, finish

BANNED = re.compile(
    r"(?<![\w.>])(?:std::|::)?(?:secure_getenv|getenv|setenv|exit|_exit|quick_exit|signal|sigaction"
    r"|printf|fprintf|puts|syslog)\s*\("
    r"|\bstd::system\s*\("
    r"|\bstd::(?:cout|cerr|clog)\b|#include <(?:iostream|csignal|syslog\.h|boost/asio/signal_set\.hpp)>"
)

sources = cpp("core")
finish(
    [
        f"{file.relative_to(ROOT)}:{number}: not in core: {match[0].strip()}"
        for file in sources
        for number, line in enumerate(code_of(file), 1)
        if (match := BANNED.search(line))
    ],
    len(sources),
)
