import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readDroneKeyFile, writeDroneKeyFile } from '../../../../lib/security/adapters/drone-key-file.js';
import {
  FleetFile,
  fleetPath,
  readFleet,
  updateFleet,
} from '../../../../lib/security/adapters/fleet-file.js';
import { droneKeyOf, enroll, type Fleet, revoke } from '../../../../lib/security/fleet-secret.js';

let folder: string;
let state: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'starling-test-'));
  state = join(folder, 'state');
});

afterEach(() => rmSync(folder, { recursive: true }));

const same = (fleet: Fleet) => fleet;

describe('the file of a fleet', () => {
  it('is made with a secret of its own, for its owner alone, and not made anew', async () => {
    const first = await updateFleet(state, same);
    expect(first.secret).toHaveLength(32);
    expect(statSync(state).mode & 0o777).toBe(0o700);
    expect(statSync(fleetPath(state)).mode & 0o777).toBe(0o600);
    expect(await updateFleet(state, same)).toEqual(first);
    const other = await updateFleet(join(folder, 'other'), same);
    expect(other.secret).not.toEqual(first.secret);
  });

  it('is refused when others can read it, or write into its folder', async () => {
    await updateFleet(state, same);
    chmodSync(fleetPath(state), 0o640);
    expect(() => readFleet(state)).toThrow(/can be read or written by others \(mode 640\).*chmod 600/);
    await expect(updateFleet(state, same)).rejects.toThrow('mode 640');
    chmodSync(fleetPath(state), 0o600);
    chmodSync(state, 0o770);
    await expect(updateFleet(state, same)).rejects.toThrow(/others \(mode 770\).*chmod 700/);
  });

  it('is not replaced when it is damaged', async () => {
    mkdirSync(state, { mode: 0o700 });
    writeFileSync(fleetPath(state), '{"format":', { mode: 0o600 });
    await expect(updateFleet(state, same)).rejects.toThrow('is no fleet file');
    expect(readFileSync(fleetPath(state), 'utf8')).toBe('{"format":');
  });

  it('loses none of many changes at once', async () => {
    const ids = Array.from({ length: 8 }, (_, i) => `drone-${i}`);
    await Promise.all(ids.map((id) => updateFleet(state, (fleet) => enroll(fleet, id))));
    expect([...readFleet(state).enrolments.keys()].sort()).toEqual(ids.sort());
  });

  it('can be changed after a program died in mid-change', async () => {
    await updateFleet(state, same);
    const lock = `${fleetPath(state)}.lock`;
    writeFileSync(lock, '');
    const longAgo = Date.now() / 1000 - 60;
    utimesSync(lock, longAgo, longAgo);
    await updateFleet(state, (fleet) => enroll(fleet, 'one'));
    expect(readFleet(state).enrolments.has('one')).toBe(true);
  });

  it('is seen by a running server as it is now, and as it was when it can not be read', async () => {
    const problems: string[] = [];
    const file = await FleetFile.open(state, (text) => problems.push(text));
    expect(file.current.enrolments.size).toBe(0);
    await updateFleet(state, (fleet) => enroll(fleet, 'one'));
    expect([...file.current.enrolments.keys()]).toEqual(['one']);
    await updateFleet(state, (fleet) => revoke(fleet, 'one'));
    expect(file.current.enrolments.get('one')?.revoked).toEqual([1]);
    chmodSync(fleetPath(state), 0o644);
    for (let times = 0; times < 3; times++) expect(file.current.enrolments.size).toBe(1);
    expect(problems).toEqual([expect.stringMatching(/used as it was read last: .*mode 644/)]);
    chmodSync(fleetPath(state), 0o600);
    await updateFleet(state, (fleet) => enroll(fleet, 'two'));
    expect(file.current.enrolments.size).toBe(2);
    rmSync(fleetPath(state));
    for (let times = 0; times < 3; times++) expect(file.current.enrolments.size).toBe(2);
    expect(problems).toHaveLength(2);
  });
});

describe('the key file of a drone', () => {
  it('is for its owner alone, and refused otherwise', async () => {
    const key = droneKeyOf(await updateFleet(state, (fleet) => enroll(fleet, 'one')), 'one');
    const path = join(folder, 'drone.key.json');
    await writeDroneKeyFile(path, key);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readDroneKeyFile(path)).toMatchObject({ id: 'one', identity: 'one.1', fleet: key.fleet });
    chmodSync(path, 0o604);
    expect(() => readDroneKeyFile(path)).toThrow(/mode 604/);
    expect(() => readDroneKeyFile(join(folder, 'none'))).toThrow(
      /the key .*none can not be read: there is no such file/,
    );
    expect(() => readDroneKeyFile(folder)).toThrow(/is no file|can not be read/);
    writeFileSync(path, 'x'.repeat(5000));
    chmodSync(path, 0o600);
    expect(() => readDroneKeyFile(path)).toThrow('larger than 4096 bytes');
  });
});
