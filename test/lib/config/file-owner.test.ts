/** What the superuser writes among somebody else's files. Needs to be the superuser: as others nothing of it happens. */
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeFileAtomic } from '../../../lib/config/adapters/atomic-file.js';
import { makeFolder } from '../../../lib/config/adapters/file-owner.js';
import { loadOrCreateToken, tokenPath } from '../../../lib/protocols/tpp/adapters/token-file.js';
import { fleetPath, updateFleet } from '../../../lib/security/adapters/fleet-file.js';
import { enroll } from '../../../lib/security/fleet-secret.js';
import { openLogFile } from '../../../server/adapters/log-file.js';

const somebody = 12_345;
const another = 23_456;

describe.runIf(process.geteuid?.() === 0)('what the superuser writes', () => {
  let home: string;
  const at = (...names: string[]) => join(home, ...names);
  const ownerAndMode = (path: string) => {
    const { uid, gid, mode } = statSync(path);
    return [uid, gid, (mode & 0o777).toString(8)];
  };

  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), 'starling-test-'));
    chownSync(home, somebody, somebody);
  });
  afterEach(() => rmSync(home, { recursive: true }));

  it('of a server without a privilege can be read by it afterwards: state folder, fleet, token and log', async () => {
    const state = at('state');
    await updateFleet(state, (fleet) => enroll(fleet, 'one'));
    await updateFleet(state, (fleet) => enroll(fleet, 'two'));
    await loadOrCreateToken(state);
    await openLogFile(state, () => undefined).close();
    expect(ownerAndMode(state)).toEqual([somebody, somebody, '700']);
    for (const path of [fleetPath(state), tokenPath(state), join(state, 'server.log')])
      expect([path, ...ownerAndMode(path)]).toEqual([path, somebody, somebody, '600']);
  });

  it('in the place of a file belongs to whom that belonged', async () => {
    writeFileSync(at('drone.ini'), '');
    chownSync(at('drone.ini'), another, another);
    await writeFileAtomic(at('drone.ini'), 'x', { mode: 0o600 });
    expect(ownerAndMode(at('drone.ini'))).toEqual([another, another, '600']);
  });

  it('in a folder that anybody can write into is given to nobody who has put a file there', async () => {
    mkdirSync(at('tmp'));
    chmodSync(at('tmp'), 0o1777);
    writeFileSync(at('tmp', 'key'), '');
    chownSync(at('tmp', 'key'), another, another);
    await writeFileAtomic(at('tmp', 'key'), 'secret', { mode: 0o600 });
    expect(ownerAndMode(at('tmp', 'key'))).toEqual([0, 0, '600']);
  });

  it('behind a link that somebody has put there stays whose it was', async () => {
    mkdirSync(at('state'));
    chownSync(at('state'), somebody, somebody);
    chmodSync(at('state'), 0o770);
    writeFileSync(at('root-only'), '', { mode: 0o600 });
    symlinkSync(at('root-only'), at('state', 'server.log'));
    await openLogFile(at('state'), () => undefined).close();
    expect(ownerAndMode(at('root-only'))).toEqual([0, 0, '600']);
  });

  it('stays its own where more than one folder has to be made', () => {
    makeFolder(at('a', 'b'), 0o700);
    expect([ownerAndMode(at('a')), ownerAndMode(at('a', 'b'))]).toEqual([
      [0, 0, '700'],
      [0, 0, '700'],
    ]);
  });
});

describe('a folder that is made', () => {
  it('is there with all above it, and refused at once where nothing can be made', () => {
    const home = mkdtempSync(join(tmpdir(), 'starling-test-'));
    const deep = join(home, 'a', 'b', 'c');
    makeFolder(deep, 0o700);
    makeFolder(deep, 0o700);
    expect(statSync(deep).mode & 0o777).toBe(0o700);
    writeFileSync(join(home, 'file'), '');
    expect(() => makeFolder(join(home, 'file'), 0o700)).toThrow('EEXIST');
    rmSync(home, { recursive: true });
    for (const path of ['/proc/none', '/proc/none/x'])
      expect(() => makeFolder(path, 0o700)).toThrow('ENOENT');
  });
});
