import { Buffer } from 'node:buffer';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { minimal } from 'mavlink-mappings';
import { afterEach, describe, expect, it } from 'vitest';
import { startTcpSimulator } from '../../../drone-client/simulator/adapters/tcp-simulator.js';
import {
  type CreateVehicleOptions,
  createVehicle,
} from '../../../drone-client/vehicle/adapters/create-vehicle.js';
import { MavlinkDecoder, MavlinkEncoder } from '../../../drone-client/vehicle/mavlink/codec.js';
import { MavlinkSigner } from '../../../drone-client/vehicle/mavlink/signing.js';
import { parseVehicleUrl } from '../../../drone-client/vehicle/vehicle-url.js';
import { FakeClock } from '../../support/fake-clock.js';
import { drive } from './link-contract.js';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../../..');
const closers: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

async function opened(url: string, options: CreateVehicleOptions) {
  const vehicle = await createVehicle(parseVehicleUrl(url), options);
  closers.push(() => vehicle.close());
  return vehicle;
}

/** An autopilot's socket: what it hears, and who spoke to it. */
async function udpPeer() {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  closers.push(() => socket.close());
  const frames: Buffer[] = [];
  let port = 0;
  socket.on('message', (bytes, from) => {
    frames.push(bytes);
    port = from.port;
  });
  return {
    port: socket.address().port,
    frames,
    say: (bytes: Uint8Array) => socket.send(bytes, port, '127.0.0.1'),
  };
}

function heartbeat(): minimal.Heartbeat {
  const fields = { type: 2, autopilot: 12, baseMode: 1, systemStatus: 3, mavlinkVersion: 3 };
  return Object.assign(new minimal.Heartbeat(), fields);
}

/** What a module and all that it imports at once import; not what it imports when it is needed. */
function staticImports(path: string, seen = new Set<string>()): Set<string> {
  const source = readFileSync(path, 'utf8');
  for (const [, typeOnly, specifier = ''] of source.matchAll(
    /(?:^|\n)\s*(?:import|export)\s(type\s)?[^;]*?from\s+'([^']+)'/g,
  )) {
    if (typeOnly) continue;
    const target = specifier.startsWith('.')
      ? resolve(dirname(path), specifier).replace(/\.js$/, '.ts')
      : specifier;
    if (seen.has(target)) continue;
    seen.add(target);
    if (specifier.startsWith('.')) staticImports(target, seen);
  }
  return seen;
}

describe('createVehicle', () => {
  it('loads no serial driver for those who have no serial device', () => {
    const imports = staticImports(resolve(root, 'drone-client/vehicle/adapters/create-vehicle.ts'));
    expect([...imports]).toContain(resolve(root, 'drone-client/vehicle/mavlink/codec.ts'));
    expect([...imports]).not.toContain('serialport');
    const serial = staticImports(resolve(root, 'drone-client/vehicle/adapters/serial-link.ts'));
    expect([...serial]).toContain('serialport');
  });

  it('speaks as a companion of the autopilot, or as it is told', async () => {
    for (const [options, systemId, componentId] of [
      ['?sysid=7', 7, 191],
      ['?sysid=7&own_sysid=8&compid=192', 8, 192],
    ] as const) {
      const clock = new FakeClock();
      const peer = await udpPeer();
      await opened(`udp:127.0.0.1:${peer.port}${options}`, { clock });
      await drive(clock, () => peer.frames.length > 0, 'the first frame');
      const received = new MavlinkDecoder().push(peer.frames[0] ?? Buffer.alloc(0));
      expect(received[0]).toMatchObject({ systemId, componentId });
    }
  });

  it('signs with a key, and hears only who has it', async () => {
    const clock = new FakeClock();
    const peer = await udpPeer();
    const signingKey = Buffer.alloc(32, 'k');
    const vehicle = await opened(`udp:127.0.0.1:${peer.port}?sysid=7`, { clock, signingKey });
    await drive(clock, () => peer.frames.length > 0, 'the first frame');
    const signer = new MavlinkSigner({ key: signingKey, linkId: 1, utcMs: () => clock.utcMs() });
    const atPeer = new MavlinkDecoder({ signer });
    expect(atPeer.push(peer.frames[0] ?? Buffer.alloc(0))).toHaveLength(1);
    const from = { systemId: 7, componentId: 1 };
    const strangers = new MavlinkSigner({
      key: Buffer.alloc(32, 'x'),
      linkId: 1,
      utcMs: () => clock.utcMs(),
    });
    const before = clock.monotonicMs();
    await drive(clock, () => {
      peer.say(new MavlinkEncoder(from).encode(heartbeat()));
      peer.say(new MavlinkEncoder(from, { signer: strangers }).encode(heartbeat()));
      return clock.monotonicMs() - before > 300;
    });
    expect(vehicle.state.connected).toBe(false);
    const encoder = new MavlinkEncoder(from, { signer });
    await drive(clock, () => {
      peer.say(encoder.encode(heartbeat()));
      return vehicle.state.connected;
    });
  });

  it.each([
    ['sim:', 'AUTO.LOITER'],
    ['sim:?autopilot=ardupilot', 'STABILIZE'],
  ])('simulates the autopilot that %s names', async (url, mode) => {
    const clock = new FakeClock();
    const vehicle = await opened(url, { clock });
    await clock.advance(3000);
    expect(vehicle.state).toMatchObject({ connected: true, mode });
  });

  it('refuses a key that is none', async () => {
    const made = createVehicle(parseVehicleUrl('sim:'), {
      clock: new FakeClock(),
      signingKey: Buffer.alloc(31),
    });
    await expect(made).rejects.toThrow('a signing key has 32 bytes, not 31');
  });

  it('meets an autopilot over TCP that is started later, and again after it was away', async () => {
    const clock = new FakeClock();
    const options = { clock, systemId: 5, seed: 1, startPositionM: { x: 0, y: 0, z: 0 } };
    const first = await startTcpSimulator(options);
    const { port } = first;
    await first.close();
    const lines: string[] = [];
    const note = (_fields: object, text: string) => lines.push(text);
    const vehicle = await opened(`tcp:127.0.0.1:${port}`, {
      clock,
      logger: { info: note, warn: note, error: note },
    });
    await drive(clock, () => lines.length > 0, 'the warning');
    for (const round of [1, 2]) {
      const simulator = await startTcpSimulator({ ...options, port });
      closers.push(() => simulator.close());
      await drive(clock, () => vehicle.state.connected, `connection ${round}`);
      if (round === 2) break;
      await simulator.close();
      await clock.advance(5000);
      expect(vehicle.state.connected).toBe(false);
    }
    expect(lines[0]).toContain('nobody listens there');
    expect(lines[1]).toBe(`tcp 127.0.0.1:${port}: open`);
  });
});
