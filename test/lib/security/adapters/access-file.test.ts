import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AccessEntry, addEntry, revokeEntry } from '../../../../lib/security/access/access.js';
import { tokenKeys } from '../../../../lib/security/access/token.js';
import {
  accessPath,
  makeToken,
  openGatekeeper,
  readAccess,
  updateAccess,
} from '../../../../lib/security/adapters/access-file.js';
import { FakeClock } from '../../../support/fake-clock.js';

let folder: string;
let state: string;
let problems: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'starling-access-'));
  state = join(folder, 'state');
  problems = [];
});

afterEach(() => rmSync(folder, { recursive: true }));

const entryOf = (token: string): AccessEntry => ({
  ...{ role: 'viewer', token: tokenKeys(token), password: undefined, expiresUtcMs: undefined },
});
const open = () =>
  openGatekeeper({
    ...{ stateFolder: state, localToken: 'the-local-token', clock: new FakeClock() },
    onProblem: (text) => problems.push(text),
  });

describe('the file of who has access', () => {
  it('is for its owner alone, and there only when somebody was added', async () => {
    expect(readAccess(state).size).toBe(0);
    await updateAccess(state, (access) => addEntry(access, 'anna', entryOf('a')));
    expect(statSync(accessPath(state)).mode & 0o777).toBe(0o600);
    expect(statSync(state).mode & 0o777).toBe(0o700);
    chmodSync(accessPath(state), 0o644);
    expect(() => readAccess(state)).toThrow(/read or written by others/);
  });

  it('loses nothing when many change it at once', async () => {
    const names = Array.from({ length: 5 }, (_, i) => `n${i}`);
    await Promise.all(names.map((name) => updateAccess(state, (old) => addEntry(old, name, entryOf(name)))));
    expect([...readAccess(state).keys()].sort()).toEqual(names.sort());
  });

  it('is known to a running server with every change; its own token holds in any case', async () => {
    const keeper = open();
    expect(keeper.callerOf('the-local-token')).toMatchObject({ name: 'local', role: 'admin' });
    await updateAccess(state, (access) => addEntry(access, 'anna', entryOf('token-a')));
    expect(keeper.callerOf('token-a')).toMatchObject({ name: 'anna', role: 'viewer' });
    await updateAccess(state, (access) => revokeEntry(access, 'anna'));
    expect(keeper.callerOf('token-a')).toBeUndefined();
    await updateAccess(state, (access) => addEntry(access, 'ben', entryOf('token-b')));
    rmSync(accessPath(state));
    expect(keeper.callerOf('token-b')).toBeUndefined();
    expect(keeper.callerOf('the-local-token')).toMatchObject({ role: 'admin' });
    expect(problems).toEqual([]);
  });

  it('that was damaged is told of once, and what was read last holds', async () => {
    await updateAccess(state, (access) => addEntry(access, 'anna', entryOf('token-a')));
    const keeper = open();
    writeFileSync(accessPath(state), 'x', { mode: 0o600 });
    for (let i = 0; i < 3; i++) expect(keeper.callerOf('token-a')).toMatchObject({ name: 'anna' });
    expect(problems).toHaveLength(1);
    expect(() => open()).toThrow(/no list of who has access/);
  });
});

describe('a token', () => {
  it('is 32 bytes of chance as text', () => {
    expect(Buffer.from(makeToken(), 'base64url')).toHaveLength(32);
    expect(makeToken()).not.toBe(makeToken());
  });
});
