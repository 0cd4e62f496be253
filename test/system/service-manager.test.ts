/** The client and the manager of its service, over a real socket. Needs the Debian package socat. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Program } from '../support/program.js';
import { until } from '../support/until.js';

const dist = resolve(import.meta.dirname, '../../dist');

let folder: string;
const ends: (() => Promise<unknown>)[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'starling-notify-'));
});
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end();
  rmSync(folder, { recursive: true });
});

/** Datagrams as they come, with the moment of each. */
class Manager {
  readonly heard: { readonly atMs: number; readonly text: string }[] = [];
  readonly #child: ChildProcess;

  constructor(address: string) {
    this.#child = spawn('socat', ['-u', address, 'STDOUT'], { stdio: ['ignore', 'pipe', 'inherit'] });
    this.#child.stdout?.on('data', (chunk: Buffer) => {
      this.heard.push({ atMs: performance.now(), text: chunk.toString() });
    });
    ends.push(async () => {
      this.#child.kill();
      if (this.#child.exitCode === null && this.#child.signalCode === null) await once(this.#child, 'exit');
    });
  }

  get text(): string {
    return this.heard.map(({ text }) => text).join('');
  }

  get signs(): number {
    return this.text.split('WATCHDOG=1\n').length - 1;
  }
}

async function listenAt(path: string): Promise<Manager> {
  const manager = new Manager(`UNIX-RECV:${path}`);
  await until(() => existsSync(path), 5000, 'the socket');
  return manager;
}

/** The socket of that name is open: Linux lists those that are in no folder too. */
async function listenAbstract(name: string): Promise<Manager> {
  const manager = new Manager(`ABSTRACT-RECV:${name}`);
  const isOpen = () => readFileSync('/proc/net/unix', 'utf8').includes(`@${name}`);
  await until(isOpen, 5000, 'the socket');
  return manager;
}

function startDrone(env: NodeJS.ProcessEnv): Program {
  writeFileSync(join(folder, 'client.ini'), '[SERVER]\n');
  const wiring = ['--open', '--server', '127.0.0.1:1', '--data', join(folder, 'data')];
  const drone = new Program(
    ['drone', '--vehicle', 'sim:', '--config', join(folder, 'client.ini'), ...wiring],
    {
      env: { ...env, RUNTIME_DIRECTORY: folder },
    },
  );
  ends.push(() => drone.stop());
  return drone;
}

describe('the client as a service', () => {
  it('says that it is ready, what it does, that it lives, and that it ends; stopped, it says nothing', async () => {
    const path = join(folder, 'notify');
    const manager = await listenAt(path);
    const drone = startDrone({ NOTIFY_SOCKET: path, WATCHDOG_USEC: '2000000' });
    await until(() => manager.text.includes('READY=1\n'), 20_000, 'ready');
    await until(() => /STATUS=no server; autopilot heard; No task\n/.test(manager.text), 5000, 'status');
    await until(() => manager.signs >= 3, 5000, 'signs of life');
    expect(JSON.parse(readFileSync(join(folder, 'health'), 'utf8'))).toMatchObject({
      ...{ server: false, vehicle: true },
    });
    drone.signal('SIGSTOP');
    await new Promise((resume) => setTimeout(resume, 100));
    const signs = manager.signs;
    await new Promise((resume) => setTimeout(resume, 2000));
    expect(manager.signs).toBe(signs);
    drone.signal('SIGCONT');
    await until(() => manager.signs > signs, 5000, 'another sign of life');
    drone.signal('SIGTERM');
    await until(() => manager.text.includes('STOPPING=1\n'), 5000, 'the last word');
    expect(await drone.end()).toBe(0);
  });

  it('finds a manager whose socket is in no folder, and whose limit is not for this process', async () => {
    const name = `starling-test-${process.pid}`;
    const manager = await listenAbstract(name);
    const env = { NOTIFY_SOCKET: `@${name}`, WATCHDOG_USEC: '2000000', WATCHDOG_PID: '1' };
    startDrone(env);
    await until(() => /STATUS=.*autopilot heard/.test(manager.text), 20_000, 'status');
    expect([manager.text.includes('READY=1\n'), manager.signs]).toEqual([true, 0]);
  });

  it('asks root for nothing unless its unit says so', async () => {
    const requests = join(folder, 'run/starling-drone-requests');
    mkdirSync(requests, { recursive: true });
    mkdirSync(join(folder, 'data/update'), { recursive: true });
    writeFileSync(join(folder, 'data/update/package.deb'), 'of another client');
    const path = join(folder, 'notify');
    const manager = await listenAt(path);
    startDrone({ NOTIFY_SOCKET: path });
    await until(() => /STATUS=.*autopilot heard/.test(manager.text), 20_000, 'status');
    expect(readdirSync(join(folder, 'data/update'))).toEqual(['package.deb']);
    startDrone({ NOTIFY_SOCKET: path, STARLING_JOBS: folder });
    await until(
      () => readdirSync(join(folder, 'data/update')).length === 0,
      20_000,
      'what is left of an update',
    );
    expect(readdirSync(requests)).toEqual([]);
  });
});

/** Two loops in one process, as the client has them: one that feeds, one that hangs for 1.5 s. */
const hanging = `
  const { connectServiceManager } = await import('${dist}/drone-client/service/adapters/notify-socket.js');
  const { keepAlive } = await import('${dist}/drone-client/service/keep-alive.js');
  const { SystemClock } = await import('${dist}/lib/time/adapters/system-clock.js');
  const manager = await connectServiceManager(process.env, process.pid);
  const vitals = () => ({ server: undefined, isVehicleHeard: true, isArmed: true, task: 'fly', setpointAgeMs: 50 });
  const stop = keepAlive({ clock: new SystemClock(), manager, vitals, onWarning: () => undefined });
  setTimeout(() => {
    const untilMs = performance.now() + 1500;
    while (performance.now() < untilMs);
  }, 1200);
  setTimeout(() => {
    stop();
    console.log(Object.keys(process.env).filter((name) => /NOTIFY|WATCHDOG/.test(name)).length);
  }, 4000);
`;

describe('an event loop that stands', () => {
  it('gives no sign of life, and what else this program runs hears of no manager', async () => {
    const path = join(folder, 'notify');
    const manager = await listenAt(path);
    const child = spawn(process.execPath, ['--input-type=module', '-e', hanging], {
      env: { ...process.env, NOTIFY_SOCKET: path, WATCHDOG_USEC: '2000000' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => {
      said += chunk.toString();
    });
    await once(child, 'close');
    await until(() => manager.text.includes('STOPPING=1'), 5000, 'the last word');
    expect(said).toBe('0\n');
    const atMs = manager.heard.filter(({ text }) => text.includes('WATCHDOG=1')).map((one) => one.atMs);
    const gapsMs = atMs.slice(1).map((moment, i) => moment - (atMs[i] ?? 0));
    expect(Math.max(...gapsMs)).toBeGreaterThan(1400);
    expect(gapsMs.filter((gapMs) => gapMs < 1000).length).toBeGreaterThan(2);
  });
});
