/** `starling fleet`: who may join a server: enrol a drone, revoke its key, list them. */
import { existsSync } from 'node:fs';
import { errorText, UsageError } from '../../lib/errors.js';
import { lineWriter } from '../../lib/output/adapters/line-output.js';
import { defaultStateFolder } from '../../lib/protocols/tpp/adapters/token-file.js';
import { writeDroneKeyFile } from '../../lib/security/adapters/drone-key-file.js';
import { fleetPath, readFleet, updateFleet } from '../../lib/security/adapters/fleet-file.js';
import { type DroneKey, formatDroneKey } from '../../lib/security/drone-key.js';
import { droneKeyOf, enroll, type Fleet, holds, revoke } from '../../lib/security/fleet-secret.js';
import { deriveSigningKey, fleetFingerprint, publicKeyHex } from '../../lib/security/keys.js';

type FleetOptions = { readonly state?: string };

export type EnrollOptions = FleetOptions & { readonly output?: string; readonly force?: boolean };

/** Gives a drone a key of its own; the exit code. @throws UsageError, ConfigError, RefusedError */
export async function runFleetEnroll(id: string, options: EnrollOptions): Promise<number> {
  const { output, force: isForced = false } = options;
  const say = lineWriter(2, 'starling fleet');
  if (output !== undefined && existsSync(output) && !isForced) {
    throw new UsageError(`${output} is there already: choose another file, or --force to replace it`);
  }
  const fleet = await updateFleet(stateFolder(options), (before) => enroll(before, id, { isForced }));
  const key = droneKeyOf(fleet, id);
  if (output === undefined) lineWriter(1)(formatDroneKey(key).trimEnd());
  else await write(output, key);
  say(
    `${id} is enrolled as ${key.identity} in fleet ${key.fleet}; ${output === undefined ? 'keep that text as drone.key.json' : `copy ${output} to drone.key.json`} (mode 600) in the drone's data folder, and leave no copy behind`,
  );
  return 0;
}

async function write(output: string, key: DroneKey): Promise<void> {
  try {
    await writeDroneKeyFile(output, key);
  } catch (error) {
    throw new UsageError(
      `${output} can not be written: ${errorText(error)}; ${key.id} is enrolled, so try another file with --force`,
    );
  }
}

/** Makes a drone's key worthless; the others keep theirs. The exit code. @throws RefusedError when it holds none. */
export async function runFleetRevoke(id: string, options: FleetOptions): Promise<number> {
  expectFleet(options);
  await updateFleet(stateFolder(options), (fleet) => revoke(fleet, id));
  lineWriter(
    2,
    'starling fleet',
  )(
    `the key of ${id} is revoked: a running server cuts its connection within seconds; "starling fleet enroll ${id}" gives it another`,
  );
  return 0;
}

/** Prints who is enrolled; the exit code. */
export async function runFleetList(options: FleetOptions & { readonly json?: boolean }): Promise<number> {
  expectFleet(options);
  const list = listOf(readFleet(stateFolder(options)));
  const print = lineWriter(1);
  if (options.json) {
    print(JSON.stringify(list));
    return 0;
  }
  print(`fleet ${list.fleet}: ${list.drones.length} drones`);
  const width = Math.max(0, ...list.drones.map(({ id }) => id.length));
  for (const { id, number, isRevoked } of list.drones) {
    print(`${id.padEnd(width)}  ${isRevoked ? 'revoked ' : 'enrolled'}  key ${number}`);
  }
  return 0;
}

function listOf({ secret, enrolments }: Fleet) {
  const drones = [...enrolments].map(([id, enrolment]) => ({
    id,
    number: enrolment.number,
    isRevoked: !holds(enrolment),
  }));
  const byName = new Intl.Collator('en', { numeric: true });
  drones.sort((a, b) => byName.compare(a.id, b.id));
  return { fleet: fleetFingerprint(publicKeyHex(deriveSigningKey(secret))), drones };
}

/** Whoever asks about a fleet does not mean to make one. */
function expectFleet(options: FleetOptions): void {
  const path = fleetPath(stateFolder(options));
  if (!existsSync(path)) {
    throw new UsageError(
      `there is no ${path}: start the server once, enroll a drone, or name its state folder with --state`,
    );
  }
}

function stateFolder({ state }: FleetOptions): string {
  return state ?? defaultStateFolder(process.env);
}
