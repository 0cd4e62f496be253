import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openLogFile } from '../../server/adapters/log-file.js';
import { FlightLogArchive } from '../../server/flight-logs/adapters/flight-log-archive.js';
import { folderNameOf } from '../../server/flight-logs/folder-name.js';
import { readRemoteLogs } from '../../server/flight-logs/remote-logs.js';
import { decodeState, encodeState, type ServerState } from '../../server/state/server-state.js';

/** Names as strangers may have chosen them: what an id can be, and what it can not. */
const hostile = [
  '..',
  '.',
  '../..',
  '../../etc/passwd',
  '/etc/passwd',
  'a/b',
  'a\\b',
  'a\0b',
  'a\nb',
  '\u001b[2J',
  '\u202excod',
  '~',
  '~root',
  '-rf',
  '$(id)',
  '%2e%2e',
  '%2F',
  '.hidden',
  'CON',
  'nul',
  'a:b',
  '__proto__',
  'constructor',
  'drone-1',
  'Drone-1',
  'DRONE-1',
  'drone-1 ',
  'drone-1.',
  'drönе',
  'e\u0301',
  '\u00e9',
  'x'.repeat(63),
  'x'.repeat(64),
  'x'.repeat(5000),
  'X'.repeat(5000),
  '🛸'.repeat(63),
  '',
];

const name = '0001-20240101T000000Z.mcap';
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'starling-names-'));
  writeFileSync(join(folder, 'secret'), 'secret');
});

afterEach(() => rmSync(folder, { recursive: true }));

describe('the folder of a drone', () => {
  it.each(hostile)('called %j is one plain name', (id) => {
    expect(folderNameOf(id)).toMatch(/^[a-z0-9_%-][a-zA-Z0-9_%-]{0,199}$/);
  });

  it('is another for every name, on a disk too that knows no large letters', () => {
    const names = hostile.map((id) => folderNameOf(id).toLowerCase());
    expect(new Set(names).size).toBe(hostile.length);
  });

  it('is made below the archive, and nowhere else', async () => {
    const archive = new FlightLogArchive(join(folder, 'flight-logs'));
    for (const id of hostile) await (await archive.begin(id, name)).commit();
    expect(readdirSync(folder).sort()).toEqual(['flight-logs', 'secret']);
    expect(readdirSync(join(folder, 'flight-logs'))).toHaveLength(hostile.length);
    for (const id of hostile) expect([...(await archive.list(id)).keys()]).toEqual([name]);
  });
});

describe('the name of a flight log', () => {
  const bad = [
    ...hostile,
    `../${name}`,
    `a/${name}`,
    `.${name}`,
    `${name}\n`,
    `${name}\0`,
    `${'9'.repeat(300)}.mcap`,
  ];

  it.each(bad)('that is %j is taken neither by the archive nor from a drone', async (hostileName) => {
    const archive = new FlightLogArchive(join(folder, 'flight-logs'));
    await expect(archive.begin('drone-1', hostileName)).rejects.toMatchObject({ code: 'bad_argument' });
    expect(() => readRemoteLogs([{ name: hostileName, bytes: 1 }])).toThrow(/no name of a flight log/);
    expect(readdirSync(folder)).toEqual(['secret']);
  });
});

describe('what is written of drones into files of a fixed name', () => {
  it('is one line of the log each, without a command to a terminal', async () => {
    const log = openLogFile(folder, () => undefined);
    for (const id of hostile) log.write({ atUtcMs: 0, level: 'info', text: `${id} connected` });
    await log.close();
    const lines = readFileSync(log.path, 'utf8').trimEnd().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { msg: string }).msg)).toEqual(
      hostile.map((id) => `${id} connected`),
    );
    expect(lines.join('')).not.toMatch(/\p{Cc}/u);
  });

  it('comes back from the state as it was, and changes nothing beside it', () => {
    const ids = hostile.filter((id) => id !== '' && [...id].length <= 63);
    const drones = ids.map((id) => ({ id, address: '10.0.0.5:1', isOurs: true }));
    const slots = ids.map((id) => [id, id] as const);
    const state: ServerState = {
      ...{ at: undefined, drones, slots, show: undefined, authorization: undefined, run: undefined },
    };
    expect(decodeState(encodeState(state))).toMatchObject({ drones, slots });
    expect(({} as { address?: string }).address).toBeUndefined();
  });
});
