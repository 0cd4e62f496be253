/** Land and stop by datagram, while the connection is held up, lost or slow: real sockets, real keys. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { PreviewLed } from '../../drone-client/led/preview-led.js';
import { type StartDroneOptions, startDrone } from '../../drone-client/main.js';
import {
  acknowledgementKey,
  addresseeOf,
  type EmergencyAction,
  encodeOrder,
  type SignOrder,
} from '../../lib/emergency/emergency-wire.js';
import { updateFleet } from '../../lib/security/adapters/fleet-file.js';
import { DatagramSigner } from '../../lib/security/datagram-signature.js';
import { deriveSigningKey } from '../../lib/security/keys.js';
import { SystemClock } from '../../lib/time/adapters/system-clock.js';
import { startServer } from '../../server/main.js';
import { StarlingServer } from '../../server/starling-server.js';
import { enrolledKey } from '../support/enrolled.js';
import { FakeVehicle } from '../support/fake-vehicle.js';
import { HeldLink } from '../support/held-link.js';
import { until } from '../support/until.js';

const clock = new SystemClock();

type OnTestFinished = (end: () => Promise<void> | void) => void;

/** A server, and drones whose connections go through a proxy; datagrams go straight. */
async function makeRig(onTestFinished: OnTestFinished, { isOpen = false } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'starling-test-'));
  const state = join(folder, 'state');
  const lines: string[] = [];
  const server = await startServer({
    ...{ clock, version: '1.0.0', stateFolder: state, isHeadless: true, isOpen, port: 0, bind: '127.0.0.1' },
    ...{ controlPort: 0, isDiscoverable: false, say: (line) => lines.push(line) },
  });
  const link = await HeldLink.open(server.dronePort);
  onTestFinished(async () => {
    link.close();
    await server.close();
    rmSync(folder, { recursive: true });
  });
  const { facade } = server;
  const record = (id: string) => facade.snapshot().drones.find(({ record }) => record.id === id)?.record;
  const peer = (id: string) => (facade instanceof StarlingServer ? facade.connection(id)?.peer : undefined);
  return {
    ...{ state, server, link, lines, record, peer, operations: facade.operations },
    async drone(id: string, options: Partial<StartDroneOptions> = {}) {
      const vehicle = new FakeVehicle(clock);
      const log: string[] = [];
      const drone = await startDrone({
        ...{ clock, vehicle, id, version: '1.0.0', led: new PreviewLed(clock) },
        logger: pino({ base: null }, { write: (line: string) => void log.push(line) }),
        dataFolder: join(folder, `disk-${id}`),
        server: { host: '127.0.0.1', port: link.port },
        ...(isOpen ? { isOpen } : { key: await enrolledKey(state, id) }),
        ...options,
      });
      const close = async () => {
        await drone.close();
        await vehicle.close();
      };
      onTestFinished(close);
      await until(() => peer(id)?.udp !== undefined && record(id)?.isAnswering === true);
      vehicle.set({ armed: true, mode: 'OFFBOARD', landed: 'in_air', systemStatus: 'ACTIVE' });
      const count = (what: string) => vehicle.commands.filter((command) => command === what).length;
      const says = (text: string) =>
        until(
          () => log.join('').includes(text),
          4000,
          () => log.join(''),
        );
      // The drone tells what it knows of the server's clock.
      const knowsTime = () => until(() => Array.isArray(record(id)?.telemetry.show_clock));
      return { vehicle, count, log, says, close, isConnected: () => drone.isConnected, knowsTime };
    },
    /** An order for a drone as its own server names it. */
    async orderFor(id: string, command: string, what: EmergencyAction = 'land') {
      const key = acknowledgementKey((await enrolledKey(state, id)).psk);
      const said = { id: 'x', epoch: 9_999_999_999, command, what } as const;
      return { ...said, to: [addresseeOf({ id, boot: peer(id)?.boot ?? '', key }, said)] };
    },
    async signer(offsetMs = 0): Promise<SignOrder> {
      const { secret } = await updateFleet(state, (fleet) => fleet);
      const signer = new DatagramSigner(deriveSigningKey(secret), () => Date.now() + offsetMs);
      return (action, kwargs) => signer.sign(action, kwargs);
    },
  };
}

/** Sends a datagram from a port of its own. */
async function throwAt(port: number, datagram: Uint8Array): Promise<void> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.send(datagram, port, '127.0.0.1', () => resolve()));
  socket.close();
}

describe.concurrent('a command that ends flights', () => {
  it('is obeyed at once though the connection is held up, and once when it comes through', async ({
    onTestFinished,
  }) => {
    const rig = await makeRig(onTestFinished);
    const one = await rig.drone('one');
    const two = await rig.drone('two');
    rig.link.hold(true);
    const beganMs = clock.monotonicMs();
    const results = await rig.operations.land(['one', 'two']);
    expect(clock.monotonicMs() - beganMs).toBeLessThan(300);
    expect(results).toEqual([
      { id: 'one', ok: true, message: 'told by datagram' },
      { id: 'two', ok: true, message: 'told by datagram' },
    ]);
    expect([one.count('land'), two.count('land')]).toEqual([1, 1]);
    rig.link.hold(false);
    await until(() => one.log.filter((line) => line.includes('land: done')).length === 2);
    expect([one.count('land'), two.count('land')]).toEqual([1, 1]);
  });

  it('is not done twice where that could be seen', async ({ onTestFinished }) => {
    const rig = await makeRig(onTestFinished);
    const one = await rig.drone('one');
    rig.link.hold(true);
    expect(await rig.operations.endFlight('kill', ['one'])).toMatchObject([{ ok: true }]);
    rig.link.hold(false);
    await until(() => one.log.filter((line) => line.includes('kill: done')).length === 2);
    expect(one.count('kill')).toBe(1);
  });

  it('reaches a drone that the server has lost, and tells by which way', async ({ onTestFinished }) => {
    const rig = await makeRig(onTestFinished);
    const one = await rig.drone('one');
    rig.link.cutFromServer();
    await until(() => rig.record('one')?.isConnected === false);
    expect(await rig.operations.land(['one'])).toEqual([
      { id: 'one', ok: true, message: 'told by datagram' },
    ]);
    expect(one.count('land')).toBe(1);
    await one.close();
    const [gone] = await rig.operations.land(['one']);
    expect(gone).toMatchObject({ ok: false, code: 'unreachable' });
    expect(gone?.message).toBe('not connected; told by datagram for 10 s, no answer yet');
  });

  it('comes with the reason when the drone refuses it', async ({ onTestFinished }) => {
    const rig = await makeRig(onTestFinished);
    const one = await rig.drone('one');
    one.vehicle.moveTo({ x: 0, y: 0, z: 5 });
    rig.link.hold(true);
    const byDatagram = await rig.operations.disarm(['one']);
    rig.link.hold(false);
    const byLink = await rig.operations.disarm(['one']);
    expect(byDatagram).toMatchObject([
      { ok: false, code: 'refused', message: expect.stringContaining('in the air') },
    ]);
    expect(byDatagram).toEqual(byLink);
  });

  it('is not undone by what was said before it and is heard after it', async ({ onTestFinished }) => {
    const rig = await makeRig(onTestFinished);
    const one = await rig.drone('one');
    await until(() => rig.record('one')?.telemetry.fcu_status === 'ACTIVE');
    rig.link.hold(true);
    const before = rig.operations.order('flip', ['one']);
    // It has left the server by then.
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await rig.operations.land(['one'])).toMatchObject([{ ok: true }]);
    rig.link.hold(false);
    expect(await before).toMatchObject([{ ok: false, code: 'overtaken' }]);
    expect(one.count('land')).toBe(1);
  });

  it('is over, for what follows, though its connection was dead already and a new one had begun', async ({
    onTestFinished,
  }) => {
    const rig = await makeRig(onTestFinished);
    const one = await rig.drone('one');
    await until(() => rig.record('one')?.telemetryAtMs !== undefined);
    const before = rig.record('one')?.address;
    rig.link.cutFromDrones();
    await until(() => !one.isConnected());
    await until(one.isConnected);
    expect(await rig.operations.land(['one'])).toMatchObject([{ ok: true, message: 'told by datagram' }]);
    expect(rig.record('one')?.address).toBe(before);
    await until(() => rig.record('one')?.address !== before && rig.peer('one') !== undefined);
    await until(() =>
      rig.lines.some((line) => line.includes('land one: sent again by its new connection, done')),
    );
    const [flip] = await rig.operations.order('flip', ['one']);
    expect(flip?.code).not.toBe('overtaken');
    expect(one.count('land')).toBe(1);
  });

  it('needs no signature in an open fleet', async ({ onTestFinished }) => {
    const rig = await makeRig(onTestFinished, { isOpen: true });
    const one = await rig.drone('one');
    rig.link.hold(true);
    expect(await rig.operations.land(['one'])).toMatchObject([{ ok: true, message: 'told by datagram' }]);
    expect(one.count('land')).toBe(1);
  });
});

describe.concurrent('a datagram', () => {
  it("without a signature, with a stranger's, or for somebody else lands nobody", async ({
    onTestFinished,
  }) => {
    const rig = await makeRig(onTestFinished);
    const one = await rig.drone('one');
    const { udp = 0 } = rig.peer('one') ?? {};
    const order = await rig.orderFor('one', 'abc-1');
    const stranger = new DatagramSigner(deriveSigningKey(new Uint8Array(32)), () => Date.now());
    await throwAt(
      udp,
      encodeOrder(order, (_action, kwargs) => kwargs),
    );
    await one.says('emergency datagrams are ignored: 1 unsigned');
    await throwAt(
      udp,
      encodeOrder(order, (action, kwargs) => stranger.sign(action, kwargs)),
    );
    await throwAt(udp, encodeOrder({ ...order, to: ['somebody-else'] }, await rig.signer()));
    await throwAt(
      udp,
      encodeOrder({ ...(await rig.orderFor('one', 'abc-2', 'stop')), epoch: undefined }, await rig.signer()),
    );
    await one.says('stop: done, told by datagram');
    expect(one.count('land')).toBe(0);
  });

  it('that is forged comes by the thousand: few are looked at, and the order of the server gets through', async ({
    onTestFinished,
  }) => {
    const rig = await makeRig(onTestFinished);
    const one = await rig.drone('one');
    const { udp = 0 } = rig.peer('one') ?? {};
    const stranger = new DatagramSigner(deriveSigningKey(new Uint8Array(32)), () => Date.now());
    // Somebody has heard how a real order names this drone.
    const order = await rig.orderFor('one', 'abc-1', 'kill');
    const forged = Array.from({ length: 1000 }, () =>
      encodeOrder(order, (action, kwargs) => stranger.sign(action, kwargs)),
    );
    rig.link.hold(true);
    const flooder = createSocket('udp4');
    onTestFinished(() => void flooder.close());
    flooder.bind(0, '127.0.0.2');
    await once(flooder, 'listening');
    for (const datagram of forged) flooder.send(datagram, udp, '127.0.0.1');
    expect(await rig.operations.land(['one'])).toMatchObject([{ ok: true, message: 'told by datagram' }]);
    expect([one.count('land'), one.count('kill')]).toEqual([1, 0]);
    await one.says('20 forged, 1 flood');
  });

  it('that was recorded lands nobody after a restart', async ({ onTestFinished }) => {
    const rig = await makeRig(onTestFinished);
    const one = await rig.drone('one');
    const { udp = 0 } = rig.peer('one') ?? {};
    const order = await rig.orderFor('one', 'abc-1');
    const recorded = encodeOrder(order, await rig.signer());
    await throwAt(udp, recorded);
    await one.says('land: done, told by datagram');
    await throwAt(udp, recorded);
    expect(one.count('land')).toBe(1);
    await one.close();
    await until(() => rig.record('one')?.isConnected === false);
    const again = await rig.drone('one');
    await throwAt(rig.peer('one')?.udp ?? 0, recorded);
    await again.says('emergency datagrams are ignored: 1 foreign');
    expect(again.count('land')).toBe(0);
  });

  it('that was recorded on its way, and never came, lands nobody later', async ({ onTestFinished }) => {
    const rig = await makeRig(onTestFinished);
    const one = await rig.drone('one');
    const { udp = 0 } = rig.peer('one') ?? {};
    await one.knowsTime();
    // Whoever has recorded it may cut the connection first: on the next one no time is told yet.
    rig.link.cutFromDrones();
    await until(() => !one.isConnected());
    await until(one.isConnected);
    await throwAt(udp, encodeOrder(await rig.orderFor('one', 'abc-1'), await rig.signer(-20_000)));
    await one.says('emergency datagrams are ignored: 1 late');
    await throwAt(udp, encodeOrder(await rig.orderFor('one', 'abc-2', 'stop'), await rig.signer(-5_000)));
    await one.says('stop: done, told by datagram');
    expect(one.count('land')).toBe(0);
  });
});
