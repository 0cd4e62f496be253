/** Programs that a drone's own configuration allows, run by an admin at the control port; and all that is refused. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PreviewLed } from '../../drone-client/led/preview-led.js';
import { type RunningDrone, startDrone } from '../../drone-client/main.js';
import { runCtl } from '../../lib/protocols/tpp/adapters/run-ctl.js';
import { readToken } from '../../lib/protocols/tpp/adapters/token-file.js';
import { addEntry } from '../../lib/security/access/access.js';
import { tokenKeys } from '../../lib/security/access/token.js';
import { updateAccess } from '../../lib/security/adapters/access-file.js';
import { SystemClock } from '../../lib/time/adapters/system-clock.js';
import { type RunningServer, startServer } from '../../server/main.js';
import { StarlingServer } from '../../server/starling-server.js';
import { FakeVehicle } from '../support/fake-vehicle.js';
import { until } from '../support/until.js';

const clock = new SystemClock();
const log: string[] = [];
let folder: string;
let server: RunningServer;
let drone: RunningDrone;
let vehicle: FakeVehicle;
let token: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'starling-execute-'));
  const data = join(folder, 'data');
  mkdirSync(data);
  const ini = join(folder, 'client.ini');
  const programs = ['hello = /bin/echo, "a, b", $(id)', 'fails = /bin/false', 'slow = /bin/sleep, 60'];
  programs.push('repair_chrony = /bin/echo, in step', 'restart-clover = /bin/ls, /no/such/place');
  const lines = ['[EXECUTE]', 'time_limit = 1', ...programs, `placed = ${data}/payload/launch/x`];
  writeFileSync(ini, `${lines.join('\n')}\n`);
  server = await startServer({
    ...{ clock, version: '1', stateFolder: join(folder, 'state'), isHeadless: true, isOpen: true },
    ...{ port: 0, bind: '127.0.0.1', controlPort: 0, isDiscoverable: false },
  });
  token = await readToken(server.tokenPath);
  vehicle = new FakeVehicle(clock);
  drone = await startDrone({
    ...{ clock, vehicle, led: new PreviewLed(clock), version: '1', id: 'drone-1', dataFolder: data },
    logger: pino({ base: null }, { write: (line: string) => void log.push(line) }),
    ...{ configPath: ini, isOpen: true, server: { host: '127.0.0.1', port: server.dronePort } },
  });
  const isThere = () => server.facade.snapshot().drones.some(({ record }) => record.isAnswering);
  await until(isThere, 5_000, 'the drone');
});

describe('a command to the computer', () => {
  const order = async (name: 'repair_chrony' | 'reboot_all' | 'service_restart', kwargs = {}) =>
    (await server.facade.operations.order(name, ['drone-1'], kwargs))[0];

  it('runs the program that the drone lists under its name', async () => {
    expect(await order('repair_chrony')).toMatchObject({ ok: true });
    expect(log.join('')).toContain('execute \\"repair_chrony\\": /bin/echo in step');
  });

  it('that fails says what the program wrote', async () => {
    expect(await order('service_restart', { name: 'clover' })).toMatchObject({
      ...{ ok: false, code: 'program_failed' },
      message: expect.stringMatching(/restart-clover: ended with exit code 2: .*no\/such\/place/i) as string,
    });
  });

  it('that is not listed is not supported, and a service has a name', async () => {
    expect(await order('reboot_all')).toMatchObject({ ok: false, code: 'not_supported' });
    expect(await order('service_restart', { name: 'ssh' })).toMatchObject({
      ok: false,
      code: 'not_supported',
    });
    for (const name of ['', '../x', 'a b', '-x', 'a;b'])
      expect(await order('service_restart', { name })).toMatchObject({ ok: false, code: 'bad_argument' });
  });

  it('is for a drone that stands', async () => {
    vehicle.set({ armed: true });
    await until(() => server.facade.snapshot().drones[0]?.isArmed === true, 3_000, 'armed');
    expect(await order('repair_chrony')).toMatchObject({ ok: false, code: 'armed' });
    vehicle.set({ armed: false });
    await until(() => server.facade.snapshot().drones[0]?.isArmed === false, 3_000, 'disarmed');
  });
});

afterAll(async () => {
  await drone.close();
  await vehicle.close();
  await server.close();
  rmSync(folder, { recursive: true });
});

async function execute(name: string, shown = token) {
  const lines: string[] = [];
  const code = await runCtl({
    ...{
      action: 'execute',
      words: [name, 'drone-1'],
      token: shown,
      host: '127.0.0.1',
      port: server.controlPort,
    },
    write: (line) => lines.push(line),
  });
  return { code, text: lines.join('\n') };
}

/** Asks the drone as a server may that has forgotten all manners. */
function ask(name: string, kwargs: { [key: string]: never | string | object }) {
  if (!(server.facade instanceof StarlingServer)) throw new Error('no server');
  const connection = server.facade.connection('drone-1');
  if (!connection) throw new Error('no drone');
  return connection.getResponse(name, { kwargs: kwargs as { [key: string]: string } });
}

describe('execute', () => {
  it('runs a program of the list with the arguments of the list, and brings back what it wrote', async () => {
    const { code, text } = await execute('hello');
    expect(code).toBe(0);
    expect(text).toMatch(/^drone-1 +ok +ended with exit code 0\ndrone-1: a, b \$\(id\)$/);
    const lines = server.facade.snapshot().log.map((line) => line.text);
    expect(lines).toContain('execute drone-1 command=hello by local');
  });

  it('tells of a program that fails, and of one that takes too long', async () => {
    expect(await execute('fails')).toMatchObject({ code: 1, text: expect.stringContaining('exit code 1') });
    expect(await execute('slow')).toMatchObject({
      code: 1,
      text: expect.stringContaining('ended after its time limit of 1 s'),
    });
  });

  it('is obeyed without an answer too, as old servers send it: what came of it is in the log of the drone', async () => {
    if (!(server.facade instanceof StarlingServer)) throw new Error('no server');
    log.splice(0);
    server.facade.connection('drone-1')?.sendMessage('execute', { kwargs: { command: 'hello' } });
    await until(
      () => log.join('').includes('ended with exit code 0: a, b $(id)'),
      5_000,
      () => log.join(''),
    );
    server.facade.connection('drone-1')?.sendMessage('execute', { kwargs: { command: 'rm -rf /' } });
    await until(
      () => log.join('').includes('is not on the list of this drone'),
      5_000,
      () => log.join(''),
    );
  });

  it.each(['id', '/bin/echo', 'hello; id', 'hello x', 'HELLO', 'time_limit', '__proto__', ' hello'])(
    'runs nothing that is not a name of the list: %j',
    async (name) => {
      const { code, text } = await execute(name);
      expect([code, text]).toEqual([1, expect.stringContaining('is not on the list of this drone')]);
    },
  );

  it('runs no program that lies where received files do', async () => {
    expect((await execute('placed')).text).toContain('keep programs outside of the data folder');
  });

  it('runs nothing while the motors run, and nobody but an admin may ask', async () => {
    vehicle.set({ armed: true });
    expect((await execute('hello')).text).toContain('land and disarm first');
    vehicle.set({ armed: false });
    await updateAccess(join(folder, 'state'), (access) =>
      addEntry(access, 'olga', {
        ...{ role: 'operator', token: tokenKeys('token-of-olga') },
        ...{ password: undefined, expiresUtcMs: undefined },
      }),
    );
    expect(await execute('hello', 'token-of-olga')).toEqual({
      code: 1,
      text: '"execute" needs the role admin; olga is operator',
    });
  });

  it.each<[string, object]>([
    ['a new program', { config: { EXECUTE: { mine: ['/bin/sh', '-c', 'id'] } } }],
    ['another program', { config: { EXECUTE: { hello: '/bin/sh' } } }],
    ['a longer time', { config: { EXECUTE: { time_limit: 60 } } }],
    ['a program, with all the rest', { config: { EXECUTE: { mine: '/bin/sh' } }, mode: 'rewrite' }],
  ])('takes its list from nobody: %s is refused', async (_what, kwargs) => {
    await expect(ask('config', kwargs as { [key: string]: object })).rejects.toThrow(
      '[EXECUTE] says what a server may run',
    );
    expect((await execute('mine')).text).toContain('is not on the list');
    expect((await execute('hello')).text).toContain('a, b');
    expect(readFileSync(join(folder, 'client.ini'), 'utf8')).not.toContain('/bin/sh');
  });

  it('does not take a list that is wrapped either', async () => {
    await ask('config', { config: { config: { EXECUTE: { mine: '/bin/sh' } } } });
    expect((await execute('mine')).text).toContain('is not on the list');
  });

  it('keeps its list when a server sends a whole configuration without it, or the same', async () => {
    const { config } = (await ask('config', {})) as { config: object };
    await ask('config', { config, mode: 'rewrite' });
    expect((await execute('hello')).code).toBe(0);
    await ask('config', { config: { LED: { use: false } }, mode: 'rewrite' });
    expect((await execute('hello')).code).toBe(0);
    expect(await ask('config', {})).toMatchObject({
      config: { EXECUTE: { time_limit: { __value__: 1 }, slow: { __value__: ['/bin/sleep', '60'] } } },
    });
  });
});
