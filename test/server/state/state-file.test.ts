import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StateFile } from '../../../server/state/adapters/state-file.js';
import type { ServerState } from '../../../server/state/server-state.js';
import { FakeClock } from '../../support/fake-clock.js';
import { until } from '../../support/until.js';

let folder: string;
let clock: FakeClock;
let lines: string[];
let file: StateFile;
let state: ServerState;
let collected: number;

const path = () => join(folder, 'state.json');
const stateOf = (id: string): ServerState => ({
  drones: [{ id, address: 'x:1', isOurs: true }],
  at: undefined,
  ...{ show: undefined, slots: undefined, authorization: undefined, run: undefined },
});
const open = () => new StateFile({ clock, folder, log: (_level, text) => lines.push(text) });
const begin = () =>
  file.begin(() => {
    collected += 1;
    return state;
  });
const keptId = () => /"id": "(\w+)"/.exec(existsSync(path()) ? readFileSync(path(), 'utf8') : '')?.[1];

/** Waits for the disk, and lets the clock go on. */
const keeps = (id: string) =>
  until(async () => {
    await clock.advance(10);
    return keptId() === id;
  });

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'starling-test-'));
  clock = new FakeClock();
  lines = [];
  collected = 0;
  state = stateOf('a');
  file = open();
});

afterEach(() => rmSync(folder, { recursive: true }));

describe('the file of the state', () => {
  it('is for its owner alone, and read as it was kept; none is none', async () => {
    expect(await file.read()).toBeUndefined();
    begin();
    await clock.advance(1000);
    await file.close();
    expect(statSync(path()).mode & 0o777).toBe(0o600);
    expect(await open().read()).toEqual(state);
    expect(lines).toEqual([]);
  });

  it('is written at once for what is urgent, a second later for the rest, and once for many changes', async () => {
    begin();
    await clock.advance(999);
    expect(collected).toBe(0);
    await clock.advance(1);
    await keeps('a');
    state = stateOf('b');
    file.changed('soon');
    for (let i = 0; i < 500; i += 1) file.changed('now');
    await keeps('b');
    // Written once when the first was begun, and once more for the rest of them at most.
    expect(collected).toBeLessThan(4);
  });

  it('has the last change when the server ends right after it', async () => {
    begin();
    await clock.advance(1000);
    state = stateOf('z');
    file.changed('soon');
    await file.close();
    expect(keptId()).toBe('z');
  });

  it('that can not be read is put aside, with a warning, and the server begins without', async () => {
    writeFileSync(path(), '{"version":1,"dro');
    expect(await file.read()).toBeUndefined();
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/can not be used, the server begins without it: it is no JSON; it is .*broken-/);
    expect(readdirSync(folder)).toEqual([
      expect.stringMatching(/^state\.json\.broken-2023-11-14T221320\.000Z$/),
    ]);
    expect(await file.read()).toBeUndefined();
  });

  it('is not touched before it is begun: another server may be at work with it', async () => {
    writeFileSync(path(), 'its');
    file.changed('now');
    await clock.advance(5000);
    await file.close();
    expect(readFileSync(path(), 'utf8')).toBe('its');
  });

  it('leaves no piece behind of a server that was killed while it wrote', async () => {
    writeFileSync(join(folder, '.state.json.0a1b2c.tmp'), '{"vers');
    begin();
    await keeps('a');
    await file.close();
    expect(readdirSync(folder)).toEqual(['state.json']);
  });

  it('that can not be written costs one warning, is tried again, and says when it is kept again', async () => {
    rmSync(folder, { recursive: true });
    writeFileSync(folder, 'no folder');
    begin();
    for (let i = 0; i < 30; i += 1) {
      file.changed('now');
      await clock.advance(1000);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    expect(lines).toEqual([expect.stringContaining('the state is not kept, a crash would lose it: ')]);
    expect(collected).toBeLessThan(6);
    rmSync(folder);
    mkdirSync(folder);
    chmodSync(folder, 0o700);
    await clock.advance(10_000);
    await until(() => lines.length === 2);
    expect(lines[1]).toContain('the state is kept again');
    expect(keptId()).toBe('a');
  });
});
