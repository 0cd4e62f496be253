/** Drones and servers that prove who they are to each other, on real sockets; and those that can not. */
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { PreviewLed } from '../../drone-client/led/preview-led.js';
import { type StartDroneOptions, startDrone } from '../../drone-client/main.js';
import { type AcceptDatagram, Broadcaster, hearServer } from '../../lib/discovery/index.js';
import type { Json } from '../../lib/messaging/index.js';
import { fleetPath, updateFleet } from '../../lib/security/adapters/fleet-file.js';
import { connectPsk } from '../../lib/security/adapters/tls-psk.js';
import { DatagramGuard, DatagramSigner } from '../../lib/security/datagram-signature.js';
import type { DroneKey } from '../../lib/security/drone-key.js';
import { enroll, revoke } from '../../lib/security/fleet-secret.js';
import { deriveSigningKey, publicKeyHex } from '../../lib/security/keys.js';
import { SystemClock } from '../../lib/time/adapters/system-clock.js';
import { startServer } from '../../server/main.js';
import { StarlingServer } from '../../server/starling-server.js';
import { freeUdpPort } from '../lib/discovery/adapters/ports.js';
import { enrolledKey } from '../support/enrolled.js';
import { FakeVehicle } from '../support/fake-vehicle.js';
import { json, OldPeer } from '../support/old-peer.js';
import { Program, runProgram } from '../support/program.js';
import { until } from '../support/until.js';

const clock = new SystemClock();

type OnTestFinished = (end: () => Promise<void> | void) => void;

/** A server, and drones as they are asked for; everything ends with the test. */
async function makeRig(
  onTestFinished: OnTestFinished,
  { isOpen = false, isDiscoverable = false, ini = '' } = {},
) {
  const folder = mkdtempSync(join(tmpdir(), 'starling-test-'));
  const state = join(folder, 'state');
  const lines: string[] = [];
  const configPath = join(folder, 'server.ini');
  writeFileSync(configPath, ini);
  const server = await startServer({
    ...{ clock, version: '1.0.0', stateFolder: state, isHeadless: true, isOpen, configPath },
    ...{ port: 0, bind: '127.0.0.1', controlPort: 0, isDiscoverable, say: (line) => lines.push(line) },
  });
  onTestFinished(async () => {
    await server.close();
    rmSync(folder, { recursive: true });
  });
  const { facade } = server;
  const record = (id: string) =>
    server.facade.snapshot().drones.find(({ record }) => record.id === id)?.record;
  return {
    ...{ folder, state, server, lines },
    record,
    connection(id: string) {
      const connection = facade instanceof StarlingServer ? facade.connection(id) : undefined;
      if (!connection) throw new Error(`${id} is not connected`);
      return connection;
    },
    isConnected: (id: string) => record(id)?.isConnected === true,
    says: (text: string) =>
      until(
        () => lines.some((line) => line.includes(text)),
        8000,
        () => lines.join('\n'),
      ),
    async drone(id: string, options: Partial<StartDroneOptions>) {
      const vehicle = new FakeVehicle(clock);
      const log: string[] = [];
      const drone = await startDrone({
        ...{ clock, vehicle, id, version: '1.0.0', led: new PreviewLed(clock) },
        logger: pino({ base: null }, { write: (line: string) => void log.push(line) }),
        dataFolder: join(folder, `disk-${id}`),
        // One that is told where to listen goes by what it hears.
        ...(!options.discoveryPort && { server: { host: '127.0.0.1', port: server.dronePort } }),
        ...options,
      });
      onTestFinished(async () => {
        await drone.close();
        await vehicle.close();
      });
      const says = (text: string) =>
        until(
          () => log.join('').includes(text),
          8000,
          () => log.join(''),
        );
      return { drone, log, says };
    },
    async dial(localAddress = '127.0.0.1'): Promise<Socket> {
      const socket = connect({ host: '127.0.0.1', port: server.dronePort, localAddress });
      socket.on('error', () => undefined);
      onTestFinished(() => void socket.destroy());
      await once(socket, 'connect');
      return socket;
    },
  };
}

/** The key of somebody else's fleet. */
async function strangersKey(folder: string, id: string): Promise<DroneKey> {
  return enrolledKey(join(folder, 'another fleet'), id);
}

describe.concurrent('a secure server', () => {
  it('is joined by the drones that it enrolled, and by no other', async ({ onTestFinished }) => {
    const rig = await makeRig(onTestFinished);
    expect(rig.server.facade.snapshot().isOpen).toBe(false);
    expect(rig.lines.join()).toMatch(/secure: fleet [0-9a-f]{16}, 0 drones enrolled/);
    await rig.drone('one', { key: await enrolledKey(rig.state, 'one') });
    await until(() => rig.record('one')?.isAnswering === true);
    const stranger = await rig.drone('two', { key: await strangersKey(rig.folder, 'two') });
    await stranger.says('do not prove the same key');
    await rig.says('drone at 127.0.0.1 says it is two.1, which is not enrolled');
    await enrolledKey(rig.state, 'two');
    await rig.says('says it is two.1 and does not hold that key');
    await expect(rig.drone('three', {})).rejects.toThrow('"starling fleet enroll DRONE_ID');
    await rig.drone('three', { isOpen: true });
    await rig.says('drone at 127.0.0.1 speaks without a key: enroll it with');
    expect([rig.isConnected('one'), rig.record('two'), rig.record('three')]).toEqual([
      true,
      undefined,
      undefined,
    ]);
  });

  it('holds a drone to the name that it was enrolled under', async ({ onTestFinished }) => {
    const rig = await makeRig(onTestFinished);
    const { identity, psk } = await enrolledKey(rig.state, 'one');
    await enrolledKey(rig.state, 'two');
    const peer = new OldPeer(await connectPsk(await rig.dial(), { identity, psk }));
    const { request_id } = json(await peer.nextRequest('id')) as { request_id: string };
    peer.respond('id', request_id, 'two');
    await peer.closed();
    await rig.says('it says it is two and holds the key of one');
    const other = new OldPeer(await connectPsk(await rig.dial(), { identity, psk }));
    const hello = { protocol: 1, role: 'drone', software: 'x', version: '1', features: [] };
    other.action('hello', { ...hello, id: 'three' });
    await other.closed();
    await rig.says('it says it is three and holds the key of one');
    expect(rig.server.facade.snapshot().drones).toEqual([]);
    // The drone itself does not take another name either.
    const key = await enrolledKey(rig.state, 'one');
    await expect(rig.drone('two', { key })).rejects.toThrow(/holds the key of one and can not be called two/);
    const { drone } = await rig.drone('one', { key });
    expect(drone.id).toBe('one');
    await until(() => rig.isConnected('one'));
    const ask = (name: string, kwargs: { [key: string]: Json }) =>
      rig.connection('one').getResponse(name, { kwargs });
    await expect(ask('id', { new_id: 'two' })).rejects.toThrow(
      'holds the key of one and can not be called two',
    );
    await expect(ask('config', { config: { id: 'drone-99' } })).rejects.toThrow('can not be called drone-99');
    expect(JSON.stringify(await ask('config', {}))).not.toContain('drone-99');
    expect(await ask('id', {})).toBe('one');
  });

  it('can not tell a drone whom to obey', async ({ onTestFinished }) => {
    const rig = await makeRig(onTestFinished);
    const path = join(rig.folder, 'drone.ini');
    writeFileSync(path, '[SERVER]\nhost = 127.0.0.1\n[SECURITY]\nopen = true\n');
    const key = await enrolledKey(rig.state, 'one');
    await rig.drone('one', { key, configPath: path });
    await until(() => rig.isConnected('one'));
    const ask = (kwargs: { [key: string]: Json }) => rig.connection('one').getResponse('config', { kwargs });
    const closed = { SECURITY: { open: false } };
    await expect(ask({ config: closed })).rejects.toThrow('[SECURITY] says whom the drone obeys');
    await ask({ config: { SECURITY: { open: true }, LED: { use: false } } });
    await ask({ config: { LED: { use: true } }, mode: 'rewrite' });
    expect(readFileSync(path, 'utf8')).toMatch(/\[SECURITY\][\s\S]*open = true/i);
  });

  it('cuts a drone whose key is revoked and does not let it back, while others stay', async ({
    onTestFinished,
  }) => {
    const rig = await makeRig(onTestFinished);
    const key = await enrolledKey(rig.state, 'one');
    const lost = await rig.drone('one', { key });
    await rig.drone('two', { key: await enrolledKey(rig.state, 'two') });
    await until(() => rig.isConnected('one') && rig.isConnected('two'));
    await updateFleet(rig.state, (fleet) => revoke(fleet, 'one'));
    await until(() => !rig.isConnected('one'), 3000);
    await rig.says('one.1 holds a key that was revoked: its connection is cut');
    await lost.says('do not prove the same key');
    await rig.says('says it is one.1, which holds a key that was revoked');
    expect([rig.isConnected('one'), rig.isConnected('two')]).toEqual([false, true]);
    await lost.drone.close();
    await updateFleet(rig.state, (fleet) => enroll(fleet, 'one'));
    await rig.drone('one', { key: await enrolledKey(rig.state, 'one') });
    await until(() => rig.isConnected('one'));
    expect(rig.isConnected('two')).toBe(true);
  });

  it('is not disturbed by a hundred handshakes that stop half-way', async ({ onTestFinished }) => {
    const rig = await makeRig(onTestFinished);
    await rig.drone('one', { key: await enrolledKey(rig.state, 'one') });
    await until(() => rig.record('one')?.isAnswering === true);
    const half = await Promise.all(Array.from({ length: 100 }, () => rig.dial('127.0.0.2')));
    for (const socket of half) socket.write(Uint8Array.of(0x16, 0x03, 0x01, 0x02, 0x00, 0x01));
    await rig.drone('two', { key: await enrolledKey(rig.state, 'two') });
    await until(() => rig.isConnected('two'), 2000);
    expect(await rig.server.facade.ask('one', 'id')).toBe('one');
    expect(half.filter(({ destroyed }) => destroyed)).toEqual([]);
  });
});

describe.concurrent('an open server', () => {
  it('lets in anybody, but nobody without a key under a name that is enrolled', async ({
    onTestFinished,
  }) => {
    const rig = await makeRig(onTestFinished, { isOpen: true });
    expect(rig.server.facade.snapshot().isOpen).toBe(true);
    expect(rig.lines.join()).toMatch(/warning open: drones without a key are let in/);
    await rig.drone('one', { key: await enrolledKey(rig.state, 'one') });
    await rig.drone('free', { isOpen: true });
    await until(() => rig.isConnected('one') && rig.isConnected('free'));
    await enrolledKey(rig.state, 'two');
    await rig.drone('two', { isOpen: true });
    await rig.says('it says it is two, which is enrolled and comes in with its key only');
    expect(rig.record('two')).toBeUndefined();
  });

  it('is no server to an enrolled drone, unless that drone is open too', async ({ onTestFinished }) => {
    const rig = await makeRig(onTestFinished);
    const frames: number[] = [];
    // It answers every peer at once, as an old server does.
    const plain = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.on('data', (bytes: Uint8Array) => {
        frames.push(bytes[0] ?? -1);
        if (bytes[0] === 0x16) socket.end(Uint8Array.of(0, 2, 0x7b, 0x7d));
      });
    }).listen(0, '127.0.0.1');
    onTestFinished(() => void plain.close());
    await once(plain, 'listening');
    const { port } = plain.address() as AddressInfo;
    const there = { server: { host: '127.0.0.1', port } };
    const key = await enrolledKey(rig.state, 'one');
    const drone = await rig.drone('one', { key, ...there });
    await until(() => frames.length >= 3);
    expect(new Set(frames)).toEqual(new Set([0x16]));
    expect(drone.drone.isConnected).toBe(false);
    await drone.drone.close();
    const open = await rig.drone('one', { key, isOpen: true, ...there });
    await until(() => open.drone.isConnected);
    await open.says('talking to it without a key');
  });
});

/** Announces a server, each 0.1 s, until the test ends. */
function announce(
  onTestFinished: OnTestFinished,
  server: { readonly port: number; readonly udpPort: number; readonly secret?: Uint8Array },
): void {
  const { port, udpPort, secret } = server;
  const signer = secret && new DatagramSigner(deriveSigningKey(secret), () => Date.now());
  const broadcaster = new Broadcaster({
    ...{ clock, port: udpPort, delayMs: 100, onEvent: () => undefined },
    server: { port, id: secret ? 'signed' : 'unsigned', startTimeS: 1 },
    targets: () => [{ address: '127.255.255.255', host: '127.0.0.1' }],
    ...(signer && { sign: (action, kwargs) => signer.sign(action, kwargs) }),
  });
  onTestFinished(() => broadcaster.close());
}

const strangersSecret = new Uint8Array(32);

describe.concurrent('announcements', () => {
  it('that are forged or unsigned lead an enrolled drone nowhere', async ({ onTestFinished }) => {
    const rig = await makeRig(onTestFinished);
    const key = await enrolledKey(rig.state, 'one');
    const { secret } = await updateFleet(rig.state, (fleet) => fleet);
    const udpPort = await freeUdpPort();
    const knocks: Socket[] = [];
    const trap = createServer((socket) => knocks.push(socket)).listen(0, '127.0.0.1');
    onTestFinished(() => void trap.close());
    await once(trap, 'listening');
    const { port } = trap.address() as AddressInfo;
    announce(onTestFinished, { port, udpPort });
    announce(onTestFinished, { port, udpPort, secret: strangersSecret });
    const drone = await rig.drone('one', { key, discoveryPort: udpPort, mdnsInterfaces: [] });
    await drone.says('announcements that this fleet');
    expect(drone.log.join()).toMatch(
      /are ignored: \d+ unsigned, \d+ forged, 0 repeated, 0 not looked at so far/,
    );
    announce(onTestFinished, { port: rig.server.dronePort, udpPort, secret });
    await until(() => rig.isConnected('one'));
    expect(knocks).toEqual([]);
  });

  it('of an older server end a younger one only when they are signed by its fleet', async ({
    onTestFinished,
  }) => {
    const udpPort = await freeUdpPort();
    const ini = `[BROADCAST]\nlisten = true\nport = ${udpPort}\ndelay = 0.1\n`;
    const rig = await makeRig(onTestFinished, { isDiscoverable: true, ini });
    const { secret } = await updateFleet(rig.state, (fleet) => fleet);
    let ending = '';
    rig.server.ended.then((reason) => {
      ending = reason;
    });
    announce(onTestFinished, { port: 1, udpPort });
    announce(onTestFinished, { port: 2, udpPort, secret: strangersSecret });
    // What the server itself announces is heard after that: it is signed, and newer than what was forged.
    const own = await hearServer({ clock, port: udpPort, timeoutMs: 5000, accept: guardOf(secret) });
    expect(own?.port).toBe(rig.server.dronePort);
    await new Promise((resolve) => setTimeout(resolve, 250));
    expect(ending).toBe('');
    announce(onTestFinished, { port: 3, udpPort, secret });
    await until(() => ending !== '');
    expect(ending).toContain('two servers on one network: signed at 127.0.0.1:3 started');
  });
});

function guardOf(secret: Uint8Array): AcceptDatagram {
  const guard = new DatagramGuard(publicKeyHex(deriveSigningKey(secret)));
  return (action, kwargs) => guard.judge(action, kwargs) === 'accepted';
}

describe.concurrent('the command', () => {
  it('enrols, revokes and lists, and a running server and a drone go by it', async ({ onTestFinished }) => {
    const folder = mkdtempSync(join(tmpdir(), 'starling-test-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const state = join(folder, 'state');
    const env = { STARLING_STATE: state };
    const fleet = (...args: string[]) => runProgram(['fleet', ...args], { env });
    const keyFile = join(folder, 'drone-3.key.json');
    const wiring = ['--bind', '127.0.0.1', '--port', '0', '--control-port', '0'];
    const server = new Program(['server', '--headless', ...wiring], { env });
    onTestFinished(() => server.stop());
    const [, port = ''] = await server.says(/drones connect to 127\.0\.0\.1:(\d+)/);
    expect(statSync(fleetPath(state)).mode & 0o777).toBe(0o600);
    expect(await fleet('enroll', 'drone-3', '-o', keyFile)).toMatchObject({ code: 0, stdout: '' });
    expect(statSync(keyFile).mode & 0o777).toBe(0o600);
    const drone = [
      'drone',
      '--vehicle',
      'sim:',
      '--server',
      `127.0.0.1:${port}`,
      '--data',
      join(folder, 'disk'),
    ];
    const [keyless, list] = await Promise.all([runProgram(drone, { env }), fleet('list')]);
    expect(keyless).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('starling fleet enroll DRONE_ID'),
    });
    expect(list.stdout).toMatch(/^fleet [0-9a-f]{16}: 1 drones\ndrone-3 {2}enrolled {2}key 1\n$/);
    const flying = new Program([...drone, '--key', keyFile], { env });
    onTestFinished(() => flying.stop());
    await server.says(/drone-3 connected/);
    expect(await fleet('revoke', 'drone-3')).toMatchObject({ code: 0 });
    await server.says(/drone-3\.1 holds a key that was revoked: its connection is cut/);
    const json = await fleet('list', '--json');
    expect(JSON.parse(json.stdout).drones).toEqual([{ id: 'drone-3', number: 1, isRevoked: true }]);
  });

  it('refuses a simulated fleet without keys, and says what it can be given', async ({ onTestFinished }) => {
    const folder = mkdtempSync(join(tmpdir(), 'starling-test-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const sim = await runProgram(['sim', '--drones', '1', '--server', '127.0.0.1:1']);
    expect(sim).toMatchObject({ code: 2, stderr: expect.stringMatching(/--fleet DIR .*--open/) });
    const none = join(folder, 'none');
    const list = await runProgram(['fleet', 'list', '--state', none]);
    expect(list).toMatchObject({ code: 2, stderr: expect.stringContaining('start the server once') });
    expect(existsSync(none)).toBe(false);
  });
});
