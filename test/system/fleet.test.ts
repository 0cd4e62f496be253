import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { startSimulatedDrone } from '../../bin/commands/simulated-drone.js';
import { version } from '../../bin/version.js';
import { FaultSchedule } from '../../drone-client/simulator/fault-schedule.js';
import { SimulatedFleetLoop } from '../../drone-client/simulator/fleet-loop.js';
import { runCtl } from '../../lib/protocols/tpp/adapters/run-ctl.js';
import { readToken } from '../../lib/protocols/tpp/adapters/token-file.js';
import { SystemClock } from '../../lib/time/adapters/system-clock.js';
import { type RunningServer, startServer } from '../../server/main.js';
import { flyShow } from '../../server/show-control/fly-show.js';
import { enrolledKey } from '../support/enrolled.js';
import { until } from '../support/until.js';

/** Stands 0.5 s, rises to 1 m in 2 s, moves 0.5 m east in 1 s, sinks in 2 s, stands, smoothly. Frames of 0.1 s. */
function shortShow(x: number): string {
  const rows = ['short'];
  const frame = (px: number, z: number) =>
    rows.push(`${rows.length},${px.toFixed(3)},0,${z.toFixed(3)},0,255,0,${rows.length}`);
  for (let i = 0; i < 5; i++) frame(x, 0);
  const eased = (u: number) => (1 - Math.cos(Math.PI * u)) / 2;
  for (let i = 1; i <= 20; i++) frame(x, eased(i / 20));
  for (let i = 1; i <= 10; i++) frame(x + eased(i / 10) / 2, 1);
  for (let i = 1; i <= 20; i++) frame(x + 0.5, 1 - eased(i / 20));
  for (let i = 0; i < 5; i++) frame(x + 0.5, 0);
  return `${rows.join('\n')}\n`;
}

const clock = new SystemClock();

/** A server with the short show and two simulated drones; everything ends with the test. */
async function makeRig(onTestFinished: (end: () => Promise<void>) => void) {
  const folder = mkdtempSync(join(tmpdir(), 'starling-test-'));
  writeFileSync(join(folder, 'drone-1.csv'), shortShow(0));
  writeFileSync(join(folder, 'drone-2.csv'), shortShow(3));
  const server = await startServer({
    clock,
    version,
    stateFolder: join(folder, 'state'),
    isHeadless: true,
    port: 0,
    bind: '127.0.0.1',
    controlPort: 0,
    isDiscoverable: false,
    showPath: folder,
  });
  const loop = new SimulatedFleetLoop(clock);
  const logger = pino({ level: 'silent' });
  const link = { host: '127.0.0.1', port: server.dronePort };
  const fleet = await Promise.all(
    [1, 2].map(async (number) =>
      startSimulatedDrone({
        key: await enrolledKey(join(folder, 'state'), `drone-${number}`),
        ...{ clock, loop, logger, number, seed: 7, server: link },
        ...{ link: 'udp', autopilot: 'px4', faults: new FaultSchedule([]) },
      }),
    ),
  );
  onTestFinished(async () => {
    await Promise.all(fleet.map((drone) => drone.close()));
    await server.close();
    rmSync(folder, { recursive: true });
  });
  const drones = () => server.facade.snapshot().drones;
  return { server, fleet, drones, armedCount: () => drones().filter(({ isArmed }) => isArmed).length };
}

async function runAction(
  server: RunningServer,
  action: string,
  { ids = [], all = false }: { ids?: string[]; all?: boolean } = {},
): Promise<{ code: number; answer: unknown }> {
  let text = '';
  const code = await runCtl({
    ...{ action, words: ids, all, json: true, host: '127.0.0.1', port: server.controlPort },
    token: await readToken(server.tokenPath),
    ...(action === 'start' && { options: { delay: '4' } }),
    write: (line) => {
      text += line;
    },
  });
  return { code, answer: text === '' ? undefined : JSON.parse(text) };
}

describe.concurrent('a simulated fleet at our server', () => {
  it('flies a show in step, and each drone reports how well', { timeout: 60_000 }, async ({
    onTestFinished,
  }) => {
    const { server } = await makeRig(onTestFinished);
    const summary = await flyShow({
      clock,
      server: server.facade,
      count: 2,
      startDelayS: 4,
      say: () => undefined,
    });
    expect(summary.totals).toMatchObject({ drones: 2, landed: 2 });
    expect(summary.totals.startErrorP95Ms).toBeLessThanOrEqual(100);
    for (const { maxDistanceM, rmsDistanceM } of summary.drones) {
      expect(maxDistanceM).toBeGreaterThan(0.01);
      expect(maxDistanceM).toBeLessThan(1.5);
      expect(rmsDistanceM).toBeGreaterThan(0);
    }
    expect(server.facade.snapshot().phase).toEqual({ phase: 'idle' });
  });

  it('is run by the control port: listed, refused, uploaded, started and landed', {
    timeout: 60_000,
  }, async ({ onTestFinished }) => {
    const { server, drones, armedCount } = await makeRig(onTestFinished);
    const ctl = (action: string, target?: { ids?: string[]; all?: boolean }) =>
      runAction(server, action, target);
    await until(() => drones().length === 2 && drones().every(({ record }) => record.isAnswering));
    const early = await ctl('start', { all: true });
    expect(early).toMatchObject({
      code: 1,
      answer: { results: [{ ok: false, code: 'not_ready' }, { ok: false }] },
    });
    expect(await ctl('upload', { ids: ['drone-1', 'drone-9'] })).toMatchObject({
      code: 1,
      answer: {
        results: [
          { id: 'drone-1', ok: true },
          { id: 'drone-9', ok: false, code: 'unknown_drone' },
        ],
      },
    });
    expect(await ctl('upload', { all: true })).toMatchObject({ code: 0 });
    await until(() => drones().every(({ isReady }) => isReady), 20_000);
    const { answer } = await ctl('list');
    expect(answer).toMatchObject([
      {
        id: 'drone-1',
        connected: true,
        ready: true,
        slot: 'drone-1',
        proof: 'match',
        blockers: [],
        checks: { battery: 'ok', current_position: 'ok' },
      },
      { id: 'drone-2' },
    ]);
    expect(await ctl('start', { all: true })).toMatchObject({
      code: 1,
      answer: { results: [{ code: 'not_authorized' }, { code: 'not_authorized' }] },
    });
    expect(await ctl('authorize', { all: true })).toMatchObject({ code: 0 });
    expect(await ctl('start', { all: true })).toMatchObject({ code: 0 });
    expect(await ctl('upload', { all: true })).toMatchObject({
      code: 1,
      answer: { results: [{ code: 'refused' }, {}] },
    });
    expect(await ctl('start', { all: true })).toMatchObject({ code: 1 });
    await until(() => armedCount() === 2, 20_000);
    expect(await ctl('disarm', { ids: ['drone-1'] })).toBeDefined();
    const landed = await ctl('land');
    expect(landed, JSON.stringify(landed)).toMatchObject({ code: 0 });
    await until(() => armedCount() === 0, 20_000);
  });

  it('goes on when one drone vanishes in mid-show, and shows who it was', { timeout: 60_000 }, async ({
    onTestFinished,
  }) => {
    const { server, fleet, drones, armedCount } = await makeRig(onTestFinished);
    const flight = flyShow({ clock, server: server.facade, count: 2, startDelayS: 4, say: () => undefined });
    await until(() => armedCount() === 2, 40_000);
    await fleet[1]?.close();
    const summary = await flight;
    expect(summary.drones).toMatchObject([{ id: 'drone-1', result: 'landed' }, { id: 'drone-2' }]);
    expect(summary.totals).toMatchObject({ drones: 2, landed: 1 });
    expect(drones()[1]?.blockers).toMatchObject([{ code: 'lost' }]);
    const lost = server.facade.snapshot().log.find(({ text }) => text.startsWith('drone-2 lost while armed'));
    expect(lost?.level).toBe('warning');
  });
});
