/** The examples for wevis and Lacewing, run as their pages say against a server and simulated drones. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Program } from '../support/program.js';
import { until } from '../support/until.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

let folder = '';
let server: Program;
let sim: Program;
const examples: ChildProcess[] = [];

/** What an example has printed so far. */
function run(name: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): () => string {
  const child = spawn(process.execPath, [join('shows/examples', name), ...args], {
    ...{ cwd: root, stdio: 'pipe', env: { ...process.env, ...env } },
  });
  examples.push(child);
  let said = '';
  for (const output of [child.stdout, child.stderr])
    output.on('data', (chunk: Buffer) => {
      said += chunk;
    });
  return () => said;
}

const portOf = async (gateway: string) =>
  (await server.says(new RegExp(`gateway ${gateway} listens on port (\\d+)`)))[1] ?? '';

const isSaid = (said: () => string, pattern: RegExp) => until(() => pattern.test(said()), 20_000, said);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'starling-examples-'));
  await writeFile(join(folder, 'users'), 'points viewer one\nscreen viewer two\n', { mode: 0o600 });
  await writeFile(join(folder, 'server.ini'), `[GATEWAYS]\nwevis_users = ${folder}/users\n`);
  server = new Program([
    ...['server', '--headless', '--open', '--bind', '127.0.0.1', '--port', '0', '--control-port', '0'],
    ...['--state', join(folder, 'state'), '--config', join(folder, 'server.ini')],
    ...['--gateways', 'wevis:0,lacewing:0'],
  ]);
  const [, port] = await server.says(/drones connect to 127\.0\.0\.1:(\d+)/);
  sim = new Program(['sim', '--drones', '2', '--open', '--server', `127.0.0.1:${port}`]);
  await server.says(/drone-2 connected/);
});

afterAll(async () => {
  for (const child of examples) child.kill();
  await sim?.stop();
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

describe('the examples', () => {
  it('stream the fleet as a formation over wevis, and show what arrives', async () => {
    const port = await portOf('wevis');
    const watch = run('wevis-formation.mjs', ['watch', '--user', 'screen', '--port', port], {
      WEVIS_PASSWORD: 'two',
    });
    const stream = run('wevis-formation.mjs', ['--user', 'points', '--port', port], {
      WEVIS_PASSWORD: 'one',
    });
    await isSaid(stream, /2 (of 2 )?(drones|points)/);
    await isSaid(watch, /2 points/);
  });

  it('lead a light desk over Lacewing by datagrams', async () => {
    const port = await portOf('lacewing');
    const desk = run('lacewing-light-desk.mjs', ['desk', '--port', port]);
    const feed = run('lacewing-light-desk.mjs', ['feed', '--port', port]);
    await isSaid(feed, /show: 2 drones around .*, [1-9]\d* messages blasted/);
    await isSaid(desk, /2 drones/);
  });

  it('say what is wrong', async () => {
    const port = await portOf('wevis');
    const refused = run('wevis-formation.mjs', ['--user', 'points', '--port', port], {
      WEVIS_PASSWORD: 'wrong',
    });
    await isSaid(refused, /Invalid credentials/);
    const lost = run('lacewing-light-desk.mjs', ['feed', '--port', '1']);
    await isSaid(lost, /no server answers at 127\.0\.0\.1:1/);
    expect(server.hasEnded).toBe(false);
  });
});
