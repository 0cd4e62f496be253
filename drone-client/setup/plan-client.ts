/** What has to change for the drone's own client: its name, server, key, autopilot, and whom it trusts. Pure. */

import { loadConfig } from '../../lib/config/index.js';
import { parseIni } from '../../lib/config/ini-document.js';
import { ConfigError, RefusedError } from '../../lib/errors.js';
import { type DroneKey, formatDroneKey, parseDroneKey } from '../../lib/security/drone-key.js';
import { droneConfigSpec } from '../config-spec.js';
import { jobPaths } from '../jobs/job.js';
import { type Change, edited, type PlanInput, refuseOther, type Wanted } from './change.js';
import { readVariable, setVariable } from './environment-file.js';
import { setupPaths } from './facts.js';
import { bytesOf, type Snapshot, stateAt, textOf } from './file-state.js';
import type { Wishes } from './wishes.js';

/** The autopilot of a package as it comes, and where its pins are on a Pi 5, whose serial0 is the debug connector. */
const stockVehicle = 'serial:/dev/serial0:921600';
const pi5Vehicle = 'serial:/dev/ttyAMA0:921600';

const installFirst = 'install the package starling-drone first';

export function planClient(input: PlanInput): Wanted {
  const { snapshot, facts, wishes } = input;
  const { key, id } = wishes;
  const present = presentKey(snapshot);
  if (!key && id !== undefined && present !== undefined && present.id !== id)
    throw new RefusedError(
      'other_key',
      `--id ${id}: ${setupPaths.key} is the key of "${present.id}", and a drone is called as its key: add --enroll with the key of "${id}"`,
    );
  if (key && !facts.starling)
    throw new RefusedError('no_user', `--enroll: /etc/passwd has no user starling: ${installFirst}`);
  const service = planService(input);
  return {
    files: [
      ...planIni(snapshot, wishes),
      ...(key && facts.starling ? [keyChange(key, facts.starling, present), trustChange(key)] : []),
      ...(key ? oldTrust(facts.trustedKeys, key) : []),
      ...service.files,
    ],
    notes: service.notes,
  };
}

function planIni(snapshot: Snapshot, { id, server }: Wishes): Change[] {
  if (id === undefined && !server) return [];
  const path = setupPaths.droneIni;
  const state = stateAt(snapshot, path);
  refuseOther(snapshot, path);
  if (state.kind !== 'file') throw new RefusedError('not_installed', `${path} is not there: ${installFirst}`);
  const text = Buffer.from(state.bytes).toString('utf8');
  const document = parseIni(text, path);
  const what: string[] = [];
  const set = (names: readonly string[], value: string | undefined) => {
    if (value === undefined || document.get(names) === value) return;
    document.set(names, value);
    what.push(`${names.length > 1 ? `[${names[0]}] ` : ''}${names.at(-1)} = ${value}`);
  };
  set(['id'], id);
  set(['SERVER', 'host'], server?.host);
  set(['SERVER', 'port'], server?.port?.toString());
  loadConfig(document.toString(), path, droneConfigSpec);
  return [{ path, wanted: { kind: 'file', bytes: Buffer.from(document.toString(), 'utf8') }, what }];
}

/** A key that can not be read is replaced without a word of whose it was. */
function presentKey(snapshot: Snapshot): DroneKey | undefined {
  const text = textOf(stateAt(snapshot, setupPaths.key));
  try {
    return text === undefined ? undefined : parseDroneKey(text, setupPaths.key);
  } catch (error) {
    if (error instanceof ConfigError) return undefined;
    throw error;
  }
}

function keyChange(key: DroneKey, owner: { uid: number; gid: number }, before: DroneKey | undefined): Change {
  const isOther = before && (before.identity !== key.identity || before.fleet !== key.fleet);
  const replaced = isOther ? `, in place of that of ${before.identity} in the fleet ${before.fleet}` : '';
  return {
    path: setupPaths.key,
    wanted: { kind: 'file', bytes: bytesOf(formatDroneKey(key)), mode: 0o600, owner },
    what: [`the key of ${key.identity} in the fleet ${key.fleet}${replaced}`],
    isSecret: true,
  };
}

function trustChange({ serverPublicKey, fleet }: DroneKey): Change {
  return {
    path: trustedKeyPath(fleet),
    wanted: { kind: 'file', bytes: bytesOf(`${serverPublicKey}\n`), mode: 0o644, owner: { uid: 0, gid: 0 } },
    what: [`updates signed by the fleet ${fleet} are installed`],
  };
}

/** A drone that goes to another fleet is no longer updated by the one before. Keys under other names are an operator's own. */
function oldTrust(paths: readonly string[], { fleet }: DroneKey): Change[] {
  const isFleets = new RegExp(`^${jobPaths.trustedKeys}/[0-9a-f]{16}\\.pub$`);
  return paths
    .filter((path) => isFleets.test(path) && path !== trustedKeyPath(fleet))
    .map((path) => ({
      path,
      wanted: { kind: 'absent' },
      what: ['updates of that fleet are no longer installed'],
    }));
}

function planService({ snapshot, facts, wishes }: PlanInput): Wanted {
  const path = setupPaths.service;
  const { vehicle, key, open, uart } = wishes;
  const text = textOf(stateAt(snapshot, path));
  if (text === undefined) {
    refuseOther(snapshot, path);
    if (vehicle === undefined && !key && !open) return { files: [], notes: [] };
    throw new RefusedError('not_installed', `${path} is not there: ${installFirst}`);
  }
  const present = readVariable(text, 'STARLING_VEHICLE', path) ?? '';
  const isMoved = facts.isPi5 && uart && vehicle === undefined && present === stockVehicle;
  const wantedVehicle = vehicle ?? (isMoved ? pi5Vehicle : present);
  const before = readVariable(text, 'STARLING_ARGUMENTS', path) ?? '';
  const after = key
    ? argumentsWith(before, `--key ${setupPaths.key}`)
    : open
      ? argumentsWith(before, '--open')
      : before;
  const one = wantedVehicle === present ? text : setVariable(text, 'STARLING_VEHICLE', wantedVehicle);
  const both = after === before ? one : setVariable(one, 'STARLING_ARGUMENTS', after);
  const what = [
    ...(wantedVehicle === present ? [] : [`STARLING_VEHICLE=${wantedVehicle}`]),
    ...(after === before ? [] : [`STARLING_ARGUMENTS="${after}"`]),
  ];
  const isDebugLine = facts.isPi5 && wantedVehicle.startsWith('serial:/dev/serial0');
  return {
    files: vehicle !== undefined || key || open || isMoved ? [edited(path, { text: both, what })] : [],
    notes: isDebugLine
      ? [`${path}: on a Pi 5 /dev/serial0 is the debug connector; the pins 8 and 10 are ${pi5Vehicle}`]
      : [],
  };
}

/** With this way to prove oneself in place of any other; the rest stays. */
function argumentsWith(text: string, proof: string): string {
  const words = text.split(/\s+/).filter((word) => word !== '');
  const isOf = (word: string | undefined) =>
    word === '--key' || word === '--open' || word?.startsWith('--key=');
  const rest = words.filter((word, index) => !isOf(word) && words[index - 1] !== '--key');
  const has = words.join(' ');
  return has === [proof, ...rest].join(' ') || has === [...rest, proof].join(' ')
    ? text
    : [proof, ...rest].join(' ');
}

/** Where the key of a fleet lies whose updates are installed. */
function trustedKeyPath(fleet: string): string {
  return `${jobPaths.trustedKeys}/${fleet}.pub`;
}
