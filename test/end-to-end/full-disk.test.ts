import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Program } from '../support/program.js';
import { until } from '../support/until.js';

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'starling-test-'));
});

afterAll(() => rmSync(folder, { recursive: true }));

/** The command with both outputs on a disk without room. */
const prefix = ['sh', '-c', 'exec "$@" >/dev/full 2>&1', 'sh'];

describe.concurrent('a disk that is full of logs', () => {
  it('stops no drone: it goes on and can be ended', async ({ onTestFinished }) => {
    let calls = 0;
    const door = createServer((socket) => {
      calls += 1;
      socket.destroy();
    }).listen(0, '127.0.0.1');
    onTestFinished(() => void door.close());
    await new Promise((resolve) => door.once('listening', resolve));
    const { port } = door.address() as AddressInfo;
    const where = ['--server', `127.0.0.1:${port}`, '--open', '--data', join(folder, 'drone')];
    const drone = new Program(['drone', '--vehicle', 'sim:', '--id', 'drone-1', ...where], { prefix });
    onTestFinished(() => drone.stop());
    await until(() => calls > 2);
    drone.signal('SIGTERM');
    expect(await drone.end(5000)).toBe(0);
  });

  it('stops no server', async ({ onTestFinished }) => {
    const state = join(folder, 'server');
    const wiring = ['--bind', '127.0.0.1', '--port', '0', '--control-port', '0', '--state', state];
    const server = new Program(['server', '--headless', ...wiring], { prefix });
    onTestFinished(() => server.stop());
    const log = join(state, 'server.log');
    await until(() => existsSync(log) && readFileSync(log, 'utf8').includes('drones connect to'));
    server.signal('SIGTERM');
    expect(await server.end(5000)).toBe(0);
  });
});
