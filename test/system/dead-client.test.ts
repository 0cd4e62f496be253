import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type RunningSimulator,
  startSimulator,
} from '../../drone-client/simulator/adapters/udp-simulator.js';
import { SystemClock } from '../../lib/time/adapters/system-clock.js';
import { type RunningServer, startServer } from '../../server/main.js';
import { type MavlinkRelay, openRelay } from '../support/mavlink-relay.js';
import { Program } from '../support/program.js';
import { until } from '../support/until.js';

/** Stands 0.5 s, rises to 3 m, moves for half a minute. */
function longShow(): string {
  const rows = ['long'];
  const frame = (x: number, z: number) =>
    rows.push(`${rows.length},${x.toFixed(3)},0,${z.toFixed(3)},0,0,255,0`);
  for (let i = 0; i < 5; i++) frame(0, 0);
  for (let i = 1; i <= 40; i++) frame(0, i * 0.075);
  for (let i = 1; i <= 300; i++) frame(i * 0.05, 3);
  for (let i = 1; i <= 40; i++) frame(15, 3 - i * 0.075);
  return `${rows.join('\n')}\n`;
}

/** Given to the client's Node by NODE_OPTIONS: at SIGUSR2 its event loop is blocked for ever. */
const hanging = `process.on('SIGUSR2', () => { for (;;); });\n`;

describe.each(['px4', 'ardupilot'] as const)('a client that dies in mid-show over %s', (autopilot) => {
  const clock = new SystemClock();
  let folder: string;
  let server: RunningServer;
  let simulator: RunningSimulator;
  let relay: MavlinkRelay;
  let client: Program;

  const truth = () => simulator.autopilot.truth;
  const drone = () => server.facade.snapshot().drones[0];

  function startClient(): Program {
    const preload = pathToFileURL(join(folder, 'hanging.mjs')).href;
    return new Program(
      [
        ...['drone', '--server', `127.0.0.1:${server.dronePort}`, '--id', 'drone-1'],
        ...['--vehicle', `udp:127.0.0.1:${relay.port}`, '--data', join(folder, 'data'), '--open'],
      ],
      { env: { NODE_OPTIONS: `--import ${preload}` } },
    );
  }

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'starling-test-'));
    writeFileSync(join(folder, 'drone-1.csv'), longShow());
    writeFileSync(join(folder, 'hanging.mjs'), hanging);
    simulator = await startSimulator({
      ...{ clock, autopilot, systemId: 1, seed: 3, settleMs: 500 },
      startPositionM: { x: 0, y: 0, z: 0 },
    });
    relay = await openRelay(simulator.port);
    server = await startServer({
      ...{ clock, version: '0.1.0', stateFolder: join(folder, 'state'), isHeadless: true },
      ...{
        port: 0,
        bind: '127.0.0.1',
        controlPort: 0,
        isDiscoverable: false,
        isOpen: true,
        showPath: folder,
      },
    });
    client = startClient();
    await until(() => drone()?.record.isConnected === true, 20_000, 'connected');
    await until(() => drone()?.record.isAnswering === true, 5000, 'hello');
    expect(await server.facade.operations.upload(['drone-1'])).toMatchObject([{ ok: true }]);
    await until(
      () => drone()?.isReady === true,
      30_000,
      () => JSON.stringify(drone()?.blockers),
    );
    // Its corners are sharp: it wants a reason.
    const authorization = { scope: 'live', validS: 60, override: 'it flies alone, and only to die' } as const;
    const { operations } = server.facade;
    expect(await operations.authorize(['drone-1'], authorization)).toMatchObject([{ ok: true }]);
    expect(await operations.start(['drone-1'], { delayS: 4 })).toMatchObject([{ ok: true }]);
    await until(() => truth().positionM.z > 2 && truth().positionM.x > 1, 40_000, 'in mid-show');
  });

  afterEach(async () => {
    client.signal('SIGKILL');
    await client.end();
    relay.close();
    await server.close();
    await simulator.close();
    rmSync(folder, { recursive: true });
  });

  async function expectSilenceAndLanding(diedMs: number): Promise<void> {
    await until(() => performance.now() > diedMs + 3000, 5000, 'three seconds');
    expect((relay.setpointsMs.at(-1) ?? Number.NaN) - diedMs).toBeLessThan(500);
    await until(
      () => !truth().armed,
      40_000,
      () => `down: ${JSON.stringify(truth())}`,
    );
    expect(truth().isLanded).toBe(true);
  }

  it('by kill -9: its setpoints end within half a second, and the autopilot lands the drone', async () => {
    client.signal('SIGKILL');
    await expectSilenceAndLanding(performance.now());
    const logs = readdirSync(join(folder, 'data', 'flight-logs'));
    expect(logs).toHaveLength(1);
    expect(readFileSync(join(folder, 'data', 'flight-logs', logs[0] ?? '')).length).toBeGreaterThan(10_000);
  });

  it('by hanging for ever: nothing repeats its setpoints, and the autopilot lands the drone', async () => {
    client.signal('SIGUSR2');
    await expectSilenceAndLanding(performance.now());
  });

  it('and is started again at once: it streams nothing, says what it found, and the drone lands', async () => {
    client.signal('SIGKILL');
    await client.end();
    const diedMs = performance.now();
    client = startClient();
    await client.says(/found armed/, 10_000);
    await until(
      () => !truth().armed,
      40_000,
      () => `down: ${JSON.stringify(truth())}`,
    );
    expect(relay.setpointsMs.filter((atMs) => atMs > diedMs + 500)).toEqual([]);
  });
});
