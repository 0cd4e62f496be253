import { Buffer } from 'node:buffer';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { droneConfigSpec } from '../../../drone-client/config-spec.js';
import { createLed } from '../../../drone-client/led/adapters/create-led.js';
import { openWs281x, writeRequest } from '../../../drone-client/led/adapters/ws281x-spi.js';
import { readLedSettings } from '../../../drone-client/led/settings.js';
import { encodeFrame, frameBytes } from '../../../drone-client/led/ws281x-encoding.js';
import { loadConfig } from '../../../lib/config/index.js';
import { FakeClock } from '../../support/fake-clock.js';

describe('a WS281x frame', () => {
  it('is eight SPI bits a bit, green first, most significant bit first, with 300 µs of silence after it', () => {
    const frame = encodeFrame([{ red: 0x80, green: 0x01, blue: 0xff }], 'grb');
    expect(Buffer.from(frame.subarray(0, 24)).toString('hex')).toBe(
      ['c0c0c0c0c0c0c0f8', 'f8c0c0c0c0c0c0c0', 'f8f8f8f8f8f8f8f8'].join(''),
    );
    expect(frame.length).toBe(24 + 240);
    expect(frame.subarray(24).every((byte) => byte === 0)).toBe(true);
    expect(frameBytes(58)).toBe(58 * 24 + 240);
  });

  it('follows the order of the strip', () => {
    const lit = (order: 'rgb' | 'bgr') =>
      [0, 8, 16].map((at) => encodeFrame([{ red: 255, green: 0, blue: 0 }], order)[at] === 0xf8);
    expect(lit('rgb')).toEqual([true, false, false]);
    expect(lit('bgr')).toEqual([false, false, true]);
  });
});

describe('a strip on the SPI bus', () => {
  it('has its ioctl numbers from the kernel’s formula', () => {
    expect([writeRequest(1, 1), writeRequest(3, 1), writeRequest(4, 4)]).toEqual([
      0x40016b01, 0x40016b03, 0x40046b04,
    ]);
  });

  it('that is not there, is no bus, or is too long says what to do', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'starling-led-'));
    const plain = join(folder, 'plain');
    writeFileSync(plain, '');
    const strip = { count: 10, order: 'grb' } as const;
    try {
      await expect(openWs281x({ ...strip, device: join(folder, 'none') })).rejects.toThrow(
        'put dtparam=spi=on into /boot/firmware/config.txt',
      );
      await expect(openWs281x({ ...strip, device: plain })).rejects.toThrow(
        'it is no SPI bus (ioctl 0x40016b01, errno 25)',
      );
      if (!existsSync('/sys/module/spidev/parameters/bufsiz'))
        await expect(openWs281x({ ...strip, count: 500, device: plain })).rejects.toThrow(
          'put spidev.bufsiz=16384',
        );
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('the configured lights', () => {
  const made = async (ini: string, isSimulated = false) => {
    const warnings: string[] = [];
    const sent: unknown[] = [];
    const led = await createLed(readLedSettings(loadConfig(ini, 'drone.ini', droneConfigSpec)), {
      clock: new FakeClock(),
      isSimulated,
      sendLedControl: (control) => sent.push(control),
      onWarning: (text) => warnings.push(text),
    });
    return { led, warnings, sent };
  };

  it('are a preview in the simulator; on a drone nobody is left in the dark about being dark', async () => {
    expect((await made('', true)).led.isPresent).toBe(true);
    const real = await made('');
    expect(real.led.isPresent).toBe(false);
    expect(real.warnings.join()).toContain('set [LED] type');
    expect((await made('[LED]\ntype = none\n')).warnings).toEqual([]);
    expect((await made('[LED]\nuse = False\ntype = mavlink\n')).led.isPresent).toBe(false);
  });

  it('go to the autopilot where the configuration says so', async () => {
    const { led, sent } = await made('[LED]\ntype = mavlink_skybrush\ngamma = 1\n');
    led.setColor({ red: 7, green: 8, blue: 9 });
    expect(sent).toEqual([{ instance: 42, pattern: 42, bytes: Uint8Array.of(7, 8, 9) }]);
  });

  it('that can not be opened leave the drone dark, and flying', async () => {
    const { led, warnings } = await made('[LED]\ntype = ws281x\nspi_device = /dev/spidev9.9\n');
    expect(led.isPresent).toBe(false);
    expect(warnings.join()).toContain('/dev/spidev9.9');
  });
});
