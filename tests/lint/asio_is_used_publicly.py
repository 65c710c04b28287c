"""Asio is used through its public interface only, whatever the release of Boost is."""

import re

from sources import ROOT, code_of, cpp, finish

BANNED = re.compile(
    r"\basio::detail\b|\bboost/asio/detail/|\basio::(?:\w+::)*impl::|\bboost/asio/impl/(?!src\.hpp)"
    r"|\bBOOST_(?:ASIO_)?VERSION\b|\bboost/version\.hpp\b|\bboost/asio/version\.hpp\b"
)

sources = cpp("core", "daemon", "tests")
finish(
    [
        f"{file.relative_to(ROOT)}:{number}: not public, or of one release: {match[0]}"
        for file in sources
        for number, line in enumerate(code_of(file), 1)
        if (match := BANNED.search(line))
    ],
    len(sources),
)
