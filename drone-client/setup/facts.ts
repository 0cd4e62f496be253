/** What the system to be set up is and has, beside the texts that are edited, and where all of them lie. Knows no disk. */
import type { Owner } from './file-state.js';

/** All of it is the same in a root folder and on the running system. */
export type Facts = {
  /** `/boot/firmware`, `/boot` on older systems; undefined where no Raspberry Pi boots from. */
  readonly bootFolder?: '/boot/firmware' | '/boot' | undefined;
  readonly isPi5: boolean;
  readonly hasNetworkManager: boolean;
  readonly hasChrony: boolean;
  /** Bluetooth's service on the serial line, of older systems. */
  readonly hasHciuart: boolean;
  readonly hasCloudInit: boolean;
  /** The service's user, by the system's own /etc/passwd. */
  readonly starling?: Owner | undefined;
  /** Files of systemd that remember which radios are off. */
  readonly radioSwitches: readonly string[];
  /** Keys whose updates are installed, as they lie there. */
  readonly trustedKeys: readonly string[];
};

export const setupPaths = {
  droneIni: '/etc/starling/drone.ini',
  key: '/etc/starling/key',
  service: '/etc/default/starling-drone',
  wifi: '/etc/NetworkManager/system-connections/starling.nmconnection',
  networkState: '/var/lib/NetworkManager/NetworkManager.state',
  radioSwitches: '/var/lib/systemd/rfkill',
  hostname: '/etc/hostname',
  hosts: '/etc/hosts',
  chrony: '/etc/chrony/conf.d/starling.conf',
  chronyMain: '/etc/chrony/chrony.conf',
  units: '/etc/systemd/system',
  /** Root's alone: how everything was before. */
  record: '/var/lib/starling-drone-setup',
} as const;

/** Consoles on the autopilot's line, whatever it is called. */
export const serialGettys = ['serial-getty@ttyAMA0.service', 'serial-getty@serial0.service'] as const;

export const hciuart = 'hciuart.service';

/** The system writes these itself whenever it likes: what it has changed in them is nobody's. */
export function isSystemsOwn(path: string): boolean {
  return path === setupPaths.networkState || path.startsWith(`${setupPaths.radioSwitches}/`);
}

/** Every path that is looked at, before anything is planned. */
export function pathsOf(facts: Facts): string[] {
  const { units, radioSwitches, record, ...files } = setupPaths;
  const boot =
    facts.bootFolder === undefined ? [] : [configPath(facts.bootFolder), cmdlinePath(facts.bootFolder)];
  const masks = [...serialGettys, hciuart].map((name) => `${units}/${name}`);
  return [...boot, ...Object.values(files), ...masks, ...facts.radioSwitches, ...facts.trustedKeys];
}

export function configPath(bootFolder: string): string {
  return `${bootFolder}/config.txt`;
}

export function cmdlinePath(bootFolder: string): string {
  return `${bootFolder}/cmdline.txt`;
}

/** What has to be begun anew before a change counts. */
export type Effect = 'reboot' | 'client' | 'chrony' | 'network' | 'units';

export function effectsOf(path: string): Effect[] {
  if (path.startsWith('/boot/') || path === setupPaths.hostname || path === setupPaths.hosts)
    return ['reboot'];
  if (path.startsWith(`${setupPaths.units}/`)) return ['units', 'reboot'];
  if (path.startsWith('/etc/chrony/')) return ['chrony'];
  if (
    path === setupPaths.wifi ||
    path === setupPaths.networkState ||
    path.startsWith(setupPaths.radioSwitches)
  )
    return ['network'];
  if (path.startsWith('/etc/starling/') || path === setupPaths.service) return ['client'];
  return [];
}
