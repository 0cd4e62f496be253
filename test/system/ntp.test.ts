import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { errorCode } from '../../lib/errors.js';
import { SystemClock } from '../../lib/time/adapters/system-clock.js';
import { offsetOf } from '../../lib/time/filter/clock-sample.js';
import { foreignTimeSource } from '../../lib/time/ntp/adapters/foreign-ntp.js';
import { exchange } from '../../lib/time/ntp/adapters/ntp-client.js';
import { type NtpServer, startNtpServer } from '../../lib/time/ntp/adapters/ntp-server.js';
import { OsClock } from '../../lib/time/ntp/adapters/os-clock.js';
import type { ClockState } from '../../lib/time/ntp/clock-state.js';
import { until } from '../support/until.js';

const run = promisify(execFile);
const clock = new SystemClock();
const alone = (): ClockState => ({ type: 'alone' });

/** Debian keeps chronyd where only root looks. */
const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin`, LC_ALL: 'C' };

beforeAll(async () => {
  for (const [program, option] of [
    ['chronyd', '-v'],
    ['chronyc', '-v'],
    ['ntpdig', '-V'],
  ] as const)
    await run(program, [option], { env }).catch((cause: unknown) => {
      const text = `${program} is missing: apt-get install --no-install-recommends chrony ntpsec-ntpdig`;
      throw new Error(text, { cause });
    });
});

let folder: string;
const cleanups: (() => unknown)[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'starling-test-'));
});

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  rmSync(folder, { recursive: true });
});

async function ourServer(host: string, options: { state?: () => ClockState; port?: number } = {}) {
  const { state = alone, port = 0 } = options;
  const onWarning = (text: string) => {
    throw new Error(text);
  };
  const server: NtpServer = await startNtpServer({ clock, host, port, state, onWarning });
  cleanups.push(() => server.close());
  return server;
}

/** Keeps chronyd from the clock, the files and the sockets of this machine. */
function ownPlaces(): string[] {
  const places = { pidfile: 'chronyd.pid', bindcmdaddress: 'chronyd.sock', driftfile: 'drift' };
  return ['cmdport 0', ...Object.entries(places).map(([name, file]) => `${name} ${join(folder, file)}`)];
}

/** Asks once, as `chronyd -Q` does: measures, prints, and sets nothing. */
async function chronydAsks(server: string): Promise<string> {
  const options = ['-Q', '-U', '-u', 'root', '-t', '12'];
  const asked = run('chronyd', [...options, ...ownPlaces(), server], { env, timeout: 30_000 });
  const { stdout, stderr } = await asked.catch((error: { stdout: string; stderr: string }) => error);
  return stdout + stderr;
}

async function freePort(): Promise<number> {
  const socket = createSocket('udp4');
  const listening = once(socket, 'listening');
  socket.bind(0, '127.0.0.1');
  await listening;
  const { port } = socket.address();
  await new Promise<void>((resolve) => socket.close(resolve));
  return port;
}

/** A chronyd that serves time on loopback, and leaves the machine's clock alone (`-x`). */
async function chronyd(...directives: string[]): Promise<{ port: number; command: [string, ...string[]] }> {
  const port = await freePort();
  const lines = [...ownPlaces(), `port ${port}`, 'bindaddress 127.0.0.1', 'allow 127.0.0.1', ...directives];
  const file = join(folder, 'chrony.conf');
  writeFileSync(file, `${lines.join('\n')}\n`);
  const child = spawn('chronyd', ['-x', '-d', '-U', '-u', 'root', '-f', file], { env, stdio: 'pipe' });
  cleanups.push(() => end(child));
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (bytes: Buffer) => {
      said += bytes.toString();
    });
  await until(
    () => said.includes('Disabled control of system clock') && child.exitCode === null,
    10_000,
    () => `chronyd to run; it said: ${said}`,
  );
  return { port, command: ['chronyc', '-h', join(folder, 'chronyd.sock'), '-n', '-c'] };
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
}

/** How far a sample is from this machine's own UTC, ms. */
async function offsetMs(port: number): Promise<number> {
  const sample = await exchange({ clock, host: '127.0.0.1', port, timeoutMs: 2000 });
  const utcMinusMonotonicMs = clock.utcMs() - clock.monotonicMs();
  const { sentMs, receivedMs, serverReceivedMs, serverSentMs } = sample;
  return (serverReceivedMs - sentMs + (serverSentMs - receivedMs)) / 2 - utcMinusMonotonicMs;
}

describe('real NTP clients', () => {
  it('chronyd takes the time from our server', async () => {
    const server = await ourServer('127.0.0.1');
    const said = await chronydAsks(`server 127.0.0.1 port ${server.port} iburst`);
    const wrongByS = /System clock wrong by (-?[\d.]+) seconds/.exec(said)?.[1];
    expect(said).toMatch(/System clock wrong by/);
    expect(Math.abs(Number(wrongByS))).toBeLessThan(0.05);
    expect(server.stats()).toMatchObject({ kissed: 0, ignored: 0, dropped: 0 });
    expect(server.stats().answered).toBeGreaterThanOrEqual(3);
  });

  it('chronyd takes no time from a server that says it has none', async () => {
    const server = await ourServer('127.0.0.1', { state: () => ({ type: 'unsynchronized' }) });
    const said = await chronydAsks(`server 127.0.0.1 port ${server.port} iburst`);
    expect(said).not.toMatch(/System clock wrong by/);
    expect(server.stats().answered).toBeGreaterThan(0);
  });

  it('ntpdig takes the time from our server', async () => {
    // ntpdig knows port 123 alone, which takes root; 127.77.0.1 is nobody's.
    const server = await ourServer('127.77.0.1', { port: 123 });
    const { stdout } = await run('ntpdig', ['-j', '127.77.0.1'], { env, timeout: 20_000 });
    const said: unknown = JSON.parse(stdout);
    expect(said).toMatchObject({ ip: '127.77.0.1', stratum: 8, leap: 'no-leap' });
    expect(Math.abs(Number(/"offset":(-?[\d.]+)/.exec(stdout)?.[1]))).toBeLessThan(0.05);
    expect(server.stats().answered).toBe(1);
  });
});

describe('a client that asks our server too often', () => {
  it('is sent away with a kiss of death that ntpdig and our client understand', async () => {
    // Time stands still for the limit: nothing is forgiven while ntpdig starts.
    let monotonicMs = 0;
    const still = {
      monotonicMs: () => monotonicMs,
      utcMs: () => clock.utcMs(),
      after: () => () => undefined,
      at: () => () => undefined,
    };
    const warnings: string[] = [];
    const host = '127.77.0.1';
    const onWarning = (text: string) => warnings.push(text);
    const server = await startNtpServer({ clock: still, host, port: 123, state: alone, onWarning });
    cleanups.push(() => server.close());
    const ask = () => exchange({ clock, host, port: 123, timeoutMs: 500 });
    for (let i = 0; i < 20; i++) await ask();
    const failure = await run('ntpdig', [host], { env, timeout: 20_000 }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ stderr: expect.stringMatching(/stratum 0, probable KOD packet/) });
    expect(warnings).toHaveLength(1);
    monotonicMs = 100;
    await expect(ask()).rejects.toMatchObject({ code: 'ntp_timeout' });
    monotonicMs = 166;
    await expect(ask()).rejects.toMatchObject({ code: 'ntp_timeout' });
    monotonicMs = 167;
    await ask();
    monotonicMs = 1100;
    for (let i = 0; i < 5; i++) await ask();
    await expect(ask()).rejects.toMatchObject({ kissCode: 'RATE' });
    expect(server.stats()).toMatchObject({ answered: 26, kissed: 2, silenced: 2 });
  });
});

describe('our NTP client', () => {
  it('takes the time from chronyd', async () => {
    const { port } = await chronyd('local stratum 8');
    const { server } = await exchange({ clock, host: '127.0.0.1', port, timeoutMs: 2000 });
    expect(server).toMatchObject({ leap: 0, stratum: 8 });
    const offMs: number[] = [];
    for (let i = 0; i < 5; i++) offMs.push(Math.abs(await offsetMs(port)));
    // A machine that is busy with other tests delays some answers.
    expect(Math.min(...offMs)).toBeLessThan(5);
  });

  it('takes no time from a chronyd that has none', async () => {
    const { port } = await chronyd();
    await expect(offsetMs(port)).rejects.toMatchObject({ code: 'ntp_unsynchronized' });
  });

  it('hears the time or nothing from a chronyd that it asks too often', async () => {
    const { port } = await chronyd('local stratum 8', 'ratelimit interval 3 burst 2 leak 4');
    const outcomes = await Promise.all(
      Array.from({ length: 40 }, async () => {
        const asked = exchange({ clock, host: '127.0.0.1', port, timeoutMs: 500 });
        return asked.then(() => 'time', errorCode);
      }),
    );
    expect(new Set(outcomes)).toEqual(new Set(['time', 'ntp_timeout']));
  });
});

describe('foreign hosts', () => {
  const foreign = (port: number) =>
    foreignTimeSource({ clock, host: '127.0.0.1', port, timeoutMs: 2000 }).exchange();

  it('tell the time by way of ntp-time-sync when they are chronyd', async () => {
    const { port } = await chronyd('local stratum 8');
    const offMs: number[] = [];
    for (let i = 0; i < 5; i++)
      offMs.push(Math.abs(offsetOf(await foreign(port)) - (clock.utcMs() - clock.monotonicMs())));
    // A machine that is busy with other tests delays some answers.
    expect(Math.min(...offMs)).toBeLessThan(5);
  });

  it('tell no time while they have none', async () => {
    const { port } = await chronyd();
    await expect(foreign(port)).rejects.toMatchObject({ code: 'ntp_unsynchronized' });
  });
});

describe('the clock of the operating system', () => {
  it('is seen as kept when chronyd follows a source, and our server is one further from it', async () => {
    const source = await ourServer('127.0.0.2');
    const { command, port } = await chronyd(
      `server 127.0.0.2 port ${source.port} iburst minpoll 0 maxpoll 0`,
    );
    const texts: string[] = [];
    const os = new OsClock({ clock, command, onChange: (text) => texts.push(text) });
    cleanups.push(() => os.close());
    await until(
      async () => {
        await os.refresh();
        return os.state.type === 'disciplined';
      },
      30_000,
      () => `a disciplined clock; so far: ${texts.join('; ')}`,
    );
    expect(texts[0]).toBe('the OS clock is the reference: chrony runs and has no source of time yet');
    expect(os.state).toMatchObject({ type: 'disciplined', leap: 0, stratum: 9 });
    const ours = await ourServer('127.0.0.1', { state: () => os.state });
    const { server } = await exchange({ clock, host: '127.0.0.1', port: ours.port, timeoutMs: 2000 });
    expect(server).toMatchObject({ leap: 0, stratum: 10, referenceId: 0x7f_00_00_01 });
    // chrony tells its own clients the same, a moment earlier or later.
    const chrony = await exchange({ clock, host: '127.0.0.1', port, timeoutMs: 2000 });
    expect(chrony.server).toMatchObject({ leap: 0, stratum: 9 });
    expect(Math.abs(server.rootDelayS - chrony.server.rootDelayS)).toBeLessThan(0.01);
    expect(Math.abs(server.rootDispersionS - chrony.server.rootDispersionS)).toBeLessThan(0.2);
  });

  it('is seen as alone when chronyd is its own reference', async () => {
    const { command } = await chronyd('local stratum 8');
    const os = new OsClock({ clock, command });
    cleanups.push(() => os.close());
    await os.refresh();
    expect(os.state).toEqual({ type: 'alone' });
    expect(os.text).toBe('the OS clock is the reference: chrony runs and has this machine as its reference');
  });
});

describe('the files of chrony in the README', () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
  const files = [...readme.matchAll(/```\n(# \/etc\/chrony\/\S+\.conf[^`]*)```/g)].map(
    ([, text = '']) => text,
  );

  it('are read by chronyd without a word', async () => {
    expect(files).toHaveLength(2);
    for (const text of files) {
      const path = join(folder, 'readme.conf');
      writeFileSync(path, text);
      await expect(run('chronyd', ['-p', '-f', path], { env })).resolves.toBeDefined();
    }
  });
});
