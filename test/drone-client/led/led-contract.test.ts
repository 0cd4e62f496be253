import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { Ws281xStrip } from '../../../drone-client/led/adapters/ws281x-spi.js';
import type { Led, LedDevice, LedEffect } from '../../../drone-client/led/led.js';
import { LedController } from '../../../drone-client/led/led-controller.js';
import { MavlinkLed } from '../../../drone-client/led/mavlink-led.js';
import { NoLed } from '../../../drone-client/led/no-led.js';
import { PreviewLed } from '../../../drone-client/led/preview-led.js';
import { encodeFrame } from '../../../drone-client/led/ws281x-encoding.js';
import { black, type Rgb } from '../../../lib/show/model.js';
import { FakeClock } from '../../support/fake-clock.js';
import { RecorderDevice } from '../../support/recorder-device.js';

const red: Rgb = { red: 255, green: 0, blue: 0 };
const green: Rgb = { red: 0, green: 255, blue: 0 };
const kinds: readonly LedEffect['kind'][] = ['fill', 'wipe', 'blink', 'blink_fast', 'flash', 'fade'];
const correction = { brightness: 0.5, gamma: 2.2 };

type Rig = { readonly clock: FakeClock; readonly led: Led; readonly errors: string[] };

const folders: string[] = [];
const strips: Ws281xStrip[] = [];

/** A file in the place of a bus. */
async function openStrip(path = temporaryFile(), count = 2): Promise<Ws281xStrip> {
  const strip = new Ws281xStrip(await open(path, 'w'), count, 'grb');
  strips.push(strip);
  return strip;
}

function temporaryFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'starling-led-'));
  folders.push(folder);
  return join(folder, 'bus');
}

afterEach(async () => {
  for (const strip of strips.splice(0)) await strip.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

function controlled(device: LedDevice): Rig {
  const clock = new FakeClock();
  const errors: string[] = [];
  const led = new LedController({ clock, device, correction, onError: (text) => errors.push(text) });
  return { clock, led, errors };
}

function faulty(mode: RecorderDevice['mode']): Rig {
  const device = new RecorderDevice();
  device.mode = mode;
  return controlled(device);
}

const nowhere = (): void => undefined;

const makers: readonly [string, () => Promise<Rig>][] = [
  [
    'a preview',
    async () => {
      const clock = new FakeClock();
      return { clock, led: new PreviewLed(clock), errors: [] };
    },
  ],
  ['a device that works', async () => faulty('works')],
  ['a device that throws', async () => faulty('throws')],
  ['a device that rejects', async () => faulty('rejects')],
  ['a device that hangs', async () => faulty('hangs')],
  ['ArduPilot', async () => controlled(new MavlinkLed('ardupilot', nowhere))],
  ['the show firmware', async () => controlled(new MavlinkLed('skybrush', nowhere))],
  ['a strip', async () => controlled(await openStrip(temporaryFile(), 7))],
];

describe.each(makers)('the lights of %s', (_, make) => {
  it('tell the newest colour at once, as the show has it, and are dark before the first', async () => {
    const { led } = await make();
    expect(led.isPresent).toBe(true);
    expect(led.color).toEqual(black);
    led.setColor(red);
    expect(led.color).toEqual(red);
    led.setColor(green);
    led.setColor({ red: 1, green: 2, blue: 3 });
    expect(led.color).toEqual({ red: 1, green: 2, blue: 3 });
  });

  it.each(kinds)('play a %s until the next colour', async (kind) => {
    const { clock, led } = await make();
    led.play({ kind, color: red });
    expect(led.color).toEqual(kind === 'fade' ? black : red);
    await clock.advance(450);
    if (kind === 'flash') expect(led.color).toEqual(black);
    led.setColor(green);
    await clock.advance(5000);
    expect(led.color).toEqual(green);
  });

  it('go on with an effect that is asked for again in every tick', async () => {
    const { clock, led } = await make();
    const seen: boolean[] = [];
    for (let tick = 0; tick < 20; tick += 1) {
      led.play({ kind: 'blink_fast', color: red });
      seen.push(led.color.red === 255);
      await clock.advance(20);
    }
    const half = (isLit: boolean) => new Array<boolean>(5).fill(isLit);
    expect(seen).toEqual([...half(true), ...half(false), ...half(true), ...half(false)]);
  });

  it('end dark, in time and once, and are silent from then on', async () => {
    const { clock, led } = await make();
    led.play({ kind: 'blink', color: red });
    await clock.advance(100);
    let isClosed = false;
    const closed = Promise.all([led.close(), led.close()]).then(() => {
      isClosed = true;
    });
    for (let waits = 0; waits < 100 && !isClosed; waits += 1) await clock.advance(20);
    await closed;
    expect(led.color).toEqual(black);
    led.setColor(green);
    led.play({ kind: 'fill', color: green });
    expect(led.color).toEqual(black);
    expect(clock.pending).toBe(0);
  });
});

/** Without the strip: its file takes its real time. */
const inFakeTime = makers.filter(([name]) => name !== 'a strip');

describe.each(inFakeTime)('the lights of %s', (name, make) => {
  it('tell of a fault once, and never those who set colours', async () => {
    const { clock, led, errors } = await make();
    for (let tick = 0; tick < 500; tick += 1) {
      led.setColor(tick % 2 === 0 ? red : green);
      await clock.advance(20);
    }
    expect(errors.length).toBe(/throws|rejects|hangs/.test(name) ? 1 : 0);
  });
});

describe('the lights of a drone that has none', () => {
  it('take everything and stay dark', async () => {
    const led = new NoLed();
    led.setColor(red);
    for (const kind of kinds) led.play({ kind, color: red });
    expect(led.isPresent).toBe(false);
    expect(led.color).toEqual(black);
    await led.close();
  });
});

describe('a strip', () => {
  it('writes whole frames, the last one dark, and refuses none after its end', async () => {
    const path = temporaryFile();
    const strip = await openStrip(path);
    await strip.write([red, green]);
    await strip.write([black, black]);
    await strip.close();
    await strip.close();
    await strip.write([red, red]);
    const frames = [encodeFrame([red, green], 'grb'), encodeFrame([black, black], 'grb')];
    expect(readFileSync(path).equals(Buffer.concat(frames))).toBe(true);
  });

  it('that is pulled out from under the client fails, once told', async () => {
    const file = await open(temporaryFile(), 'w');
    const { clock, led, errors } = controlled(new Ws281xStrip(file, 2, 'grb'));
    await file.close();
    led.setColor(red);
    await clock.advance(10_000);
    expect(errors).toHaveLength(1);
    expect(errors[0]).toContain('the lights do not work: ');
  });
});
