/** A server that is ended without a word and started anew on the same state: what it goes on with, and what not. */
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { PreviewLed } from '../../drone-client/led/preview-led.js';
import { startDrone } from '../../drone-client/main.js';
import { SystemClock } from '../../lib/time/adapters/system-clock.js';
import { type RunningServer, startServer } from '../../server/main.js';
import type { ServerState } from '../../server/state/server-state.js';
import { enrolledKey } from '../support/enrolled.js';
import { FakeVehicle } from '../support/fake-vehicle.js';
import { until } from '../support/until.js';

/** Stands 0.5 s, rises to 2 m in 4 s and comes down again, smoothly. Frames of 0.1 s. */
function upAndDown(x: number): string {
  const heights = Array.from({ length: 81 }, (_, i) => 1 - Math.cos((Math.PI * Math.min(i, 80 - i)) / 40));
  const rows = [0, 0, 0, 0, 0, ...heights].map((z, i) => `${i},${x},0,${z.toFixed(4)},0,0,255,0`);
  return `up\n${rows.join('\n')}\n`;
}

const clock = new SystemClock();
const logger = pino({ level: 'silent' });
const both = ['left', 'right'];
const live = { scope: 'live', validS: 600 } as const;

/** Two drones that stand on the pads of a show's two slots, assigned by place, and hold their parts. */
async function makeRig(onTestFinished: (end: () => Promise<void>) => void) {
  const folder = mkdtempSync(join(tmpdir(), 'starling-test-'));
  const state = join(folder, 'state');
  const statePath = join(state, 'state.json');
  const show = join(folder, 'show');
  mkdirSync(show);
  writeFileSync(join(show, 'slot-1.csv'), upAndDown(3));
  writeFileSync(join(show, 'slot-2.csv'), upAndDown(0));
  const closers: (() => Promise<void>)[] = [];
  let server: RunningServer | undefined;
  const running = (): RunningServer => {
    if (!server) throw new Error('no server');
    return server;
  };
  const open = async (showPath?: string, port = 0) => {
    server = await startServer({
      ...{ clock, version: '1.0.0', stateFolder: state, isHeadless: true, port, bind: '127.0.0.1' },
      ...{ controlPort: 0, isDiscoverable: false, ...(showPath !== undefined && { showPath }) },
    });
  };
  onTestFinished(async () => {
    for (const close of closers) await close();
    await server?.close();
    rmSync(folder, { recursive: true });
  });
  const rig = {
    ...{ folder, state, statePath, show },
    operations: () => running().facade.operations,
    snapshot: () => running().facade.snapshot(),
    view: (id: string) => rig.snapshot().drones.find(({ record }) => record.id === id),
    start: (id: string) => rig.view(id)?.record.telemetry.start,
    areReady: () => both.every((id) => rig.view(id)?.isReady),
    said: (text: string) => rig.snapshot().log.some((line) => line.text.includes(text)),
    /** What is on the disk at this moment is all that the next server gets. */
    async crash(
      showPath?: string,
      { isElsewhere = false, change = (kept: string) => kept } = {},
    ): Promise<void> {
      const kept = change(readFileSync(statePath, 'utf8'));
      const port = isElsewhere ? 0 : running().dronePort;
      await running().close();
      writeFileSync(statePath, kept);
      await open(showPath, port);
    },
    /** Once the disk has it. */
    kept: (isKept: (kept: ServerState) => boolean) =>
      until(() => existsSync(statePath) && isKept(JSON.parse(readFileSync(statePath, 'utf8')))),
  };
  await open(show);
  const configPath = join(folder, 'drone.ini');
  writeFileSync(configPath, '[TELEMETRY]\nfrequency = 10\n');
  for (const [index, id] of both.entries()) {
    const vehicle = new FakeVehicle(clock, { x: index * 3, y: 0, z: 0 });
    const drone = await startDrone({
      ...{ clock, logger, vehicle, id, version: '1.0.0', led: new PreviewLed(clock) },
      ...{ dataFolder: join(folder, id), configPath, key: await enrolledKey(state, id) },
      server: { host: '127.0.0.1', port: running().dronePort },
    });
    closers.push(async () => {
      await drone.close();
      await vehicle.close();
    });
  }
  await until(() => both.every((id) => rig.view(id)?.record.telemetryAtMs !== undefined));
  await rig.operations().assign(both, 'places');
  await rig.operations().upload(both);
  await until(rig.areReady);
  await rig.operations().authorize(both, live);
  return rig;
}

describe.concurrent('a server that is started anew', () => {
  it('goes on with a countdown as it was told, and its drones hold it', async ({ onTestFinished }) => {
    const rig = await makeRig(onTestFinished);
    expect(await rig.operations().start(both, { delayS: 40 })).toMatchObject([{ ok: true }, { ok: true }]);
    const before = rig.snapshot();
    await rig.kept(({ run }) => run?.holding.length === 2);
    await rig.crash();
    const after = rig.snapshot();
    expect(after.phase).toEqual({ ...before.phase, holding: 0 });
    expect(after.show?.digest).toBe(before.show?.digest);
    expect(after.authorization).toMatchObject({ scope: 'live', ids: both });
    expect(after.drones.map(({ record, slot }) => [record.id, slot, record.isConnected])).toEqual([
      ['left', 'slot-2', false],
      ['right', 'slot-1', false],
    ]);
    await until(() => both.every((id) => Array.isArray(rig.start(id)) && String(rig.start(id)) !== ''));
    expect(rig.snapshot().phase).toEqual(before.phase);
    await rig.operations().unauthorize(both);
    await until(() => both.every((id) => String(rig.start(id)) === ''));
    expect(rig.snapshot().phase.phase).toBe('idle');
  });

  it('goes on though the rules of the show are wrong by now, and says so', async ({ onTestFinished }) => {
    const rig = await makeRig(onTestFinished);
    await rig.operations().start(both, { delayS: 40 });
    await rig.kept(({ run }) => run?.holding.length === 2);
    writeFileSync(join(rig.show, 'rules.ini'), '[GATES]\nmiddle = soon\n');
    await rig.crash(rig.show);
    expect(rig.snapshot().phase.phase).toBe('countdown');
    expect(rig.said('rules.ini, line 2')).toBe(true);
    expect(rig.said('the rules of the server hold')).toBe(true);
    await rig.operations().unauthorize(both);
  });

  it('with its machine calls its countdown off, for nobody knows how long that was off', async ({
    onTestFinished,
  }) => {
    const rig = await makeRig(onTestFinished);
    await rig.operations().start(both, { delayS: 40 });
    await rig.kept(({ run }) => run?.holding.length === 2);
    await rig.crash(rig.show, {
      change: (kept) => kept.replace(/"boot": "[^"]+"/, '"boot": "00000000-0000-4000-8000-000000000000"'),
    });
    expect(rig.snapshot()).toMatchObject({ authorization: undefined, phase: { phase: 'idle' } });
    expect(rig.said('is not taken over, this machine was started anew since: authorize again')).toBe(true);
    await until(() => both.every((id) => String(rig.start(id)) === ''));
    await until(() => both.every((id) => String(rig.view(id)?.record.telemetry.authorization) === ''));
    await until(rig.areReady);
    await rig.operations().authorize(both, live);
    expect(await rig.operations().start(both, { delayS: 40 })).toMatchObject([{ ok: true }, { ok: true }]);
  });

  it('without what was kept calls off what its drones count down to', async ({ onTestFinished }) => {
    const rig = await makeRig(onTestFinished);
    await rig.kept(({ authorization }) => authorization !== undefined);
    const kept = readFileSync(rig.statePath);
    await rig.operations().start(both, { delayS: 40 });
    await rig.kept(({ run }) => run !== undefined);
    // As if the disk had failed before the start.
    writeFileSync(rig.statePath, kept);
    await rig.crash(rig.show);
    expect(rig.snapshot().phase.phase).toBe('idle');
    await until(() =>
      both.every((id) => rig.said(`${id} counts down to a start that nobody means any more`)),
    );
    await until(() => both.every((id) => String(rig.start(id)) === ''));
    await until(rig.areReady);
    expect(await rig.operations().start(both, { delayS: 40 })).toMatchObject([{ ok: true }, { ok: true }]);
  });

  it('with another show has its drones in the table, and says what it dropped', async ({
    onTestFinished,
  }) => {
    const rig = await makeRig(onTestFinished);
    await rig.kept(({ authorization }) => authorization !== undefined);
    const other = join(rig.folder, 'other');
    cpSync(rig.show, other, { recursive: true });
    writeFileSync(join(other, 'slot-1.csv'), upAndDown(5));
    await rig.crash(other);
    expect(rig.snapshot()).toMatchObject({ authorization: undefined, phase: { phase: 'idle' } });
    expect(rig.snapshot().drones.map(({ record, slot }) => [record.id, slot])).toEqual([
      ['left', undefined],
      ['right', undefined],
    ]);
    expect(rig.said('slots, authorization of before are dropped: another show is loaded now')).toBe(true);
  });

  it('loads no show by itself when none was on, and puts aside what it can not read', async ({
    onTestFinished,
  }) => {
    const rig = await makeRig(onTestFinished);
    await rig.kept(({ authorization }) => authorization !== undefined);
    await rig.crash();
    expect(rig.snapshot().show).toBeUndefined();
    expect(rig.snapshot().drones).toHaveLength(2);
    writeFileSync(rig.statePath, '{"version": 99}');
    await rig.crash(rig.show);
    expect(rig.said('can not be used, the server begins without it: it is of version 99')).toBe(true);
    expect(readdirSync(rig.state).filter((name) => name.includes('.broken-'))).toHaveLength(1);
    await until(() => both.every((id) => rig.view(id)?.record.isConnected));
  });
});

describe('a server that is started anew elsewhere', () => {
  it('lands drones that have not come back yet, by datagram', async ({ onTestFinished }) => {
    const rig = await makeRig(onTestFinished);
    await rig.kept(({ drones }) => drones.length === 2 && drones.every(({ hears }) => hears));
    await rig.crash(undefined, { isElsewhere: true });
    expect(await rig.operations().stop(both)).toEqual(
      both.map((id) => ({ id, ok: true, message: 'told by datagram' })),
    );
    expect(rig.view('left')?.record.isConnected).toBe(false);
  });
});
