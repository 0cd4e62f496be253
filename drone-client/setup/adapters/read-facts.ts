/** Looks a system over for the setup: what it is and has. Changes nothing. */
import { jobPaths } from '../../jobs/job.js';
import { configPath, type Facts, hciuart, pathsOf, setupPaths } from '../facts.js';
import type { FileState, Owner, Snapshot } from '../file-state.js';
import type { RootFolder } from './root-folder.js';

/** A file of this text lies where older systems have their own: the real one is elsewhere, and not mounted. */
const movedAway = /moved to \/boot\/firmware/i;

export function readFacts(root: RootFolder): Facts {
  const has = (path: string) => root.has(path);
  return {
    bootFolder: bootFolder(root),
    isPi5: /^Raspberry Pi (?:Compute Module )?5/.test(root.readText('/proc/device-tree/model') ?? ''),
    hasNetworkManager: has('/etc/NetworkManager'),
    hasChrony: has('/usr/sbin/chronyd') && has('/etc/chrony'),
    hasHciuart: has(`/lib/systemd/system/${hciuart}`) || has(`/usr/lib/systemd/system/${hciuart}`),
    hasCloudInit: has('/etc/cloud/cloud.cfg'),
    starling: starlingOf(root.readText('/etc/passwd') ?? ''),
    radioSwitches: root
      .names(setupPaths.radioSwitches)
      .filter((name) => name.endsWith(':wlan'))
      .map((name) => `${setupPaths.radioSwitches}/${name}`),
    trustedKeys: root
      .names(jobPaths.trustedKeys)
      .filter((name) => name.endsWith('.pub'))
      .map((name) => `${jobPaths.trustedKeys}/${name}`),
  };
}

export function readSnapshot(root: RootFolder, paths: readonly string[]): Snapshot {
  return new Map(paths.map((path): [string, FileState] => [path, root.state(path)]));
}

export function readAll(root: RootFolder, facts: Facts, more: readonly string[]): Snapshot {
  return readSnapshot(root, [...new Set([...pathsOf(facts), ...more])]);
}

function bootFolder(root: RootFolder): Facts['bootFolder'] {
  if (root.has(configPath('/boot/firmware'))) return '/boot/firmware';
  const older = root.readText(configPath('/boot'));
  return older !== undefined && !movedAway.test(older) ? '/boot' : undefined;
}

function starlingOf(passwd: string): Owner | undefined {
  const [, uid, gid] = /^starling:[^:]*:(\d+):(\d+):/m.exec(passwd) ?? [];
  return uid === undefined || gid === undefined ? undefined : { uid: Number(uid), gid: Number(gid) };
}
