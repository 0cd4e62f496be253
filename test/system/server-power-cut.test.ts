/** A server that is killed amid its writing, again and again, and what is in its state folder then. */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  watch,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { loadConfig } from '../../lib/config/index.js';
import { runCtl } from '../../lib/protocols/tpp/adapters/run-ctl.js';
import { readToken } from '../../lib/protocols/tpp/adapters/token-file.js';
import { SeededRandom } from '../../lib/rehearsal/seeded-random.js';
import { readFleet } from '../../lib/security/adapters/fleet-file.js';
import { serverConfigSpec } from '../../server/config-spec.js';
import { SessionFolderFiles } from '../../server/recorder/adapters/recorder-folder.js';
import { Recording } from '../../server/recorder/replay/recording.js';
import { decodeState } from '../../server/state/server-state.js';
import { shows } from '../support/kept-client.js';
import { pieces } from '../support/kept-files.js';
import { Program, runProgram } from '../support/program.js';
import { until } from '../support/until.js';

const cuts = 16;

let folder: string;
let server: Program;
let sim: Program | undefined;
let ports: [string, string] = ['0', '0'];

const state = () => join(folder, 'state');

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Resolves at the next change of a file that is kept, 3 s later at the latest. */
async function changes(where: string): Promise<void> {
  const watcher = watch(where);
  const isKept = (name: string | null) => /(?:fleet\.json|state\.json|server\.ini)/.test(name ?? '');
  const changed = new Promise<void>((resolve) => {
    watcher.on('change', (_type, name) => {
      if (isKept(String(name))) resolve();
    });
  });
  await Promise.race([changed, wait(3000)]);
  watcher.close();
}

async function start(): Promise<void> {
  const [port, controlPort] = ports;
  const own = ['--config', join(folder, 'server.ini'), '--state', state(), '--bind', '127.0.0.1'];
  server = new Program(['server', '--headless', ...own, '--port', port, '--control-port', controlPort]);
  const [, drones = '', control = ''] = await server.says(
    /connect to 127\.0\.0\.1:(\d+); .*127\.0\.0\.1:(\d+)/,
  );
  ports = [drones, control];
}

async function ctl(
  action: string,
  words: string[],
  options: { readonly [name: string]: string | true } = {},
): Promise<number> {
  return runCtl({
    ...{ action, words, options, token: await readToken(join(state(), 'control-token')) },
    ...{
      host: '127.0.0.1',
      port: Number(ports[1]),
      resolvePath: (path: string) => path,
      write: () => undefined,
    },
  });
}

async function expectWhole(): Promise<void> {
  readFleet(state());
  if (existsSync(join(state(), 'state.json'))) decodeState(readFileSync(join(state(), 'state.json'), 'utf8'));
  const ini = readFileSync(join(folder, 'server.ini'), 'utf8');
  expect(loadConfig(ini, 'server.ini', serverConfigSpec).warnings).toEqual([]);
  expect(readdirSync(state()).filter((name) => name.includes('broken'))).toEqual([]);
  const recordings = join(state(), 'recordings');
  for (const session of existsSync(recordings) ? readdirSync(recordings) : []) {
    if (readdirSync(join(recordings, session)).length === 0) continue;
    const recording = await Recording.open(new SessionFolderFiles(join(recordings, session)));
    const { journal, telemetry, isOneSession } = await recording.verify();
    expect([session, journal.findings, telemetry.findings, isOneSession]).toEqual([session, [], [], true]);
  }
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'starling-server-cut-'));
  mkdirSync(state(), { mode: 0o700 });
  writeFileSync(join(folder, 'server.ini'), '[CHECKS]\nbattery_min = 50\n');
});

afterEach(async () => {
  await sim?.stop();
  await server.stop();
  rmSync(folder, { recursive: true });
});

const successes = (exitCodes: readonly number[]) => exitCodes.filter((code) => code === 0).length;

it(`keeps whole files, ${cuts} times`, { timeout: 180_000 }, async () => {
  const chance = new SeededRandom(1);
  const done: number[] = [];
  await start();
  sim = new Program(['sim', '--drones', '2', '--server', `127.0.0.1:${ports[0]}`, '--fleet', state()]);
  for (let cut = 0; cut < cuts; cut++) {
    if (cut % 4 === 0)
      await until(
        () => server.stdout.includes('drone-2 connected'),
        30_000,
        () => server.stdout,
      );
    let isOver = false;
    const write = async () => {
      for (let n = 0; !isOver; n++) {
        done.push(await ctl('set_setting', ['CHECKS/battery_min', String(1 + (n % 9))]));
        done.push(await ctl('load', [shows[n % 2] ?? '']));
        done.push(await ctl('upload', [], { all: true }));
      }
    };
    const writing = write();
    const had = successes(done);
    await until(() => successes(done) >= had + 2, 30_000, 'the server does what it is told');
    const enroling = new Program(['fleet', 'enroll', `more-${cut}`, '--state', state()]);
    await wait(50 + chance.next() * 500);
    // Every other time as soon as something in its folders changes.
    if (cut % 2 === 1) await changes(chance.below(2) === 0 ? folder : state());
    enroling.signal('SIGKILL');
    server.signal('SIGKILL');
    isOver = true;
    await Promise.all([server.end(), enroling.end(), writing]);
    await expectWhole();
    await start();
  }
  const { stdout } = await runProgram(['fleet', 'enroll', 'last', '--state', state()]);
  expect(stdout).toContain('"last');
  expect(await ctl('set_setting', ['CHECKS/battery_min', '3'])).toBe(0);
  expect(pieces(state()).length).toBeLessThan(cuts);
});
