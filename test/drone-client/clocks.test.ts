import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { SystemClock } from '../../lib/time/adapters/system-clock.js';
import type { Cancel } from '../../lib/time/clock.js';
import { startNtpServer } from '../../lib/time/ntp/adapters/ntp-server.js';
import { until } from '../support/until.js';
import { type DroneRig, showFile, startRig } from './rig.js';

const speed = 16;

/** Time that passes sixteen times as fast, whose UTC can be set. */
class SetClock extends SystemClock {
  readonly #startUtcMs = super.utcMs();
  readonly #startMs = super.monotonicMs();
  aheadMs = 0;

  override monotonicMs(): number {
    return (super.monotonicMs() - this.#startMs) * speed;
  }

  override utcMs(): number {
    return this.#startUtcMs + this.monotonicMs() + this.aheadMs;
  }

  override after(delayMs: number, fn: () => void): Cancel {
    return super.after(delayMs / speed, fn);
  }

  override at(monotonicMs: number, fn: () => void): Cancel {
    return this.after(monotonicMs - this.monotonicMs(), fn);
  }
}

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const foreignAheadMs = 60_000;

/** A foreign host whose clock is set when `state` says so, and a drone under an old server. */
async function fly(isUsed: boolean) {
  const clock = new SetClock();
  const state: { type: 'alone' | 'unsynchronized' } = { type: 'unsynchronized' };
  const ntp = await startNtpServer({
    clock: Object.assign(Object.create(clock), {
      utcMs: () => clock.utcMs() + foreignAheadMs,
      monotonicMs: () => clock.monotonicMs(),
    }),
    ...{ host: '127.45.0.1', port: 0, onWarning: () => undefined },
    state: () => state,
  });
  closers.push(() => ntp.close());
  const dataFolder = await mkdtemp(join(tmpdir(), 'starling-drone-'));
  const configPath = join(dataFolder, 'client.ini');
  // Named twice, asked once.
  const time = `[NTP]\nuse = ${isUsed}\nhost = 127.45.0.1, 127.45.0.1\nport = ${ntp.port}\n`;
  await writeFile(configPath, `[TELEMETRY]\ntransmit = False\n${time}`);
  const rig: DroneRig = await startRig({ clock, dataFolder, configPath });
  closers.push(() => rig.close());
  const server = await rig.accept();
  const telemetry = async () => (await server.ask('telemetry')) as Record<string, unknown>;
  return { clock, ntp, rig, server, state, telemetry };
}

describe('a drone under an old server', () => {
  it('starts by the foreign hosts that its configuration names, and warns until one tells the time', async () => {
    const { clock, rig, server, state, telemetry } = await fly(true);
    const told = () => rig.log.join('');
    server.pushFile('animation.csv', showFile);
    await server.ask('stored_file', { filepath: 'animation.csv' });
    expect(JSON.stringify((await telemetry()).warnings)).toContain('no host of [NTP] tells the time');
    state.type = 'alone';
    await until(async () => String((await telemetry()).show_clock).includes(',hosts'), 10_000, told);
    expect(JSON.stringify((await telemetry()).warnings)).not.toContain('no host of [NTP]');
    const starts = () => rig.log.find((line) => line.includes('starts in'));
    const start = () => {
      if (starts()) return true;
      // Told again where the machine was too busy for a start: a sixteenth of a second is a second to this drone.
      server.action('start', { time: (clock.utcMs() + foreignAheadMs) / 1000 + 100 });
      return false;
    };
    await until(start, 10_000, told);
    expect(Math.abs(Number(/starts in ([\d.]+) s/.exec(starts() ?? '')?.[1]) - 100)).toBeLessThan(20);
  });

  it('whose clock is set in flight has that in its log and in the record of the flight, and asked nobody', async () => {
    const { clock, ntp, rig, server, telemetry } = await fly(false);
    const takeOff = () => {
      if (!rig.drone.isArmed) server.action('takeoff');
      return rig.drone.isArmed;
    };
    await until(takeOff);
    clock.aheadMs = 3200;
    const told = (text: string) => /clock was set by \+3\.2\d s at /.test(text);
    await until(() => rig.log.some(told));
    const folder = join(rig.folder, 'flight-logs');
    await until(async () => {
      const names = existsSync(folder) ? await readdir(folder) : [];
      const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'latin1')));
      return texts.some(told);
    });
    expect(rig.log.filter(told)).toHaveLength(1);
    expect([(await telemetry()).show_clock, ntp.stats().answered]).toEqual([[], 0]);
  });
});
