/** A Raspberry Pi that is none: its files as stock images have them (settings without their comments), and edits of them. */

import type { Change } from '../../../drone-client/setup/change.js';
import { cmdlinePath, configPath, type Facts, setupPaths } from '../../../drone-client/setup/facts.js';
import { bytesOf, type FileState, type Snapshot } from '../../../drone-client/setup/file-state.js';
import { formatDroneKey } from '../../../lib/security/drone-key.js';
import { fleetFingerprint, publicKeyHex, signingKeyOfSeed } from '../../../lib/security/keys.js';

/** Raspberry Pi OS bookworm and trixie, config.txt. */
export const stockConfig = `# see http://rptl.io/configtxt
#dtparam=i2c_arm=on
#dtparam=spi=on
dtparam=audio=on
camera_auto_detect=1
display_auto_detect=1
auto_initramfs=1
dtoverlay=vc4-kms-v3d
max_framebuffers=2
disable_fw_kms_setup=1
arm_64bit=1
disable_overscan=1
arm_boost=1

[cm4]
otg_mode=1

[cm5]
dtoverlay=dwc2,dr_mode=host

[all]
`;

export const bookwormCmdline =
  'console=serial0,115200 console=tty1 root=PARTUUID=3ddb125a-02 rootfstype=ext4 fsck.repair=yes rootwait quiet\n';

/** As the Imager leaves it, with cloud-init. */
export const trixieCmdline =
  'console=serial0,115200 console=tty1 root=PARTUUID=9f23843a-02 rootfstype=ext4 fsck.repair=yes rootwait cfg80211.ieee80211_regdom=GB ds=nocloud;i=rpi-imager-1764\n';

export const stockIni =
  '# of this drone\nid = /hostname\n\n[SERVER]\n# when none is heard\nhost = 192.168.1.101\nport = 25000\n';

export const stockService =
  '# the autopilot\nSTARLING_VEHICLE=serial:/dev/serial0:921600\n\nSTARLING_ARGUMENTS="--key /etc/starling/key"\n';

export const stockChrony =
  'confdir /etc/chrony/conf.d\npool 2.debian.pool.ntp.org iburst\nrtcsync\nmakestep 1 3\n';

const radioSwitch = `${setupPaths.radioSwitches}/platform-fe300000.mmcnr:wlan`;

export const starling = { uid: 990, gid: 991 };

export const stockFacts: Facts = {
  bootFolder: '/boot/firmware',
  isPi5: false,
  hasNetworkManager: true,
  hasChrony: true,
  hasHciuart: true,
  hasCloudInit: false,
  starling,
  radioSwitches: [radioSwitch],
  trustedKeys: [],
};

export function file(text: string, owner = { uid: 0, gid: 0 }, mode = 0o644): FileState {
  return { kind: 'file', bytes: bytesOf(text), mode, owner };
}

export function stockSnapshot(more: readonly (readonly [string, FileState])[] = []): Snapshot {
  return new Map([
    [configPath('/boot/firmware'), file(stockConfig)],
    [cmdlinePath('/boot/firmware'), file(bookwormCmdline)],
    [setupPaths.droneIni, file(stockIni, starling)],
    [setupPaths.service, file(stockService)],
    [setupPaths.hostname, file('raspberrypi\n')],
    [setupPaths.hosts, file('127.0.0.1\tlocalhost\n127.0.1.1\traspberrypi\n')],
    [setupPaths.networkState, file('[main]\nNetworkingEnabled=true\nWirelessEnabled=false\n')],
    [setupPaths.chronyMain, file(stockChrony)],
    [radioSwitch, file('1\n')],
    ...more,
  ]);
}

/** As a disk has it after these writes: what is not said stays. */
export function applied(snapshot: Snapshot, changes: readonly Change[]): Snapshot {
  const next = new Map(snapshot);
  for (const { path, wanted } of changes) {
    const before = snapshot.get(path);
    const present = before?.kind === 'file' ? before : { mode: 0o644, owner: { uid: 0, gid: 0 } };
    if (wanted.kind === 'absent') next.delete(path);
    else if (wanted.kind === 'link') next.set(path, wanted);
    else
      next.set(path, { ...wanted, mode: wanted.mode ?? present.mode, owner: wanted.owner ?? present.owner });
  }
  return next;
}

/** A drone's key of a fleet that stands for a number. */
export function madeUpKey(id: string, fleetNumber = 1): string {
  const serverPublicKey = publicKeyHex(signingKeyOfSeed(new Uint8Array(32).fill(fleetNumber)));
  const fleet = fleetFingerprint(serverPublicKey);
  return formatDroneKey({ id, identity: `${id}.1`, psk: new Uint8Array(32).fill(7), serverPublicKey, fleet });
}
