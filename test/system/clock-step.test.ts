import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  type RunningSimulator,
  startSimulator,
} from '../../drone-client/simulator/adapters/udp-simulator.js';
import { SystemClock } from '../../lib/time/adapters/system-clock.js';
import { type RunningServer, startServer } from '../../server/main.js';
import { Program } from '../support/program.js';
import { until } from '../support/until.js';

/** The server's machine, whose clock somebody sets. */
class SteppedClock extends SystemClock {
  stepMs = 0;

  override utcMs(): number {
    return super.utcMs() + this.stepMs;
  }
}

/** m/s along x, from 4.5 s of the show on. */
const speedMPerS = 0.5;

/** Rises to 3 m, then moves evenly along x for 25 s. */
function evenShow(): string {
  const rows = ['even'];
  const frame = (x: number, z: number) =>
    rows.push(`${rows.length},${x.toFixed(3)},0,${z.toFixed(3)},0,0,255,0`);
  for (let i = 0; i < 5; i++) frame(0, 0);
  for (let i = 1; i <= 40; i++) frame(0, i * 0.075);
  for (let i = 1; i <= 250; i++) frame((i * speedMPerS) / 10, 3);
  for (let i = 1; i <= 40; i++) frame(12.5, 3 - i * 0.075);
  return `${rows.join('\n')}\n`;
}

/** Of the Debian package libfaketime; the client's clock is set by writing to the file that it reads. */
function fakeTimeLibrary(): string {
  const path = readdirSync('/usr/lib')
    .map((name) => join('/usr/lib', name, 'faketime/libfaketimeMT.so.1'))
    .find((candidate) => existsSync(candidate));
  if (path === undefined) throw new Error('the package libfaketime is not installed');
  return path;
}

const clock = new SteppedClock();
let folder: string;
let server: RunningServer;
let simulator: RunningSimulator;
let client: Program;

const drone = () => server.facade.snapshot().drones[0];
const setClientClock = (text: string) => writeFileSync(join(folder, 'clock'), `${text}\n`);

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'starling-test-'));
  writeFileSync(join(folder, 'drone-1.csv'), evenShow());
  setClientClock('+0');
  simulator = await startSimulator({
    ...{ clock, autopilot: 'px4', systemId: 1, seed: 3, settleMs: 500 },
    startPositionM: { x: 0, y: 0, z: 0 },
  });
  server = await startServer({
    ...{ clock, version: '0.1.0', stateFolder: join(folder, 'state'), isHeadless: true },
    ...{ port: 0, bind: '127.0.0.1', controlPort: 0, isDiscoverable: false, isOpen: true, showPath: folder },
  });
  client = new Program(
    [
      ...['drone', '--server', `127.0.0.1:${server.dronePort}`, '--id', 'drone-1'],
      ...['--vehicle', `udp:127.0.0.1:${simulator.port}`, '--data', join(folder, 'data'), '--open'],
    ],
    {
      env: {
        LD_PRELOAD: fakeTimeLibrary(),
        FAKETIME_TIMESTAMP_FILE: join(folder, 'clock'),
        FAKETIME_NO_CACHE: '1',
        FAKETIME_DONT_FAKE_MONOTONIC: '1',
      },
    },
  );
  await until(() => drone()?.record.isAnswering === true, 20_000, 'hello');
  expect(await server.facade.operations.upload(['drone-1'])).toMatchObject([{ ok: true }]);
  await until(
    () => drone()?.isReady === true,
    30_000,
    () => JSON.stringify(drone()?.blockers),
  );
});

afterEach(async () => {
  await client?.stop();
  await server?.close();
  await simulator?.close();
  rmSync(folder, { recursive: true, force: true });
});

it("nobody's clock moves a drone in mid-show, the drone's or the server's, and both say that it was set", async () => {
  const { operations } = server.facade;
  const authorization = { scope: 'live', validS: 60, override: 'its corners are sharp' } as const;
  expect(await operations.authorize(['drone-1'], authorization)).toMatchObject([{ ok: true }]);
  expect(await operations.start(['drone-1'], { delayS: 4 })).toMatchObject([{ ok: true }]);
  const xM = () => simulator.autopilot.truth.positionM.x;
  await until(() => xM() > 1.5, 60_000, 'in mid-show');
  /** When an even flight would have begun, by where the drone is now. */
  const beganMs = () => clock.monotonicMs() - (xM() / speedMPerS) * 1000;
  const before = beganMs();
  const off: number[] = [];
  const flyOn = (toM: number) =>
    until(
      () => {
        off.push(Math.abs(beganMs() - before));
        return xM() >= toM;
      },
      20_000,
      `at ${toM} m`,
    );
  setClientClock('-30');
  await flyOn(3.5);
  clock.stepMs = 5000;
  await flyOn(6);
  setClientClock('+3600');
  clock.stepMs = -7000;
  await flyOn(9);
  // A drone that had followed would be seconds off; wind and control make a few tenths of a metre.
  expect(Math.max(...off)).toBeLessThan(600);
  await until(() => drone()?.record.telemetry.last_task === 'No task', 40_000, 'landed');
  await expect(server.facade.ask('drone-1', 'flight_report')).resolves.toMatchObject({ result: 'landed' });
  const said = server.facade.snapshot().log.map(({ text }) => text);
  expect(said.filter((text) => text.includes("set this machine's clock by"))).toEqual([
    expect.stringContaining('+5.00 s'),
    expect.stringContaining('-12.00 s'),
  ]);
  expect(client.stderr).toMatch(/clock was set by -30\.\d\d s/);
  expect(client.stderr).toMatch(/clock was set by \+3630\.\d\d s/);
}, 120_000);
