/** A whole server with its gateways open: visitors see the fleet and fire cues, and what fails takes nothing else down. */
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { connectRooms } from '../../lib/messaging/index.js';
import { connectWevis, readWevisFile } from '../../lib/protocols/wevis/index.js';
import { answeringPeer, readyTelemetry } from '../support/answering-peer.js';
import { json, type OldPeer } from '../support/old-peer.js';
import { Program } from '../support/program.js';
import { until } from '../support/until.js';

const plugins = {
  'late.mjs': `export default () => {
    setTimeout(() => { throw new Error('late fault'); }, 200);
    return { name: 'late', commands: [{
      definition: { name: 'wave', about: 'Waves.', role: 'guest', args: { times: 'int' } },
      run: ({ args }) => args.times * 2,
    }] };
  };`,
  'broken.mjs': 'export default {',
  'gate.mjs': `export default { name: 'gate', gateways: [
    { name: 'closed', port: 0, start: async () => { throw new Error('no light desk'); } },
  ] };`,
};

let folder = '';
let server: Program;
let taken: ReturnType<typeof createServer>;
let drone: OldPeer;

const portOf = async (name: string) =>
  Number((await server.says(new RegExp(`gateway ${name} listens on port (\\d+)`)))[1]);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'starling-gateways-'));
  await mkdir(join(folder, 'plugins'));
  for (const [name, text] of Object.entries(plugins)) await writeFile(join(folder, 'plugins', name), text);
  await writeFile(join(folder, 'users'), 'olga operator sesame\n', { mode: 0o600 });
  taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  await writeFile(
    join(folder, 'server.ini'),
    [
      '[GATEWAYS]',
      'motd = welcome',
      `plugins = ${folder}/plugins`,
      `wevis_users = ${folder}/users`,
      '[CUES]',
      'red = led_fill red=255',
    ].join('\n'),
  );
  const { port } = taken.address() as AddressInfo;
  server = new Program([
    ...['server', '--headless', '--open', '--bind', '127.0.0.1', '--port', '0', '--control-port', '0'],
    ...['--state', join(folder, 'state'), '--config', join(folder, 'server.ini')],
    ...['--gateways', `cloudlink:0,wevis:0,lacewing:${port},native:0`],
  ]);
  const [, dronePort] = await server.says(/drones connect to 127\.0\.0\.1:(\d+)/);
  drone = await answeringPeer(Number(dronePort), 'drone-1');
  await server.says(/drone-1 connected/);
  drone.action('telemetry', { value: readyTelemetry() });
});

afterAll(async () => {
  drone?.socket.destroy();
  server?.signal('SIGTERM');
  // Whatever could not be opened holds nothing up.
  expect(await server?.end(3000)).toBe(0);
  taken?.close();
  await rm(folder, { recursive: true, force: true });
});

/** What the drone was asked to do, in order. */
const asked = () =>
  drone.frames
    .filter(({ header }) => header['message-type'] === 'request')
    .map((frame) => (json(frame) as { requested_value?: unknown }).requested_value);

const isTold = (name: string, before: number) =>
  until(
    () => asked().slice(before).includes(name),
    5000,
    () => `${name} among ${asked().join(' ')}`,
  );

describe('a server with gateways', () => {
  it('says of each whether it is open, and goes on without those that are not', async () => {
    await server.says(/gateway lacewing is not open, the rest goes on: .*another program has that port/);
    await server.says(/gateway closed is not open, the rest goes on: no light desk/);
    await server.says(/plugin .*broken\.mjs is left out/);
    await server.says(/plugin .*late\.mjs threw where nobody called it: late fault/);
    expect(server.hasEnded).toBe(false);
  });

  it('shows a CloudLink client the fleet, and lets it fire a cue and nothing else', async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${await portOf('cloudlink')}`);
    const got: { [key: string]: unknown }[] = [];
    socket.on('message', (data) => got.push(JSON.parse(String(data))));
    const say = (message: object) => socket.send(JSON.stringify(message));
    const gets = (what: object) =>
      until(
        () => got.some((each) => includes(each, what)),
        5000,
        () => `${JSON.stringify(what)} in ${JSON.stringify(got)}`,
      );
    await once(socket, 'open');
    say({ cmd: 'handshake', val: { language: 'Scratch' }, listener: 'hello' });
    await gets({ cmd: 'motd', val: 'welcome' });
    say({ cmd: 'setid', val: 'ann' });
    say({ cmd: 'link', val: 'show', listener: 'link' });
    await gets({ cmd: 'gvar', name: 'drone-1.battery', val: 93, rooms: 'show' });
    await gets({ cmd: 'gvar', name: 'total', val: 1, rooms: 'show' });
    const before = asked().length;
    say({ cmd: 'gmsg', val: '/cue red', rooms: 'show', listener: 'fire' });
    await isTold('led_fill', before);
    await gets({ cmd: 'direct', listener: 'fire', val: { command: 'cue', ok: true } });
    say({ cmd: 'gmsg', val: '/takeoff', rooms: 'show', listener: 'fly' });
    await gets({ cmd: 'direct', listener: 'fly', val: { ok: false, code: 'not_allowed' } });
    say({ cmd: 'wave', val: { times: 21 }, listener: 'wave' });
    await gets({ cmd: 'statuscode', code_id: 100, listener: 'wave', val: 42 });
    expect(asked()).not.toContain('takeoff');
    drone.action('telemetry', { value: { ...readyTelemetry(), battery: [11.9, 0.5] } });
    await gets({ cmd: 'gvar', name: 'drone-1.battery', val: 50 });
    socket.close();
  });

  it('lets an operator of wevis command, and nobody whose password is wrong', async () => {
    const definitions = await readWevisFile('shows/fleet.wevis');
    const to = { host: '127.0.0.1', port: await portOf('wevis'), definitions, version: '1' };
    await expect(connectWevis({ ...to, user: 'olga', password: 'wrong' })).rejects.toThrow(
      'Invalid credentials.',
    );
    const client = await connectWevis({ ...to, user: 'olga', password: 'sesame' });
    const before = asked().length;
    client.send('Command', { operation: 'land', drones: 'all', arguments: '', correlation: 'now' });
    await isTold('land', before);
    const { fields } = await client.receive('Answer');
    expect(fields).toMatchObject({ correlation: 'now', ok: 1 });
    await client.close();
  });

  it('lets the holder of a token in by the native gateway, who sees the others', async () => {
    const token = (await readFile(join(folder, 'state', 'control-token'), 'utf8')).trim();
    const client = await connectRooms({ host: '127.0.0.1', port: await portOf('native'), token });
    const room = await client.join('show');
    const [seen] = room.named('drone-1');
    expect(seen?.role).toBe('drone');
    await until(() => room.variablesOf(seen?.id ?? '').get('battery') === 50);
    await client.close();
  });

  it('says who is there, puts visitors out, and switches commands while it runs', async () => {
    const [, port] = await server.says(/the control port is 127\.0\.0\.1:(\d+)/);
    const ctl = async (...args: string[]) => {
      const call = new Program([
        'ctl',
        ...args,
        '--port',
        String(port),
        '--token-file',
        join(folder, 'state/control-token'),
      ]);
      await call.end();
      return call.stdout + call.stderr;
    };
    const follower = follow(String(port));
    // It begins with the phase as it is: from then on it is told.
    await follower.says(/"event_type":"phase"/);
    const socket = new WebSocket(`ws://127.0.0.1:${await portOf('cloudlink')}`);
    const closed = once(socket, 'close');
    await once(socket, 'open');
    socket.send('{"cmd":"setid","val":"bob","listener":"name"}');
    await once(socket, 'message');
    expect(await ctl('visitors')).toMatch(/cloudlink:\S+ +bob +guest +cloudlink +127\.0\.0\.1 +default/);
    expect(await ctl('expel', 'bob')).toContain('visitor bob is out');
    await closed;
    await follower.says(/"what":"login","id":"\S+","name":"bob","role":"guest","gateway":"cloudlink"/);
    await follower.says(/"what":"disconnected".*"name":"bob".*"text":"put out by the operator"/);
    await follower.stop();
    expect(await ctl('visitors')).toContain('no visitors');
    expect(await ctl('hub_command', 'cue', 'off')).toContain('"cue" is off everywhere');
    expect(await ctl('hub_command', 'cue', 'off')).toContain('off everywhere already');
    expect(await ctl('expel', 'bob')).toContain('there is no visitor "bob"');
  });
});

/** What happens in the hub, as an operator follows it. */
function follow(port: string): Program {
  const token = join(folder, 'state/control-token');
  return new Program(['ctl', 'stream', '--events', 'phase,hub', '--port', port, '--token-file', token]);
}

/** Whether each field of `wanted` is in `value`, whatever else is. */
function includes(value: unknown, wanted: unknown): boolean {
  if (typeof wanted !== 'object' || wanted === null) return value === wanted;
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(wanted).every(([key, each]) =>
    includes((value as { [key: string]: unknown })[key], each),
  );
}
