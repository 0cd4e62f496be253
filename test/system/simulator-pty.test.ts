import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SerialPort } from 'serialport';
import { afterEach, expect, it } from 'vitest';
import { openPtyPair } from '../../drone-client/simulator/adapters/pty-pair.js';
import { startSerialSimulator } from '../../drone-client/simulator/adapters/serial-simulator.js';
import { DisconnectedError, UsageError } from '../../lib/errors.js';
import { SystemClock } from '../../lib/time/adapters/system-clock.js';
import { flyUpAndDown, RawPilot } from '../drone-client/simulator/raw-pilot.js';
import { Program } from '../support/program.js';
import { until } from '../support/until.js';

// Needs the Debian package socat; without it the tests fail and say so.
const options = {
  systemId: 7,
  seed: 1,
  settleMs: 500,
  startPositionM: { x: 0, y: 0, z: 0 },
  baudRate: 921_600,
};
const closers: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

function processes(): string {
  return spawnSync('ps', ['-eo', 'args'], { encoding: 'utf8' }).stdout;
}

function folder(): string {
  const path = mkdtempSync(join(tmpdir(), 'starling-pty-'));
  closers.push(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

async function openEnd(path: string): Promise<SerialPort> {
  const port = new SerialPort({ path, baudRate: options.baudRate, autoOpen: false });
  await new Promise<void>((resolve, reject) => port.open((error) => (error ? reject(error) : resolve())));
  closers.push(() => new Promise<void>((resolve) => (port.isOpen ? port.close(() => resolve()) : resolve())));
  return port;
}

it('flies over a serial line: arms, lifts and lands by plain MAVLink', async () => {
  const pair = await openPtyPair({ folder: folder() });
  closers.push(() => pair.close());
  const clock = new SystemClock();
  const simulator = await startSerialSimulator({ ...options, path: pair.vehiclePath, clock });
  closers.push(() => simulator.close());
  const port = await openEnd(pair.clientPath);
  const pilot = new RawPilot((bytes) => port.write(bytes));
  port.on('data', (bytes: Uint8Array) => pilot.hear(bytes));
  const flight = await flyUpAndDown(pilot, (forMs) => new Promise((resolve) => clock.after(forMs, resolve)));
  expect(flight.highestM).toBeGreaterThan(1.7);
  expect(flight.isBackDown).toBe(true);
  expect([...pilot.systems]).toEqual([7]);
  expect(simulator.autopilot.truth.armed).toBe(false);
});

it('ends socat with the pair, and the line is gone', async () => {
  const pair = await openPtyPair({ folder: folder() });
  expect(existsSync(pair.vehiclePath) && existsSync(pair.clientPath)).toBe(true);
  await pair.close();
  await pair.close();
  expect(existsSync(pair.vehiclePath) || existsSync(pair.clientPath)).toBe(false);
  expect(processes()).not.toContain(pair.vehiclePath);
});

it('leaves no socat behind when the program that needs it is killed', async () => {
  const temporary = folder();
  const args = ['sim', '--drones', '1', '--link', 'pty', '--open', '--server', '127.0.0.1:1'];
  const sim = new Program(args, { env: { TMPDIR: temporary } });
  closers.push(() => sim.stop());
  await sim.says(/drones fly/);
  expect(processes()).toContain(temporary);
  const killed = once(sim.child, 'exit');
  sim.signal('SIGKILL');
  await killed;
  await until(() => !processes().includes(temporary), 5000, 'the end of socat');
});

it('says what to do when there is no such folder, or no such line', async () => {
  await expect(openPtyPair({ folder: '/nowhere/at/all' })).rejects.toThrow(UsageError);
  const clock = new SystemClock();
  const missing = startSerialSimulator({ ...options, path: '/dev/no-such-line', clock });
  await expect(missing).rejects.toThrow(DisconnectedError);
  await expect(missing).rejects.toThrow(/\/dev\/no-such-line/);
});

it('says how to install socat where it is missing', async () => {
  const { PATH } = process.env;
  process.env.PATH = folder();
  try {
    await expect(openPtyPair({ folder: folder() })).rejects.toThrow(/apt install socat/);
  } finally {
    process.env.PATH = PATH;
  }
});
