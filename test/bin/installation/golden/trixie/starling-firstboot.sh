#!/bin/sh
# First boot of drone-2: installs Starling from this card, sets the Pi up, and takes away what is secret.
# Written by "starling provision"; what it did is in starling-firstboot.log beside it.
set -u
umask 022
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
export PATH DEBIAN_FRONTEND=noninteractive
boot=/boot/firmware
log=$boot/starling-firstboot.log
failed=

say() {
  echo "$*" | tee -a "$log"
}

fail() {
  failed="$1 (exit code $2)"
}

install_package() {
  # A power failure may have left something half done, and the system's own updates may be at it.
  tries=1
  until
    dpkg --configure -a
    dpkg --force-confold -i "$boot"/starling-drone_1.2.3_arm64.deb
  do
    [ "$tries" -lt 5 ] || return 1
    tries=$((tries + 1))
    sleep 5
  done
}

# The folder is for root alone, and in memory: the copies are gone with the power.
set_up() {
  cp "$boot/starling-key.json" "$work/key" || return 1
  cp "$boot/starling-wifi-password" "$work/wifi" || return 1
  starling-drone-setup --id drone-2 --enroll "$work/key" --server server.local --ssid Show --wifi-password-file "$work/wifi" --country DE --hostname clover-2
}

let_in() {
  systemctl enable ssh.service
}

forget() {
  rm -rf "$work"
  rm -f "$boot"/starling-key.json "$boot"/starling-wifi-password "$boot"/cmdline-append.txt
  if [ -z "$failed" ]; then rm -f "$boot"/starling-drone_1.2.3_arm64.deb; fi
  sync
  # From here on it is not run again: this last.
  if [ -f "$boot/user-data" ] && grep -q starling-firstboot "$boot/user-data"; then
    printf '#cloud-config\npreserve_hostname: true\n' >"$boot/user-data"
  fi
  sync
  if grep -q systemd.run= "$boot/cmdline.txt"; then
    sed -e 's/ systemd\.run[^ ]*//g' -e 's/ systemd\.unit=kernel-command-line\.target//g' "$boot/cmdline.txt" >"$boot/cmdline.new" &&
      sync && mv "$boot/cmdline.new" "$boot/cmdline.txt"
  fi
  sync
}

make_drone() {
  say '== let its user in'
  let_in >>"$log" 2>&1 </dev/null || fail 'let its user in' "$?"
  say '== install the package'
  install_package >>"$log" 2>&1 </dev/null || { fail 'install the package' "$?"; return; }
  say '== set up'
  set_up >>"$log" 2>&1 </dev/null || fail 'set up' "$?"
}

work=$(mktemp -d /run/starling-firstboot.XXXXXX) || exit 0
if ! grep -q '^SUCCESS' "$log" 2>/dev/null; then
  say "First boot of drone-2, $(date -u '+%Y-%m-%d %H:%M:%S') UTC by this Pi's clock"
  make_drone
  if [ -z "$failed" ]; then
    # All of it is on the disk before that is said.
    sync
    say 'SUCCESS: drone-2 is set up and restarts; its keys are gone from this partition'
  else
    say "FAILED: $failed; the lines above say why. The keys are gone from this partition. Then:"
    say '  starling drone install USER@HOST --id drone-2   (over the network), or flash the card and provision it again'
  fi
fi
sync
forget
# The Pi restarts either way: without a drone it is still a Pi that can be looked at.
exit 0
