/** The program that a new card runs once, as root, without a network. Pure: gives its text. */

import { quoted, setupArguments } from './drone-settings.js';
import type { CardPlan } from './fleet-table.js';

/** Names on the boot partition. */
export const cardFiles = {
  script: 'starling-firstboot.sh',
  log: 'starling-firstboot.log',
  key: 'starling-key.json',
  wifiPassword: 'starling-wifi-password',
  cmdline: 'cmdline.txt',
  /** What the line in cmdline.txt needs, where that file itself is not known. */
  cmdlineAppend: 'cmdline-append.txt',
  user: 'userconf.txt',
  ssh: 'ssh',
  userData: 'user-data',
  metaData: 'meta-data',
} as const;

/** Where Raspberry Pi OS has its boot partition since bookworm. */
export const bootFolder = '/boot/firmware';

/** Takes from the line in cmdline.txt what has the script run. */
const endFirstRun = `sed -e 's/ systemd\\.run[^ ]*//g' -e 's/ systemd\\.unit=kernel-command-line\\.target//g'`;

/**
 * It may be cut off by a power failure anywhere and run again: secrets go when all is done, or has failed for good, and
 * last of all what makes it run. `packages`: names on the card, the drone's own last.
 */
export function firstBootScript(plan: CardPlan, packages: readonly string[]): string {
  const words = setupArguments(plan, { key: '"$work/key"', wifiPassword: '"$work/wifi"' });
  return `${[
    ...head(plan),
    ...installing(packages),
    '',
    '# The folder is for root alone, and in memory: the copies are gone with the power.',
    'set_up() {',
    `  cp "$boot/${cardFiles.key}" "$work/key" || return 1`,
    ...(plan.wifi?.password === undefined
      ? []
      : [`  cp "$boot/${cardFiles.wifiPassword}" "$work/wifi" || return 1`]),
    `  starling-drone-setup ${words.join(' ')}`,
    '}',
    ...loggingIn(plan),
    ...cleaning(packages),
    ...course(plan),
  ].join('\n')}\n`;
}

function head({ id }: CardPlan): string[] {
  return [
    '#!/bin/sh',
    `# First boot of ${id}: installs Starling from this card, sets the Pi up, and takes away what is secret.`,
    `# Written by "starling provision"; what it did is in ${cardFiles.log} beside it.`,
    'set -u',
    'umask 022',
    'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    'export PATH DEBIAN_FRONTEND=noninteractive',
    `boot=${bootFolder}`,
    `log=$boot/${cardFiles.log}`,
    'failed=',
    '',
    'say() {',
    '  echo "$*" | tee -a "$log"',
    '}',
    '',
    'fail() {',
    '  failed="$1 (exit code $2)"',
    '}',
    '',
  ];
}

function installing(packages: readonly string[]): string[] {
  return [
    'install_package() {',
    "  # A power failure may have left something half done, and the system's own updates may be at it.",
    '  tries=1',
    '  until',
    '    dpkg --configure -a',
    `    dpkg --force-confold -i ${packages.map((name) => `"$boot"/${quoted(name)}`).join(' ')}`,
    '  do',
    '    [ "$tries" -lt 5 ] || return 1',
    '    tries=$((tries + 1))',
    '    sleep 5',
    '  done',
    '}',
  ];
}

/** With cloud-init the user comes from user-data; otherwise userconf.txt names the user that is there and sets the password. */
function loggingIn({ user, system }: CardPlan): string[] {
  if (!user) return [];
  const key = system === 'bookworm' ? user.sshKey : undefined;
  return [
    '',
    'let_in() {',
    ...(key === undefined
      ? []
      : [
          '  first=$(getent passwd 1000 | cut -d: -f1)',
          '  home=$(getent passwd 1000 | cut -d: -f6)',
          '  [ -n "$first" ] && [ -d "$home" ] || return 1',
          '  install -d -m 0700 -o "$first" -g "$first" "$home/.ssh" || return 1',
          `  key=${quoted(key)}`,
          '  if ! grep -qxF -e "$key" "$home/.ssh/authorized_keys" 2>/dev/null; then',
          // Not by echo, to which a backslash in a comment (DOMAIN\\name) says something.
          `    printf '%s\\n' "$key" >>"$home/.ssh/authorized_keys" || return 1`,
          '  fi',
          '  chown "$first:$first" "$home/.ssh/authorized_keys" || return 1',
          '  chmod 0600 "$home/.ssh/authorized_keys" || return 1',
        ]),
    '  systemctl enable ssh.service',
    '}',
  ];
}

function cleaning(packages: readonly string[]): string[] {
  const { key, wifiPassword, cmdlineAppend, userData, cmdline } = cardFiles;
  const files = (names: readonly string[]) => names.map((name) => `"$boot"/${quoted(name)}`).join(' ');
  return [
    '',
    'forget() {',
    '  rm -rf "$work"',
    `  rm -f ${files([key, wifiPassword, cmdlineAppend])}`,
    `  if [ -z "$failed" ]; then rm -f ${files(packages)}; fi`,
    '  sync',
    '  # From here on it is not run again: this last.',
    `  if [ -f "$boot/${userData}" ] && grep -q starling-firstboot "$boot/${userData}"; then`,
    `    printf '#cloud-config\\npreserve_hostname: true\\n' >"$boot/${userData}"`,
    '  fi',
    '  sync',
    `  if grep -q systemd.run= "$boot/${cmdline}"; then`,
    `    ${endFirstRun} "$boot/${cmdline}" >"$boot/cmdline.new" &&`,
    `      sync && mv "$boot/cmdline.new" "$boot/${cmdline}"`,
    '  fi',
    '  sync',
    '}',
    '',
  ];
}

/** A user who is not let in ends nothing: the drone may be set up all the same. */
function course({ id, user }: CardPlan): string[] {
  const attempt = (what: string, task: string, end: string) => [
    `  say '== ${what}'`,
    `  ${task} >>"$log" 2>&1 </dev/null || ${end.replace('FAIL', `fail '${what}' "$?"`)}`,
  ];
  return [
    'make_drone() {',
    ...(user ? attempt('let its user in', 'let_in', 'FAIL') : []),
    ...attempt('install the package', 'install_package', '{ FAIL; return; }'),
    ...attempt('set up', 'set_up', 'FAIL'),
    '}',
    '',
    'work=$(mktemp -d /run/starling-firstboot.XXXXXX) || exit 0',
    `if ! grep -q '^SUCCESS' "$log" 2>/dev/null; then`,
    `  say "First boot of ${id}, $(date -u '+%Y-%m-%d %H:%M:%S') UTC by this Pi's clock"`,
    '  make_drone',
    '  if [ -z "$failed" ]; then',
    '    # All of it is on the disk before that is said.',
    '    sync',
    `    say 'SUCCESS: ${id} is set up and restarts; its keys are gone from this partition'`,
    '  else',
    '    say "FAILED: $failed; the lines above say why. The keys are gone from this partition. Then:"',
    `    say '  starling drone install USER@HOST --id ${id}   (over the network), or flash the card and provision it again'`,
    '  fi',
    'fi',
    'sync',
    'forget',
    '# The Pi restarts either way: without a drone it is still a Pi that can be looked at.',
    'exit 0',
  ];
}
