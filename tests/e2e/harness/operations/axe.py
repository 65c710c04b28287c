"""axe-core, which finds what keeps people out of a page. It comes from npm, and only where tests run."""

import functools
import hashlib
import os
import shutil
import subprocess
import tarfile
from pathlib import Path

PACKAGE = "axe-core@4.10.3"
SHA512 = ("5e6edba515e70d25f6604d9815f064d859c5d1ea7ab661bbc4f87c88779ef0c2"
          "1cae0abbeb636471ef39e9d62d2582e4b88a1866f19f4ecfcf6d986275e4dc12")
PATIENCE = 30


def _cache():
    folder = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "duplexd-tests"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _is_ours(file):
    return file.is_file() and hashlib.sha512(file.read_bytes()).hexdigest() == SHA512


@functools.cache
def axe():
    """Its source and "", or None and why there is none."""
    file = _cache() / f"{PACKAGE.replace('@', '-')}.tgz"
    if not _is_ours(file):
        if not shutil.which("npm"):
            return None, "npm is not installed"
        try:
            subprocess.run(["npm", "pack", PACKAGE], cwd=file.parent, check=True, capture_output=True, timeout=PATIENCE)
        except (subprocess.SubprocessError, OSError) as error:
            return None, f"npm does not get {PACKAGE}: {error}"
    if not _is_ours(file):
        return None, f"{file} is not the {PACKAGE} that is expected"
    with tarfile.open(file) as package:
        return package.extractfile("package/axe.min.js").read().decode(), ""


def problems(browser):
    """What axe finds in the page that the browser shows, a line for each rule and element."""
    source, why = axe()
    assert source, why
    browser.run(source)
    found = browser.run_async("axe.run(document, {resultTypes: ['violations']}).then(arguments[arguments.length - 1])")
    return [f"{rule['id']}: {node['target']}: {node['failureSummary']}" for rule in found["violations"] for node in rule["nodes"]]
