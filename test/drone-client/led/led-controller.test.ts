import { afterEach, describe, expect, it } from 'vitest';
import { makeCorrection } from '../../../drone-client/led/correction.js';
import { LedController } from '../../../drone-client/led/led-controller.js';
import { MavlinkLed } from '../../../drone-client/led/mavlink-led.js';
import { black, type Rgb } from '../../../lib/show/model.js';
import { FakeClock } from '../../support/fake-clock.js';
import { RecorderDevice } from '../../support/recorder-device.js';

const red: Rgb = { red: 255, green: 0, blue: 0 };
const green: Rgb = { red: 0, green: 255, blue: 0 };
const blue: Rgb = { red: 0, green: 0, blue: 255 };
const devices: RecorderDevice[] = [];

afterEach(() => {
  for (const { misuse } of devices.splice(0)) expect(misuse).toEqual([]);
});

/** How often a strip was computed. */
function countLooks(device: RecorderDevice): () => number {
  const { pixelCount } = device;
  let looks = 0;
  Object.defineProperty(device, 'pixelCount', {
    get: () => {
      looks += 1;
      return pixelCount;
    },
  });
  return () => looks;
}

const plain = { brightness: 1, gamma: 1 };

function rig(device = new RecorderDevice(), correction = plain) {
  devices.push(device);
  const clock = new FakeClock();
  const errors: string[] = [];
  const led = new LedController({ clock, device, correction, onError: (text) => errors.push(text) });
  const last = () => device.writes.at(-1);
  return { clock, device, led, errors, last };
}

/** A strip that has gone dark, as each does at first, and takes its next colour at once. */
async function darkRig(...options: Parameters<typeof rig>) {
  const made = rig(...options);
  await made.clock.advance(1000);
  made.device.writes.length = 0;
  return made;
}

describe('the lights of a strip', () => {
  it('show each new colour once, on every pixel', async () => {
    const { clock, device, led } = rig();
    led.setColor(red);
    await clock.advance(20);
    const looks = countLooks(device);
    for (let count = 0; count < 50; count += 1) {
      led.setColor(red);
      await clock.advance(20);
    }
    expect(looks()).toBe(0);
    expect(device.writes).toEqual([
      [black, black, black],
      [red, red, red],
    ]);
    expect(led.color).toEqual(red);
    expect(clock.pending).toBe(0);
  });

  it('are corrected for the eye and limited, while the colour told stays the show’s', async () => {
    const correction = { brightness: 0.5, gamma: 2 };
    const { clock, led, last } = await darkRig(new RecorderDevice({ pixelCount: 1 }), correction);
    led.setColor({ red: 255, green: 128, blue: 0 });
    await clock.advance(0);
    expect(last()).toEqual([{ red: 128, green: 32, blue: 0 }]);
    expect(led.color).toEqual({ red: 255, green: 128, blue: 0 });
  });

  it('are whole numbers from 0 to 255, whatever a show says', () => {
    const correct = makeCorrection(plain);
    expect(
      correct([
        { red: 300, green: -5, blue: Number.NaN },
        { ...black, red: 99.6 },
      ]),
    ).toEqual([
      { red: 255, green: 0, blue: 0 },
      { ...black, red: 100 },
    ]);
  });

  it('keep the pace of the device, and end with the newest colour', async () => {
    const { clock, device, led, last } = rig(new RecorderDevice({ minIntervalMs: 100 }));
    for (let value = 1; value <= 100; value += 1) {
      led.setColor({ red: value, green: 0, blue: 0 });
      await clock.advance(10);
    }
    expect(device.writes.length).toBeLessThanOrEqual(11);
    await clock.advance(200);
    expect(last()?.[0]?.red).toBe(100);
  });

  it('repeat what a device forgets', async () => {
    const { clock, device, led } = rig(new RecorderDevice({ refreshMs: 2000 }));
    led.setColor(red);
    await clock.advance(10_000);
    expect(device.writes.length).toBeGreaterThanOrEqual(4);
    expect(device.writes.length).toBeLessThanOrEqual(6);
  });

  it.each(['throws', 'rejects'] as const)(
    'of a device that %s are told of once, and tried again',
    async (mode) => {
      const { clock, device, led, errors, last } = await darkRig();
      device.mode = mode;
      expect(() => led.setColor(red)).not.toThrow();
      await clock.advance(5000);
      expect(errors).toEqual(['the lights do not work: short circuit']);
      expect(led.trouble).toBe(errors[0]);
      expect(device.writes.length).toBeGreaterThanOrEqual(4);
      expect(device.writes.length).toBeLessThanOrEqual(6);
      device.mode = 'works';
      await clock.advance(1500);
      expect(last()).toEqual([red, red, red]);
      expect(led.trouble).toBeUndefined();
      const { length } = device.writes;
      await clock.advance(5000);
      expect(device.writes).toHaveLength(length);
      device.mode = mode;
      led.setColor(green);
      await clock.advance(100);
      expect(errors).toHaveLength(2);
    },
  );

  it('of a device that hangs are told of once and queue nothing: the newest colour comes when it goes on', async () => {
    const { clock, device, led, errors, last } = await darkRig();
    device.mode = 'hangs';
    led.setColor(red);
    await clock.advance(500);
    expect(errors).toEqual([]);
    led.setColor(green);
    await clock.advance(600);
    expect(errors).toEqual(['the lights do not work: they took no colour for 1 s']);
    expect(led.trouble).toBe(errors[0]);
    led.play({ kind: 'blink_fast', color: red });
    expect(clock.pending).toBe(0);
    await clock.advance(600_000);
    led.setColor(blue);
    expect(errors).toHaveLength(1);
    expect(device.writes).toEqual([[red, red, red]]);
    device.mode = 'works';
    device.release();
    await clock.advance(100);
    expect(device.writes).toHaveLength(2);
    expect(last()).toEqual([blue, blue, blue]);
    expect(led.color).toEqual(blue);
  });

  it('of a device that fails are looked at once a second only, whatever runs', async () => {
    const { clock, device, led } = await darkRig();
    device.mode = 'rejects';
    let timers = 0;
    const after = clock.after.bind(clock);
    clock.after = (delayMs, fn) => {
      timers += 1;
      return after(delayMs, fn);
    };
    led.play({ kind: 'blink_fast', color: red });
    await clock.advance(10_000);
    expect(device.writes.length).toBeLessThanOrEqual(11);
    expect(timers).toBeLessThanOrEqual(2 * 11);
  });

  it('are computed fifty times a second at most, however fast the colours come', async () => {
    const { clock, device, led, last } = await darkRig();
    const looks = countLooks(device);
    for (let value = 0; value < 1000; value += 1) {
      led.setColor({ red: value % 256, green: 1, blue: 0 });
      await clock.advance(1);
    }
    await clock.advance(20);
    expect(device.writes.length).toBeLessThanOrEqual(52);
    expect(device.writes.length).toBeGreaterThanOrEqual(49);
    // Each write is a look before it, a check of its size by the device, and a look after it.
    expect(looks()).toBeLessThanOrEqual(4 * 52);
    expect(last()?.[0]?.red).toBe(999 % 256);
  });

  it('that a client before this one left on go out at once', async () => {
    const { clock, device } = rig();
    await clock.advance(0);
    expect(device.writes).toEqual([[black, black, black]]);
    const forgetful = rig(new RecorderDevice({ refreshMs: 2000 }));
    await forgetful.clock.advance(10_000);
    expect(forgetful.device.writes).toEqual([]);
    await forgetful.led.close();
    expect(forgetful.device.writes).toEqual([]);
  });

  it('go dark at the end, also when a colour is under way, and take no colour after it', async () => {
    const { clock, device, led, last } = await darkRig();
    device.mode = 'hangs';
    led.setColor(red);
    const closed = led.close();
    device.mode = 'works';
    device.release();
    await closed;
    expect(last()).toEqual([black, black, black]);
    expect(device.isClosed).toBe(true);
    led.setColor(green);
    led.play({ kind: 'blink', color: green });
    await clock.advance(5000);
    expect(last()).toEqual([black, black, black]);
    expect(led.color).toEqual(black);
    expect(clock.pending).toBe(0);
  });

  it.each(['throws', 'rejects', 'hangs'] as const)('end in a second with a device that %s', async (mode) => {
    const { clock, device, led, errors } = await darkRig();
    led.setColor(red);
    await clock.advance(100);
    device.mode = mode;
    const { length } = device.writes;
    const close = device.close.bind(device);
    device.close = async () => {
      await close();
      await new Promise<void>(() => undefined);
    };
    led.setColor(green);
    const closed = led.close();
    expect(led.close()).toBe(closed);
    await clock.advance(1000);
    await closed;
    device.mode = 'works';
    device.release();
    await clock.advance(5000);
    expect(device.writes.length - length).toBe(mode === 'hangs' ? 1 : 2);
    expect(errors).toEqual(mode === 'hangs' ? [] : ['the lights do not work: short circuit']);
    expect(clock.pending).toBe(0);
  });
});

describe('effects', () => {
  const strip = async (kind: 'fill' | 'wipe' | 'blink' | 'blink_fast' | 'flash' | 'fade') => {
    const made = await darkRig();
    made.led.setColor(blue);
    await made.clock.advance(1000);
    made.led.play({ kind, color: red });
    return made;
  };

  it('a wipe goes from pixel to pixel within half a second', async () => {
    const { clock, last } = await strip('wipe');
    await clock.advance(160);
    expect(last()).toEqual([red, blue, blue]);
    await clock.advance(20);
    expect(last()).toEqual([red, red, blue]);
    await clock.advance(140);
    expect(last()).toEqual([red, red, blue]);
    await clock.advance(40);
    expect(last()).toEqual([red, red, red]);
    expect(clock.pending).toBe(0);
  });

  it.each([
    ['blink', 500],
    ['blink_fast', 100],
  ] as const)('a %s is lit and dark for %d ms each', async (kind, halfMs) => {
    const { clock, led } = await strip(kind);
    const seen: Rgb[] = [];
    for (let half = 0; half < 4; half += 1) {
      await clock.advance(half === 0 ? halfMs / 2 : halfMs);
      seen.push(led.color);
    }
    expect(seen).toEqual([red, black, red, black]);
  });

  it('a flash shows twice, and then what was before; asked for again, it flashes again', async () => {
    const { clock, led } = await strip('flash');
    const seen: Rgb[] = [];
    for (let part = 0; part < 5; part += 1) {
      await clock.advance(part === 0 ? 50 : 100);
      seen.push(led.color);
    }
    expect(seen).toEqual([red, black, red, black, blue]);
    expect(clock.pending).toBe(0);
    led.play({ kind: 'flash', color: red });
    expect(led.color).toEqual(red);
    await clock.advance(500);
    expect(led.color).toEqual(blue);
  });

  it('that a flash interrupts goes on in its own time, also after a second flash', async () => {
    const { clock, led, last } = await strip('blink');
    await clock.advance(600);
    led.play({ kind: 'flash', color: green });
    await clock.advance(150);
    led.play({ kind: 'flash', color: blue });
    expect(led.color).toEqual(blue);
    await clock.advance(420);
    expect(last()).toEqual([red, red, red]);
    await clock.advance(400);
    expect(last()).toEqual([black, black, black]);
  });

  it('a fade goes over half a second', async () => {
    const { clock, led, last } = await strip('fade');
    await clock.advance(250);
    expect(led.color).toEqual({ red: 128, green: 0, blue: 128 });
    await clock.advance(300);
    expect(last()).toEqual([red, red, red]);
    expect(clock.pending).toBe(0);
  });

  it('that is asked for again and again goes on, and a colour ends it', async () => {
    const { clock, led, last } = await strip('blink_fast');
    for (let tick = 0; tick < 3; tick += 1) {
      await clock.advance(50);
      led.play({ kind: 'blink_fast', color: red });
    }
    expect(led.color).toEqual(black);
    led.setColor(green);
    await clock.advance(100);
    expect(last()).toEqual([green, green, green]);
    expect(clock.pending).toBe(0);
  });
});

describe('lights that the autopilot drives', () => {
  it.each([
    ['ardupilot', 255],
    ['skybrush', 42],
  ] as const)(
    'of %s are addressed as it wants, ten times a second at most, and again before they lapse',
    async (dialect, address) => {
      const sent: { instance: number; pattern: number; bytes: Uint8Array }[] = [];
      const clock = new FakeClock();
      const device = new MavlinkLed(dialect, (control) => sent.push(control));
      const led = new LedController({ clock, device, correction: plain, onError: () => undefined });
      led.setColor({ red: 1, green: 2, blue: 3 });
      await clock.advance(0);
      expect(sent).toEqual([{ instance: address, pattern: address, bytes: Uint8Array.of(1, 2, 3) }]);
      for (let value = 1; value <= 50; value += 1) {
        led.setColor({ red: value, green: 0, blue: 0 });
        await clock.advance(20);
      }
      expect(sent.length).toBeLessThanOrEqual(12);
      const { length } = sent;
      await clock.advance(10_000);
      expect(sent.length - length).toBeGreaterThanOrEqual(4);
    },
  );
});
