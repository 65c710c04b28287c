"""What differs between the two kinds of package."""

from pathlib import Path

from machine import CONFIG, run, state, systemctl

PACKAGES = Path("/test/packages")
LOGS = Path("/var/log/duplexd")


class Deb:
    """Debian's custom: enabled and started as soon as it is installed; what was changed stays as it is."""

    name = "deb"
    other_configuration = CONFIG.with_name(CONFIG.name + ".dpkg-dist")  # where an upgrade puts its own

    def _dpkg(self, release, *options):
        (package,) = PACKAGES.glob(f"{release}/duplexd_*.deb")
        return run("dpkg", "--install", "--force-confold", *options, str(package)).stdout

    def install(self):
        self._dpkg("this")

    def own_test(self):
        """What autopkgtest runs: the test that the source package brings."""
        run("python3", "-B", "/test/autopkgtest/relays")
        return "the new listener relays after a reload"

    def upgrade(self):
        said = self._dpkg("next")
        assert "sessions go on in the new process" in said, f"nothing says that the new version runs: {said}"

    def downgrade(self):
        self._dpkg("this", "--force-downgrade")

    def remove(self):
        run("dpkg", "--remove", "duplexd")
        assert CONFIG.exists(), "the configuration went with the package"

    def purge(self):
        """Returns what may be left."""
        run("dpkg", "--purge", "duplexd")
        return []


class Rpm:
    """Fedora's custom: an operator starts it; whether it is enabled is a matter of presets."""

    name = "rpm"
    other_configuration = CONFIG.with_name(CONFIG.name + ".rpmnew")

    def _rpm(self, *arguments):
        return run("rpm", "--dbpath=/var/lib/rpm", *arguments).stdout

    def _package(self, release):
        (package,) = PACKAGES.glob(f"{release}/duplexd-*.rpm")
        return str(package)

    def install(self):
        self._rpm("--install", "--nodeps", self._package("this"))
        assert state("is-active") == "inactive", "it was started without having been asked to"
        systemctl("enable", "--now", "duplexd.service")

    def upgrade(self):
        self._rpm("--upgrade", "--nodeps", self._package("next"))

    def downgrade(self):
        self._rpm("--upgrade", "--nodeps", "--oldpackage", self._package("this"))

    def remove(self):
        self._rpm("--erase", "duplexd")
        assert not CONFIG.exists() and CONFIG.with_name(CONFIG.name + ".rpmsave").exists()

    def purge(self):
        """It knows no such thing; what may be left is what an operator wrote, what an upgrade put beside that, and the log."""
        kept = [CONFIG.parent, self.other_configuration, CONFIG.with_name(CONFIG.name + ".rpmsave"), LOGS, *LOGS.iterdir()]
        return [str(path) for path in kept]
