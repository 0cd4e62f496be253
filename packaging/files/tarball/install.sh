#!/bin/sh
# Installs Starling on a system without Debian's packages. Fetches nothing; --uninstall takes away what it put there.
set -eu

usage() {
  cat <<'TEXT'
usage: install.sh [--prefix DIR] [--drone] [--uninstall]

  --prefix DIR   where to (default /usr/local): DIR/lib/starling and DIR/bin/starling
  --drone        the service of a drone too: user starling, systemd unit, udev rule, /etc/starling (as root)
  --uninstall    take it away again; /etc/starling, /var/lib/starling and the user stay
$DESTDIR, if set, goes before every path; then no user is made and nothing is started.
TEXT
}

fail() {
  echo "install.sh: $*" >&2
  exit 1
}

prefix=/usr/local
drone=no
uninstall=no
while [ $# -gt 0 ]; do
  case $1 in
  --prefix)
    [ $# -ge 2 ] || fail '--prefix needs a folder'
    prefix=$2
    shift
    ;;
  --drone) drone=yes ;;
  --uninstall) uninstall=yes ;;
  -h | --help)
    usage
    exit 0
    ;;
  *)
    usage >&2
    exit 2
    ;;
  esac
  shift
done
case $prefix in
*[!A-Za-z0-9/._-]*) fail "--prefix $prefix: letters, digits, dots and dashes only, for the unit's sake" ;;
/*) ;;
*) fail "--prefix $prefix: give a path that begins with /" ;;
esac

here=$(dirname -- "$(readlink -f -- "$0")")
dest=${DESTDIR:-}
lib=$dest$prefix/lib/starling
bin=$dest$prefix/bin/starling
unit=$dest/etc/systemd/system/starling-drone.service
rule=$dest/etc/udev/rules.d/60-starling-drone.rules
needrestart=$dest/etc/needrestart/conf.d/starling-drone.conf

# Of a running system only.
has_systemd() {
  [ -z "$dest" ] && [ -d /run/systemd/system ]
}

remove_program() {
  # Nothing is deleted that is not a Starling.
  if [ -e "$lib" ]; then
    [ -f "$lib/dist/bin/starling.js" ] || fail "$lib is there and is no Starling: it stays"
    rm -rf "$lib"
  fi
}

if [ "$uninstall" = yes ]; then
  if [ -f "$unit" ]; then
    if has_systemd; then systemctl disable --now starling-drone.service; fi
    rm -f "$unit" "$rule" "$needrestart"
    if has_systemd; then systemctl daemon-reload; fi
  fi
  remove_program
  rm -f "$bin"
  echo "Starling is gone from $prefix"
  exit 0
fi

if [ "$drone" = yes ] && [ -z "$dest" ] && [ "$(id -u)" != 0 ]; then
  fail '--drone needs root'
fi
if [ -x "$here/starling/node" ]; then
  "$here/starling/node" --version >/dev/null 2>&1 ||
    fail "the Node in this archive does not run here: this machine is $(uname -m); it needs GNU's C library 2.28 or newer"
else
  major=$(node --version 2>/dev/null | sed 's/^v//; s/\..*//')
  [ "${major:-0}" -ge 20 ] || fail "Node.js 20 or newer is needed, and is not here (node --version: ${major:-none})"
fi

mkdir -p "$dest$prefix/lib" "$dest$prefix/bin"
remove_program
cp -R "$here/starling" "$lib"
ln -sf ../lib/starling/starling "$bin"

if [ "$drone" = yes ]; then
  mkdir -p "$dest/etc/systemd/system" "$dest/etc/udev/rules.d" "$dest/etc/starling" "$dest/etc/default"
  sed "s|/usr/lib/starling-drone/|$prefix/lib/starling/|; /^Documentation=/d" "$here/drone/starling-drone.service" >"$unit"
  cp "$here/drone/60-starling-drone.rules" "$rule"
  if [ -d "$(dirname "$needrestart")" ]; then cp "$here/drone/needrestart.conf" "$needrestart"; fi
  # What is there was set by somebody.
  [ -e "$dest/etc/starling/drone.ini" ] || cp "$here/drone/drone.ini" "$dest/etc/starling/drone.ini"
  [ -e "$dest/etc/default/starling-drone" ] || cp "$here/drone/starling-drone.default" "$dest/etc/default/starling-drone"
  if [ -z "$dest" ]; then
    id starling >/dev/null 2>&1 ||
      useradd --system --user-group --home-dir /var/lib/starling --shell /usr/sbin/nologin starling
    for group in dialout uucp spi gpio; do
      if getent group "$group" >/dev/null; then usermod --append --groups "$group" starling; fi
    done
    chown -R starling:starling /etc/starling
    chmod 0750 /etc/starling
    if [ -f /etc/starling/key ]; then chmod 0600 /etc/starling/key; fi
  fi
  if has_systemd; then
    systemctl daemon-reload
    systemctl enable starling-drone.service
    if [ -f /etc/starling/key ]; then systemctl restart starling-drone.service; fi
  fi
fi
echo "Starling is in $prefix/lib/starling; the command is $prefix/bin/starling"
