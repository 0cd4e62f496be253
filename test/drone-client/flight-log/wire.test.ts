/** A drone's flight logs over TCP, as a peer of raw bytes sees them. */
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { flightLogRequests } from '../../../drone-client/flight-log/flight-log-requests.js';
import { ConnectionManager, Endpoint, type Kwargs } from '../../../lib/messaging/index.js';
import { SystemClock } from '../../../lib/time/index.js';
import { json, type OldFrame, OldPeer } from '../../support/old-peer.js';
import { fileIn, folderRig, namesIn, type Rig, readStream } from './support.js';

const closers: (() => unknown)[] = [];
afterEach(() => {
  for (const close of closers.splice(0).reverse()) close();
});

/** A recorder that has flown once, and a raw peer that is connected to it. */
async function flownDrone(): Promise<{ rig: Rig; folder: string; peer: OldPeer }> {
  const { rig, folder } = await folderRig();
  await rig.fly(8000);
  await rig.log.close();
  const endpoint = new Endpoint();
  for (const [name, answer] of Object.entries(flightLogRequests(rig.log)))
    endpoint.requestCallback(name, (_connection, ...rest) => answer(rest.at(-1) as Kwargs));
  endpoint.requestCallback('land', () => ({ ok: true }));
  const server: Server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const accepted = once(server, 'connection');
  const peer = await OldPeer.connect((server.address() as AddressInfo).port);
  const [socket] = await accepted;
  const hello = { protocol: 1, role: 'drone', id: 'a', software: 's', version: '1', features: [] } as const;
  const connection = new ConnectionManager({ endpoint, clock: new SystemClock(), hello });
  connection.connect(socket);
  closers.push(
    () => server.close(),
    () => connection.close(),
    () => peer.close(),
  );
  peer.action('hello', { ...hello, role: 'server', features: ['errors'] });
  return { rig, folder, peer };
}

let lastId = 0;
async function ask(peer: OldPeer, name: string, kwargs: Record<string, unknown> = {}): Promise<OldFrame> {
  const id = `ask-${lastId++}`;
  peer.request(name, id, kwargs);
  return peer.next(({ header }) => header.request_id === id);
}

async function refusal(peer: OldPeer, name: string, kwargs: Record<string, unknown> = {}): Promise<string> {
  const answer = json(await ask(peer, name, kwargs)) as { error?: { code: string } };
  return answer.error?.code ?? 'no error';
}

it('lists its logs and gives them in parts, as binary, until the end', async () => {
  const { folder, peer } = await flownDrone();
  const [name] = await namesIn(folder);
  const whole = await fileIn(folder, name);
  const { value } = json(await ask(peer, 'flight_logs')) as { value: unknown };
  const utcMs = 1_700_000_000_000;
  expect(value).toEqual([{ name, bytes: whole.length, isComplete: true, isOpen: false, utcMs }]);
  const parts: Buffer[] = [];
  for (let offset = 0; ; offset += 65_536) {
    const { header, content } = await ask(peer, 'flight_log_part', { name, offset, length: 65_536 });
    expect(header['content-type']).toBe('binary');
    if (content.length === 0) break;
    parts.push(content);
  }
  expect(parts.length).toBeGreaterThan(2);
  expect(Buffer.concat(parts).equals(whole)).toBe(true);
  expect(readStream(Buffer.concat(parts)).isDone).toBe(true);
});

it.each(['../secret', '/etc/passwd', '0001-20240101T000000Z.mcap/../secret', 'secret', '', 7, null])(
  'gives nothing under the name %j',
  async (name) => {
    const { folder, peer } = await flownDrone();
    await writeFile(join(folder, 'secret'), 'secret');
    expect(await refusal(peer, 'flight_log_part', { name, offset: 0, length: 10 })).toBe('bad_argument');
  },
);

it('looks at the name before it touches the disk', async () => {
  const read = () => expect.fail('the disk was asked');
  const { flight_log_part } = flightLogRequests({ list: read, read });
  const kwargs = { name: '../secret', offset: 0, length: 1 };
  await expect(flight_log_part?.(kwargs)).rejects.toMatchObject({ code: 'bad_argument' });
});

it.each([
  { offset: -1, length: 10 },
  { offset: 0.5, length: 10 },
  { offset: 0, length: 65_537 },
  { offset: 0, length: -1 },
  { offset: 2 ** 53, length: 1 },
  { offset: 0 },
])('refuses the place %o', async (place) => {
  const { folder, peer } = await flownDrone();
  const [name] = await namesIn(folder);
  expect(await refusal(peer, 'flight_log_part', { name, ...place })).toBe('bad_argument');
});

it('knows no log that is not there', async () => {
  const { peer } = await flownDrone();
  const name = '0009-20240101T000000Z.mcap';
  expect(await refusal(peer, 'flight_log_part', { name, offset: 0, length: 10 })).toBe('no_file');
});

it('refuses all of it while the motors run', async () => {
  const { rig, folder, peer } = await flownDrone();
  const [name] = await namesIn(folder);
  rig.state.armed = true;
  expect(await refusal(peer, 'flight_logs')).toBe('armed');
  expect(await refusal(peer, 'flight_log_part', { name, offset: 0, length: 10 })).toBe('armed');
});

it('tells a log that was cut off, and one that is being written, from a complete one', async () => {
  const { rig, folder, peer } = await flownDrone();
  const [name] = await namesIn(folder);
  const whole = await fileIn(folder, name);
  await writeFile(join(folder, '0002-20240101T000000Z.mcap'), whole.subarray(0, -1));
  await writeFile(join(folder, '0003-20240101T000000Z.mcap'), '');
  rig.log.start();
  rig.log.begin('test');
  await expect.poll(() => namesIn(folder)).toHaveLength(4);
  const { value } = json(await ask(peer, 'flight_logs')) as {
    value: { isComplete: boolean; isOpen: boolean }[];
  };
  expect(value.map(({ isComplete }) => isComplete)).toEqual([true, false, false, false]);
  expect(value.map(({ isOpen }) => isOpen)).toEqual([false, false, false, true]);
  await rig.log.close();
});

it('answers a command that comes after many parts were asked for before the last of them', async () => {
  const { folder, peer } = await flownDrone();
  const [name] = await namesIn(folder);
  for (let part = 0; part < 50; part++)
    peer.request('flight_log_part', `part-${part}`, { name, offset: 0, length: 65_536 });
  peer.request('land', 'land');
  await peer.next(({ header }) => header.request_id === 'part-49');
  const order = peer.frames.map(({ header }) => header.request_id);
  expect(order.indexOf('land')).toBeLessThan(order.indexOf('part-49'));
});
