import { Buffer } from 'node:buffer';
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SerialPort } from 'serialport';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startSimulator } from '../../drone-client/simulator/adapters/udp-simulator.js';
import { createVehicle } from '../../drone-client/vehicle/adapters/create-vehicle.js';
import type { LinkReport } from '../../drone-client/vehicle/adapters/link-reports.js';
import { openSerialLink } from '../../drone-client/vehicle/adapters/serial-link.js';
import type { MavlinkLink } from '../../drone-client/vehicle/mavlink/link.js';
import {
  describeLineContract,
  describeLinkContract,
  drive,
  type LinkRig,
  type RigOptions,
} from '../drone-client/vehicle/link-contract.js';
import { FakeClock } from '../support/fake-clock.js';

// Needs the Debian package `socat`, which makes the pseudo-terminals. Throws ENOENT without it.
execFileSync('socat', ['-V']);

type Port = Awaited<ReturnType<typeof SerialPort.binding.open>>;

/** A cable between two serial devices, or a device and an address, that can be pulled. */
class Cable {
  readonly device: string;
  readonly #otherEnd: string;
  #socat: ChildProcess | undefined;

  /** `device` is a path; so is `otherEnd`, or it is an address of socat's. */
  constructor(device: string, otherEnd: string) {
    this.device = device;
    this.#otherEnd = otherEnd;
  }

  async plug(): Promise<void> {
    const pty = (path: string) => `PTY,link=${path},raw,echo=0`;
    const isPath = this.#otherEnd.startsWith('/');
    const other = isPath ? pty(this.#otherEnd) : this.#otherEnd;
    this.#socat = spawn('socat', [pty(this.device), other], { stdio: 'ignore' });
    const giveUpMs = performance.now() + 5000;
    while (!existsSync(this.device) || (isPath && !existsSync(this.#otherEnd))) {
      if (performance.now() > giveUpMs) throw new Error('socat made no devices');
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }

  async pull(): Promise<void> {
    const socat = this.#socat;
    if (!socat) return;
    this.#socat = undefined;
    const ended = once(socat, 'exit');
    socat.kill('SIGTERM');
    await ended;
  }
}

/** The autopilot's end of the cable. */
class Peer {
  #port: Port | undefined;
  #chunks: Buffer[] = [];
  #resume: () => void = () => undefined;
  #stalled: Promise<void> | undefined;
  #said: Promise<void> = Promise.resolve();

  async open(path: string): Promise<void> {
    this.#chunks = [];
    const port = await SerialPort.binding.open({ path, baudRate: 921_600 });
    this.#port = port;
    void this.#read(port);
  }

  say(bytes: Uint8Array): void {
    const own = Buffer.from(bytes);
    const write = () => this.#port?.write(own);
    this.#said = this.#said.then(write).catch(() => undefined);
  }

  heard(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  stall(): void {
    this.#stalled = new Promise((resolve) => {
      this.#resume = resolve;
    });
  }

  resume(): void {
    this.#stalled = undefined;
    this.#resume();
  }

  async close(): Promise<void> {
    this.resume();
    const port = this.#port;
    this.#port = undefined;
    await port?.close().catch(() => undefined);
  }

  async #read(port: Port): Promise<void> {
    const buffer = Buffer.alloc(4096);
    try {
      while (port.isOpen) {
        await this.#stalled;
        const { bytesRead } = await port.read(buffer, 0, buffer.length);
        this.#chunks.push(Buffer.from(buffer.subarray(0, bytesRead)));
      }
    } catch (error) {
      // The cable was pulled, or the port closed: nothing is heard any more.
      if (!(error instanceof Error)) throw error;
    }
  }
}

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'starling-serial-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

async function serialRig({ clock, onReport }: RigOptions): Promise<LinkRig> {
  const cable = new Cable(join(folder, 'drone'), join(folder, 'autopilot'));
  await cable.plug();
  const peer = new Peer();
  await peer.open(join(folder, 'autopilot'));
  let isOpen = false;
  const link = openSerialLink({
    path: cable.device,
    baudRate: 921_600,
    clock,
    onReport: (report) => {
      isOpen = true;
      onReport(report);
    },
  });
  await drive(clock, () => isOpen, 'the opening');
  return {
    link,
    say: (bytes) => peer.say(bytes),
    heard: () => peer.heard(),
    vanish: async () => {
      await cable.pull();
      await peer.close();
    },
    comeBack: async () => {
      await cable.plug();
      await peer.open(join(folder, 'autopilot'));
    },
    stall: () => peer.stall(),
    resume: () => peer.resume(),
    end: async () => {
      await link.close();
      await peer.close();
      await cable.pull();
    },
  };
}

describeLinkContract('a serial device', serialRig);
describeLineContract('a serial device', serialRig);

describe('a serial device that does not open', () => {
  const closers: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0)) await close();
  });

  async function reportsOf(path: string): Promise<LinkReport[]> {
    const clock = new FakeClock();
    const reports: LinkReport[] = [];
    const link: MavlinkLink = openSerialLink({
      path,
      baudRate: 57_600,
      clock,
      onReport: (report) => reports.push(report),
    });
    closers.push(() => link.close());
    await drive(clock, () => reports.length > 0, 'the report');
    for (let turn = 0; turn < 5; turn += 1) await clock.advance(1000);
    return reports;
  }

  it('is named when it is not there, with what to look at, once', async () => {
    const path = join(folder, 'nothing');
    const reports = await reportsOf(path);
    expect(reports).toHaveLength(1);
    expect(reports[0]?.text).toContain(`serial ${path} at 57600 baud: there is no such device`);
    expect(reports[0]?.text).toContain('enable_uart=1');
  });

  it('is named when another program has it, and opened when that one has ended', async () => {
    const cable = new Cable(join(folder, 'drone'), join(folder, 'autopilot'));
    await cable.plug();
    closers.push(() => cable.pull());
    const other = await SerialPort.binding.open({ path: cable.device, baudRate: 57_600 });
    const clock = new FakeClock();
    const reports: LinkReport[] = [];
    const onReport = (report: LinkReport) => reports.push(report);
    const link = openSerialLink({ path: cable.device, baudRate: 57_600, clock, onReport });
    closers.unshift(() => link.close());
    await drive(clock, () => reports.length > 0, 'the report');
    expect(reports[0]?.text).toContain('another program has it open');
    await other.close();
    await drive(clock, () => reports.length > 1, 'the opening');
    expect(reports[1]?.kind).toBe('open');
  });

  it('is named when it is no serial device', async () => {
    const [report] = await reportsOf('/dev/null');
    expect(report?.text).toContain('/dev/null at 57600 baud: it is no serial device');
  });
});

describe('a vehicle over a serial device', () => {
  it('is lost when the cable is pulled, and there again by itself when it is plugged', async () => {
    const clock = new FakeClock();
    const startPositionM = { x: 0, y: 0, z: 0 };
    const simulator = await startSimulator({ clock, systemId: 4, seed: 1, startPositionM });
    const cable = new Cable(join(folder, 'drone'), `UDP:127.0.0.1:${simulator.port}`);
    await cable.plug();
    const vehicle = await createVehicle({ kind: 'serial', path: cable.device, baudRate: 921_600 }, { clock });
    try {
      await drive(clock, () => vehicle.state.connected, 'the connection');
      await cable.pull();
      await drive(clock, () => !vehicle.state.connected, 'the loss');
      await cable.plug();
      await drive(clock, () => vehicle.state.connected, 'the return');
    } finally {
      await vehicle.close();
      await cable.pull();
      await simulator.close();
    }
  });
});
