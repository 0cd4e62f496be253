/** What a show can do without dies in mid-show: whoever lands a drone then notices nothing but a line in the log. */
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import koffi from 'koffi';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { startSimulatedDrone } from '../../bin/commands/simulated-drone.js';
import { version } from '../../bin/version.js';
import type { LedDevice } from '../../drone-client/led/led.js';
import { LedController } from '../../drone-client/led/led-controller.js';
import { FaultSchedule } from '../../drone-client/simulator/fault-schedule.js';
import { SimulatedFleetLoop } from '../../drone-client/simulator/fleet-loop.js';
import { SystemClock } from '../../lib/time/adapters/system-clock.js';
import { type RunningServer, startServer } from '../../server/main.js';
import { freeUdpPort } from '../lib/discovery/adapters/ports.js';
import { udpSocketsOn } from '../support/udp-sockets.js';
import { until } from '../support/until.js';

const clock = new SystemClock();
const mdnsPort = 5353;
const ids = ['drone-1', 'drone-2', 'drone-3', 'drone-4', 'drone-5', 'drone-6'];

/** Stands 0.5 s, rises to 1 m in 2 s, stays for half a minute, sinks. */
function longShow(x: number): string {
  const heights = Array.from({ length: 345 }, (_, i) =>
    Math.min(1, Math.max(0, (i - 5) / 20), (344 - i) / 20),
  );
  const rows = heights.map((z, i) => `${i + 1},${x},0,${z.toFixed(3)},0,${i % 256},255,0`);
  return `long\n${rows.join('\n')}\n`;
}

/** A program that says yes to all that mpv is asked for. */
const fakePlayer = `#!${process.execPath}
const socket = process.argv.find((arg) => arg.startsWith('--input-ipc-server=')).split('=')[1];
require('node:fs').writeFileSync(__dirname + '/pid', String(process.pid));
require('node:net').createServer((peer) => {
  let text = '';
  peer.on('error', () => undefined).setEncoding('utf8').on('data', (more) => {
    const lines = (text + more).split('\\n');
    text = lines.pop();
    for (const { command, request_id } of lines.map((line) => JSON.parse(line))) {
      peer.write(JSON.stringify({ request_id, error: 'success' }) + '\\n');
      if (command[0] === 'loadfile') peer.write('{"event":"file-loaded"}\\n');
    }
  });
}).listen(socket);
`;

/** Lights that work until they are broken: then every write throws, or never ends. */
class BreakableLights implements LedDevice {
  readonly pixelCount = 1;
  readonly minIntervalMs = 20;
  readonly refreshMs = undefined;
  how: 'works' | 'throws' | 'hangs' = 'works';
  writes = 0;

  write(): void | Promise<void> {
    this.writes += 1;
    if (this.how === 'throws') throw new Error('the strip is torn');
    if (this.how === 'hangs') return new Promise(() => undefined);
  }

  async close(): Promise<void> {
    return;
  }
}

type OnFinished = (end: () => Promise<void>) => void;

async function makeServer(folder: string, configPath: string): Promise<RunningServer> {
  const { PATH } = process.env;
  process.env.PATH = `${join(folder, 'bin')}:${PATH ?? ''}`;
  try {
    return await startServer({
      ...{ clock, version, stateFolder: join(folder, 'state'), isHeadless: true, isOpen: true },
      ...{ port: 0, bind: '127.0.0.1', controlPort: 0, configPath, showPath: join(folder, 'show') },
    });
  } finally {
    process.env.PATH = PATH;
  }
}

async function makeRig(onTestFinished: OnFinished) {
  const folder = mkdtempSync(join(tmpdir(), 'starling-test-'));
  mkdirSync(join(folder, 'show'));
  mkdirSync(join(folder, 'bin'));
  for (const [i, id] of ids.entries()) writeFileSync(join(folder, 'show', `${id}.csv`), longShow(3 * i));
  writeFileSync(join(folder, 'bin', 'mpv'), fakePlayer);
  chmodSync(join(folder, 'bin', 'mpv'), 0o755);
  const configPath = join(folder, 'server.ini');
  const lines = [
    '[MUSIC]',
    `file = ${join(folder, 'tune.wav')}`,
    '[BROADCAST]',
    `port = ${await freeUdpPort()}`,
  ];
  writeFileSync(configPath, `${lines.join('\n')}\n`);
  const server = await makeServer(folder, configPath);
  const loop = new SimulatedFleetLoop(clock);
  const lights = new Map(ids.map((id) => [id, new BreakableLights()]));
  const fleet = await Promise.all(
    [...lights.values()].map((device, i) =>
      startSimulatedDrone({
        ...{ clock, loop, logger: pino({ level: 'silent' }), number: i + 1, seed: 7, key: undefined },
        ...{ link: 'udp', autopilot: 'px4', faults: new FaultSchedule([]) },
        server: { host: '127.0.0.1', port: server.dronePort },
        led: new LedController({
          ...{ clock, device, onError: () => undefined },
          correction: { gamma: 1, brightness: 1 },
        }),
      }),
    ),
  );
  onTestFinished(async () => {
    await Promise.all(fleet.map((drone) => drone.close()));
    await server.close();
    rmSync(folder, { recursive: true });
  });
  return { server, folder, lights };
}

/** Flies the show until all drones are in the air. */
async function flyAll({ facade }: RunningServer): Promise<void> {
  const { operations } = facade;
  const drones = () => facade.snapshot().drones;
  await until(() => drones().length === ids.length && drones().every(({ record }) => record.isAnswering));
  await operations.upload(ids);
  await until(() => drones().every(({ isReady }) => isReady), 30_000);
  await operations.authorize(ids, { scope: 'live', validS: 600, override: 'a test: it rises abruptly' });
  const results = await operations.start(ids, { delayS: 4 });
  expect(results.filter(({ ok }) => !ok)).toEqual([]);
  await until(
    () => facade.snapshot().phase.phase === 'running' && drones().every(({ isArmed }) => isArmed),
    20_000,
  );
}

/** An autopilot tells its mode this often, ms: a drone answers when it has heard that it lands. */
const heartbeatMs = 1000;

/** The order is on its way at once, and answered as soon as can be. */
async function landSoon({ facade }: RunningServer, id: string): Promise<void> {
  const startedMs = performance.now();
  const answered = facade.operations.land([id]);
  const writtenMs = performance.now() - startedMs;
  expect(await answered).toMatchObject([{ id, ok: true }]);
  expect(writtenMs).toBeLessThan(100);
  expect(performance.now() - startedMs).toBeLessThan(heartbeatMs + 500);
}

/** Whatever is written to this file of this process finds a full disk from now on. */
function fillDisk(path: string): void {
  const dup2 = koffi.load('libc.so.6').func('int dup2(int, int)');
  const fd = readdirSync('/proc/self/fd').find((name) => linkOf(name) === path);
  expect(fd, `somebody writes ${path}`).toBeDefined();
  expect(dup2(openSync('/dev/full', 'w'), Number(fd))).toBe(Number(fd));
}

function linkOf(fd: string): string | undefined {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch (error) {
    // The descriptor by which the folder was read is gone.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

describe('in mid-show', () => {
  it('music, lights, mDNS and the log file die, and each time the next order is obeyed as fast as ever', {
    timeout: 90_000,
  }, async ({ onTestFinished }) => {
    const { server, folder, lights } = await makeRig(onTestFinished);
    const said = (text: RegExp) => server.facade.snapshot().log.some((line) => text.test(line.text));
    const warns = (id: string) => {
      const view = server.facade.snapshot().drones.find(({ record }) => record.id === id);
      return JSON.stringify(view?.record.telemetry.warnings);
    };
    const breakLights = (id: string, how: 'throws' | 'hangs') => {
      const device = lights.get(id);
      if (!device) throw new Error(`no lights on ${id}`);
      expect(device.writes).toBeGreaterThan(1);
      device.how = how;
    };
    await flyAll(server);
    await until(() => said(/^music plays \(mpv\)/));
    const faults: [id: string, die: () => void, isTold: () => boolean][] = [
      [
        'drone-2',
        () => process.kill(Number(readFileSync(join(folder, 'bin', 'pid'), 'utf8')), 'SIGKILL'),
        () => said(/^music: mpv has ended \(SIGKILL\); the show goes on/),
      ],
      ['drone-3', () => breakLights('drone-3', 'throws'), () => warns('drone-3').includes('torn')],
      ['drone-4', () => breakLights('drone-4', 'hangs'), () => warns('drone-4').includes('took no colour')],
      [
        'drone-5',
        () => {
          const sockets = udpSocketsOn(mdnsPort);
          expect(sockets).toHaveLength(1);
          for (const socket of sockets) socket.close();
        },
        () => said(/^mDNS on 127\.0\.0\.1 does not work/),
      ],
      [
        'drone-6',
        () => fillDisk(join(folder, 'state', 'server.log')),
        () => said(/server\.log: the log is written no more \(ENOSPC/),
      ],
    ];
    await landSoon(server, 'drone-1');
    for (const [id, die, isTold] of faults) {
      die();
      await landSoon(server, id);
      await until(isTold, 5000, `${id}: nobody was told`);
    }
    await until(() => server.facade.snapshot().drones.every(({ isArmed }) => !isArmed), 20_000);
    expect(server.facade.snapshot().drones.every(({ record }) => record.isConnected)).toBe(true);
  });
});
