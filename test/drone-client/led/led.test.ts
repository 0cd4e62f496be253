import { describe, expect, it } from 'vitest';
import { LedTest } from '../../../drone-client/led/led-test.js';
import { NoLed } from '../../../drone-client/led/no-led.js';
import { PreviewLed } from '../../../drone-client/led/preview-led.js';
import { black } from '../../../lib/show/model.js';
import { FakeClock } from '../../support/fake-clock.js';

describe('lights', () => {
  it('that are not there take every colour and stay dark', () => {
    const led = new NoLed();
    led.setColor({ red: 1, green: 2, blue: 3 });
    expect(led.isPresent).toBe(false);
    expect(led.color).toEqual(black);
  });

  it('of a preview keep the newest colour', () => {
    const led = new PreviewLed(new FakeClock());
    expect(led.color).toEqual(black);
    led.setColor({ red: 1, green: 2, blue: 3 });
    expect(led.color).toEqual({ red: 1, green: 2, blue: 3 });
  });

  it('are tested colour by colour and go dark; a cancelled test leaves them alone', async () => {
    const clock = new FakeClock();
    const led = new PreviewLed(clock);
    const test = new LedTest(clock, led);
    test.run();
    const seen: string[] = [];
    for (let i = 0; i < 5; i += 1) {
      seen.push(`${led.color.red},${led.color.green},${led.color.blue}`);
      await clock.advance(500);
    }
    expect(seen).toEqual(['255,0,0', '0,255,0', '0,0,255', '255,255,255', '0,0,0']);
    test.run();
    test.cancel();
    led.setColor({ red: 9, green: 9, blue: 9 });
    await clock.advance(5000);
    expect(led.color.red).toBe(9);
    expect(clock.pending).toBe(0);
  });
});
