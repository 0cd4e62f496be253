/** `starling doctor` as it is typed, on a computer with a real server, real keys and a real pseudo-terminal. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SerialPort } from 'serialport';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { version } from '../../bin/version.js';
import { writeDroneKeyFile } from '../../lib/security/adapters/drone-key-file.js';
import { SystemClock } from '../../lib/time/adapters/system-clock.js';
import { type RunningServer, startServer } from '../../server/main.js';
import { enrolledKey } from '../support/enrolled.js';
import { runProgram } from '../support/program.js';
import { until } from '../support/until.js';

// Needs the Debian package `socat`, which makes the pseudo-terminal. Throws ENOENT without it.
execFileSync('socat', ['-V']);

type Said = { readonly check: string; readonly verdict: string; readonly text: string; readonly do?: string };

const folder = mkdtempSync(join(tmpdir(), 'starling-doctor-'));
const state = join(folder, 'state');
const keyPath = join(folder, 'drone-1.key');
let server: RunningServer;
let configPath: string;

function start(stateFolder: string, isOpen: boolean, bind = '127.0.0.1'): Promise<RunningServer> {
  return startServer({
    ...{ clock: new SystemClock(), version, stateFolder, isOpen, bind },
    ...{ isHeadless: true, isDiscoverable: false, port: 0, controlPort: 0 },
  });
}

beforeAll(async () => {
  server = await start(state, false);
  await writeDroneKeyFile(keyPath, await enrolledKey(state, 'drone-1'));
  configPath = join(folder, 'server.ini');
  writeFileSync(configPath, `[SERVER]\nport = ${server.dronePort}\n`);
});

afterAll(async () => {
  await server.close();
  rmSync(folder, { recursive: true });
});

/** Runs it with `--json`, and gives what it said of each check. */
async function doctor(...args: string[]) {
  const { code, stdout, stderr } = await runProgram(['doctor', ...args, '--json']);
  expect(stderr).toBe('');
  const { findings, problems } = JSON.parse(stdout) as { findings: Said[]; problems: number };
  expect(code).toBe(problems > 0 ? 1 : 0);
  const named = (check: string) => findings.filter((finding) => finding.check === check);
  return {
    code,
    findings,
    of: (check: string) => named(check)[0] ?? expect.fail(`nothing of ${check}`),
    named,
  };
}

const atServer = () => ['--server', `127.0.0.1:${server.dronePort}`];
const drone = (...args: string[]) => doctor('drone', '--data', folder, '--vehicle', 'sim:', ...args);

describe('starling doctor server', () => {
  it('knows the server that runs now by its ports, and leaves it alone', async () => {
    const control = ['--control-port', String(server.controlPort)];
    const { code, of } = await doctor('server', '--state', state, '--config', configPath, ...control);
    expect(code).toBe(0);
    expect(of('version').text).toContain('as the server that runs now (phase idle)');
    expect(of('drone port').text).toMatch(/^TCP \d+ is held by our own server/);
    expect(of('control port').verdict).toBe('ok');
    expect(of('fleet').text).toContain('1 drone enrolled');
    expect(of('disk').verdict).toBe('ok');
  });

  it('names who has taken a port, and changes nothing where there was nothing', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    const { port } = taken.address() as { port: number };
    const config = join(folder, 'taken.ini');
    writeFileSync(config, `[SERVER]\nport = ${port}\n`);
    const fresh = join(folder, 'fresh');
    const { code, of } = await doctor('server', '--state', fresh, '--config', config);
    await new Promise((resolve) => taken.close(resolve));
    expect(code).toBe(1);
    expect(of('drone port')).toMatchObject({
      verdict: 'problem',
      text: expect.stringContaining(`(process ${process.pid})`),
      do: expect.stringContaining('[SERVER] port'),
    });
    expect(of('state folder').text).toContain('can be made');
    expect(existsSync(fresh)).toBe(false);
  });

  it('tells a secret that others can read, and an option that is wrong', async () => {
    const other = join(folder, 'other');
    await enrolledKey(other, 'drone-1');
    chmodSync(join(other, 'fleet.json'), 0o644);
    const config = join(folder, 'wrong.ini');
    writeFileSync(config, '[SERVER]\nport = many\n');
    const { code, of } = await doctor('server', '--state', other, '--config', config);
    expect(code).toBe(1);
    expect(of('fleet')).toMatchObject({ verdict: 'problem', do: expect.stringContaining('chmod 600') });
    expect(of('configuration')).toMatchObject({
      verdict: 'problem',
      text: expect.stringMatching(/wrong\.ini, line 2.*port/),
    });
  });
});

describe('starling doctor drone', () => {
  it('proves its key to the server and takes nobody’s place there', async () => {
    const { code, of } = await drone('--key', keyPath, ...atServer());
    expect(code).toBe(0);
    expect(of('key').text).toMatch(/^of drone-1, fleet [0-9a-f]{16}$/);
    expect(of('server').text).toContain("has proven this drone's key");
    expect(of('version')).toMatchObject({ verdict: 'ok', text: version });
    expect(of('NTP').text).toMatch(/answers; this clock is 0\.\d{3} s/);
    expect(server.facade.snapshot().drones).toEqual([]);
  });

  it('says what to do without a key, with one that others can read, and with one that is revoked', async () => {
    const none = await drone(...atServer());
    expect(none.of('key')).toMatchObject({
      verdict: 'problem',
      do: expect.stringContaining('starling fleet enroll'),
    });
    expect(none.of('server')).toMatchObject({ verdict: 'problem', do: 'give this drone its key' });

    chmodSync(keyPath, 0o644);
    const open = await drone('--key', keyPath, ...atServer());
    chmodSync(keyPath, 0o600);
    expect(open.of('key')).toMatchObject({ verdict: 'problem', do: expect.stringContaining('chmod 600') });

    const foreign = join(folder, 'foreign.key');
    await writeDroneKeyFile(foreign, await enrolledKey(join(folder, 'foreign'), 'drone-1'));
    const refused = await drone('--key', foreign, ...atServer());
    expect(refused.of('server')).toMatchObject({
      verdict: 'problem',
      do: expect.stringContaining('fleet list'),
    });
  });

  it('meets an open server without a key, and tells who is not there', async () => {
    const openServer = await start(join(folder, 'open'), true);
    const there = `127.0.0.1:${openServer.dronePort}`;
    const met = await drone('--open', '--server', there);
    const careful = await drone('--key', keyPath, '--server', there);
    const both = await drone('--open', '--key', keyPath, '--server', there);
    await openServer.close();
    expect(met.code).toBe(0);
    expect(met.of('server').text).toContain('without a key');
    expect(both.of('server')).toMatchObject({
      verdict: 'ok',
      text: expect.stringContaining('without a key'),
    });
    expect(met.of('key').verdict).toBe('warning');
    expect(careful.of('server').verdict).toBe('problem');
    const gone = await drone('--open', '--server', there);
    expect(gone.of('server')).toMatchObject({
      verdict: 'problem',
      text: expect.stringContaining('ECONNREFUSED'),
    });
  });

  it('reads a configuration by the drone’s own rules, and writes none', async () => {
    const config = join(folder, 'drone.ini');
    writeFileSync(config, '[LED]\ntype = ws281x\nspi_device = /dev/spidev9.9\n[FLIGHT]\ntakeoff_hight = 2\n');
    const before = readdirSync(folder).sort();
    const { named, of } = await drone('--key', keyPath, '--config', config, ...atServer());
    expect(named('configuration').map(({ verdict }) => verdict)).toEqual(['ok', 'warning']);
    expect(named('configuration')[1]?.text).toContain('takeoff_hight');
    expect(of('lights')).toMatchObject({ verdict: 'problem', do: expect.stringContaining('dtparam=spi=on') });
    expect(readdirSync(folder).sort()).toEqual(before);
  });
});

describe('the serial device of a drone', () => {
  const device = join(folder, 'tty');
  let socat: ChildProcess | undefined;
  const look = async () => {
    const args = ['--data', folder, '--key', keyPath, ...atServer(), '--vehicle', `serial:${device}:921600`];
    return (await doctor('drone', ...args)).of('autopilot');
  };

  afterEach(async () => {
    if (!socat) return;
    const ended = once(socat, 'exit');
    socat.kill('SIGTERM');
    await ended;
  });

  it('is missed, found free, and left alone while another program has it', async () => {
    expect(await look()).toMatchObject({ verdict: 'problem', do: expect.stringContaining('enable_uart=1') });
    socat = spawn('socat', [`PTY,link=${device},raw,echo=0`, 'PTY,raw'], { stdio: 'ignore' });
    await until(() => existsSync(device), 5000, 'a device by socat');
    expect(await look()).toMatchObject({ verdict: 'ok', text: expect.stringContaining('there and free') });
    const port = await SerialPort.binding.open({ path: device, baudRate: 115_200 });
    const held = await look();
    await port.close();
    expect(held).toMatchObject({
      verdict: 'problem',
      text: expect.stringContaining(`process ${process.pid}`),
    });
  });
});

describe('a wrong call', () => {
  it('exits with 2 and says which', async () => {
    expect(await runProgram(['doctor', 'plane'])).toMatchObject({ code: 2, stdout: '' });
    const mixed = await runProgram(['doctor', 'server', '--vehicle', 'sim:']);
    expect(mixed).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--vehicle does not go with server'),
    });
    expect((await runProgram(['doctor', 'drone', '--vehicle', 'kite:'])).code).toBe(2);
  });
});
