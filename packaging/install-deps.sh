#!/bin/bash
# Installs the missing Debian packages of a purpose.
#   install-deps.sh build | test | bench | ci | deb | rpm | packages
# Does not start or enable services among them (Redis, PostgreSQL, nginx, HAProxy, etcd,
# keepalived, BIRD, Prometheus): the tests start their own.
set -euo pipefail

build=(g++ cmake ninja-build python3 scdoc
  libboost1.81-dev libboost-json1.81-dev libboost-program-options1.81-dev libyaml-cpp-dev libfmt-dev
  libc-ares-dev libjs-chart.js libncurses-dev libre2-dev libssl-dev libsystemd-dev systemtap-sdt-dev)
test=("${build[@]}" bpftrace binutils libgtest-dev libgmock-dev lld python3-yaml python3-jsonschema
  redis-server redis-tools postgresql mariadb-server-core nginx-light libnginx-mod-stream haproxy wrk bash-completion
  chromium chromium-driver curl openssl testssl.sh microsocks tinyproxy-bin dnsmasq-base etcd-server keepalived bird2
  nftables iproute2 procps prometheus strace tmux util-linux)
bench=("${build[@]}" libgtest-dev libgmock-dev libbenchmark-dev haproxy nginx-light libnginx-mod-stream util-linux)
ci=("${test[@]}" ccache libbenchmark-dev clang-14 clang-format-14 clang-tidy-14 libclang-rt-14-dev shellcheck)
deb=("${build[@]}" libgtest-dev libgmock-dev debhelper dpkg-dev lintian)
rpm=("${build[@]}" libgtest-dev libgmock-dev binutils cpio dpkg-dev rpm rpmlint)
packages=("${deb[@]}" binutils cpio openssl rpm rpmlint ccache debootstrap systemd systemd-container util-linux)
services=(redis-server postgresql nginx haproxy etcd keepalived bird prometheus)

policy=/usr/sbin/policy-rc.d
no_cluster=/etc/postgresql-common/createcluster.d/duplexd-install-deps.conf

usage() {
  echo "usage: install-deps.sh build|test|bench|ci|deb|rpm|packages" >&2
  exit 64
}

missing_of() {
  local package
  for package in "$@"; do
    [ "$(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null)" = installed ] ||
      echo "$package"
  done
}

# Runs again as root, or prints the command to run.
become_root() {
  [ "$(id -u)" -ne 0 ] || return 0
  if command -v sudo >/dev/null; then
    exec sudo "$0" "$purpose"
  fi
  printf 'These packages are missing. Please install them as root, then run this again:\n' >&2
  printf '  apt-get install --no-install-recommends %s\n' "${missing[*]}" >&2
  exit 77
}

# Starts no service while packages are configured. The policy holds only while this process lives, so that a copy left
# by a kill does no harm. An existing policy is kept.
forbid_starting_services() {
  [ ! -e "$policy" ] || return 0
  printf '#!/bin/sh\n# Written by install-deps.sh of duplexd, process %s: start nothing while it runs.\n' $$ >"$policy"
  printf 'kill -0 %s 2>/dev/null || exit 0\nexit 101\n' $$ >>"$policy"
  chmod 755 "$policy"
  wrote_policy=yes
}

# Installs PostgreSQL without a database cluster; an existing cluster is kept.
forbid_new_clusters() {
  [[ " ${missing[*]} " == *" postgresql "* && ! -e $no_cluster ]] || return 0
  mkdir --parents "${no_cluster%/*}"
  echo 'create_main_cluster = false' >"$no_cluster"
  wrote_no_cluster=yes
}

# Disables the new services, so that they stay off after a boot.
disable_new_services() {
  local service
  for service in "${new_services[@]}"; do
    [ ! -e "/etc/init.d/$service" ] || update-rc.d "$service" disable >/dev/null
  done
}

remove_no_cluster() {
  rm --force "$no_cluster"
  rmdir --parents --ignore-fail-on-non-empty "${no_cluster%/*}"
}

restore() {
  [ "$wrote_policy" = no ] || rm --force "$policy"
  [ "$wrote_no_cluster" = no ] || remove_no_cluster
  disable_new_services
}

services_not_yet_here() {
  local service
  for service in "${services[@]}"; do
    [ -e "/etc/init.d/$service" ] || echo "$service"
  done
}

install_missing() {
  export DEBIAN_FRONTEND=noninteractive
  echo "installing ${#missing[@]} packages and what they depend on: ${missing[*]}"
  apt-get update --quiet=1
  apt-get install --yes --option DPkg::Lock::Timeout=120 --quiet=1 --no-install-recommends "${missing[@]}"
}

purpose=${1:-}
case $purpose in
  build) wanted=("${build[@]}") ;;
  test) wanted=("${test[@]}") ;;
  bench) wanted=("${bench[@]}") ;;
  ci) wanted=("${ci[@]}") ;;
  deb) wanted=("${deb[@]}") ;;
  rpm) wanted=("${rpm[@]}") ;;
  packages) wanted=("${packages[@]}") ;;
  *) usage ;;
esac

mapfile -t missing < <(missing_of "${wanted[@]}")
if [ ${#missing[@]} -eq 0 ]; then
  echo "all ${#wanted[@]} packages are installed"
  exit 0
fi
become_root

mapfile -t new_services < <(services_not_yet_here)
wrote_policy=no wrote_no_cluster=no
trap restore EXIT
trap 'exit 130' INT TERM HUP # once apt-get has ended: it must not go on without the two files below
forbid_starting_services
forbid_new_clusters
install_missing
echo "${#missing[@]} packages installed in $SECONDS s"
