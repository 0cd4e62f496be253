import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { HostHealthReader } from '../../../drone-client/failsafe/adapters/host-health.js';
import {
  readLinkQuality,
  readTemperatureC,
  readThrottled,
  readVoltageAlarm,
} from '../../../drone-client/failsafe/host-health.js';
import { FakeClock } from '../../support/fake-clock.js';

/** As Linux 6 writes it. */
function wireless(...interfaces: readonly string[]): string {
  const heading = [
    'Inter-| sta-|   Quality        |   Discarded packets               | Missed | WE',
    ' face | tus | link level noise |  nwid  crypt   frag  retry   misc | beacon | 22',
  ];
  return `${[...heading, ...interfaces].join('\n')}\n`;
}

describe("a Pi's readings", () => {
  it.each([
    ['0\n', { isNow: false, hasBeen: false }],
    ['50005\n', { isNow: true, hasBeen: true }],
    ['0x50000', { isNow: false, hasBeen: true }],
    ['1', { isNow: true, hasBeen: true }],
    ['e0000', { isNow: false, hasBeen: false }],
  ])('of throttling: %j', (text, expected) => {
    expect(readThrottled(text)).toEqual(expected);
  });

  it.each(['', 'throttled=0x0', 'xyz', '123456789'])('are not made up from %j', (text) => {
    expect(readThrottled(text)).toBeUndefined();
    expect(readVoltageAlarm(text)).toBeUndefined();
  });

  it('of the alarm and of the temperature', () => {
    expect(readVoltageAlarm('1\n')).toEqual({ isNow: true, hasBeen: true });
    expect(readVoltageAlarm('0\n')).toEqual({ isNow: false, hasBeen: false });
    expect(readTemperatureC('48312\n')).toBe(48.312);
    expect(readTemperatureC('-1500')).toBe(-1.5);
    expect(readTemperatureC('hot')).toBeUndefined();
  });

  it.each([
    ['', undefined],
    [wireless(), undefined],
    [wireless(' wlan0: 0000   70.  -38.  -256        0      0      0      0      0        0'), 1],
    [wireless('wlx00c0caabcdef: 0000   35   -75  -256   0      0      0      0      0        0'), 0.5],
    [wireless(' wlan0: 0000  100.  -20.  -256        0      0      0      0      0        0'), 1],
    [wireless(' wlan0: 0000    0     0     0', ' wlan1: 0000   14.  -96.  -256  0'), 0.2],
  ])('of the Wi-Fi: %j', (text, expected) => {
    expect(readLinkQuality(text)).toBe(expected);
  });
});

describe("the computer's health", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'starling-host-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  function reader(clock = new FakeClock()) {
    const paths = {
      temperature: join(folder, 'temp'),
      throttled: join(folder, 'get_throttled'),
      sensors: join(folder, 'hwmon'),
      wireless: join(folder, 'wireless'),
    };
    return new HostHealthReader({ clock, dataFolder: folder, paths });
  }

  async function sensor(name: string, alarm: string): Promise<void> {
    const place = join(folder, 'hwmon', name === 'rpi_volt' ? 'hwmon1' : 'hwmon0');
    await mkdir(place, { recursive: true });
    await writeFile(join(place, 'name'), `${name}\n`);
    await writeFile(join(place, 'in0_lcrit_alarm'), alarm);
  }

  it('on a PC is its disk alone', async () => {
    const host = reader();
    expect(host.health).toBeUndefined();
    await host.refresh();
    expect(host.health).toEqual({ ageMs: 0, diskFreeBytes: expect.any(Number) });
    expect(host.health?.diskFreeBytes).toBeGreaterThan(0);
  });

  it('on a Pi has temperature and power as well', async () => {
    await writeFile(join(folder, 'temp'), '61200\n');
    await writeFile(join(folder, 'get_throttled'), '50000\n');
    const host = reader();
    await host.refresh();
    expect(host.health).toMatchObject({
      cpuTemperatureC: 61.2,
      underVoltage: { isNow: false, hasBeen: true },
    });
  });

  it('takes the alarm from the sensor of that name, and remembers what has been', async () => {
    await sensor('cpu_thermal', '1');
    await sensor('rpi_volt', '1');
    const host = reader();
    await host.refresh();
    expect(host.health?.underVoltage).toEqual({ isNow: true, hasBeen: true });
    await sensor('rpi_volt', '0');
    await host.refresh();
    expect(host.health?.underVoltage).toEqual({ isNow: false, hasBeen: true });
    expect((await freshly(host)).health?.underVoltage?.isNow).toBe(false);
  });

  async function freshly(host: HostHealthReader): Promise<HostHealthReader> {
    await host.refresh();
    return host;
  }

  it('does not know the disk of a folder that is not there', async () => {
    const host = new HostHealthReader({ clock: new FakeClock(), dataFolder: join(folder, 'none') });
    await host.refresh();
    expect(host.health).not.toHaveProperty('diskFreeBytes');
  });

  it('has the quality of its Wi-Fi, which it misses once it had some', async () => {
    await writeFile(join(folder, 'wireless'), wireless());
    const host = reader();
    await host.refresh();
    expect(host.health).not.toHaveProperty('linkQuality');
    await writeFile(
      join(folder, 'wireless'),
      wireless(' wlan0: 0000   56.  -54.  -256   0   0   0   0   0   0'),
    );
    expect((await freshly(host)).health?.linkQuality).toBe(0.8);
    await rm(join(folder, 'wireless'));
    expect((await freshly(host)).health?.linkQuality).toBeNaN();
  });

  it('is read every 2 s, and says how old it is', async () => {
    const clock = new FakeClock();
    const host = reader(clock);
    host.start();
    await host.refresh();
    await clock.advance(1500);
    expect(host.health?.ageMs).toBe(1500);
    await writeFile(join(folder, 'temp'), '70000');
    await clock.advance(500);
    await vi.waitFor(() => expect(host.health).toMatchObject({ ageMs: 0, cpuTemperatureC: 70 }));
    host.close();
    expect(clock.pending).toBe(0);
  });
});
