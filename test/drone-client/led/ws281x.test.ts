import { Buffer } from 'node:buffer';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import koffi from 'koffi';
import { describe, expect, it } from 'vitest';
import { droneConfigSpec } from '../../../drone-client/config-spec.js';
import { createLed } from '../../../drone-client/led/adapters/create-led.js';
import { openWs281x, writeRequest } from '../../../drone-client/led/adapters/ws281x-spi.js';
import { readLedSettings } from '../../../drone-client/led/settings.js';
import { encodeFrame, frameBytes, roomProblem } from '../../../drone-client/led/ws281x-encoding.js';
import { loadConfig } from '../../../lib/config/index.js';
import { UsageError } from '../../../lib/errors.js';
import { FakeClock } from '../../support/fake-clock.js';

describe('a WS281x frame', () => {
  it('is eight SPI bits a bit, green first, most significant bit first, in 300 µs of silence', () => {
    const frame = encodeFrame([{ red: 0x80, green: 0x01, blue: 0xff }], 'grb');
    expect(Buffer.from(frame.subarray(240, 264)).toString('hex')).toBe(
      ['c0c0c0c0c0c0c0f8', 'f8c0c0c0c0c0c0c0', 'f8f8f8f8f8f8f8f8'].join(''),
    );
    expect(frame.length).toBe(240 + 24 + 240);
    const around = [...frame.subarray(0, 240), ...frame.subarray(264)];
    expect(around.every((byte) => byte === 0)).toBe(true);
    expect(frameBytes(58)).toBe(240 + 58 * 24 + 240);
  });

  it('fits into the driver’s buffer, or says which buffer it needs', () => {
    expect(roomProblem(150, 4096)).toBeUndefined();
    expect(roomProblem(151, 4096)).toBe(
      '151 pixels need 4104 bytes, the driver takes 4096: put spidev.bufsiz=8192 into /boot/firmware/cmdline.txt and restart the Pi',
    );
    expect(roomProblem(1000, 32_768)).toBeUndefined();
  });

  it('follows the order of the strip', () => {
    const lit = (order: 'rgb' | 'bgr') =>
      [240, 248, 256].map((at) => encodeFrame([{ red: 255, green: 0, blue: 0 }], order)[at] === 0xf8);
    expect(lit('rgb')).toEqual([true, false, false]);
    expect(lit('bgr')).toEqual([false, false, true]);
  });
});

const makePipe = koffi.load('libc.so.6').func('int mkfifo(const char *path, uint32_t mode)');

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
      expect(makePipe(join(folder, 'pipe'), 0o600)).toBe(0);
      await expect(openWs281x({ ...strip, device: join(folder, 'pipe') })).rejects.toThrow(UsageError);
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

  it('on an autopilot that no way leads to are none, and that is told', async () => {
    const warnings: string[] = [];
    const led = await createLed(
      readLedSettings(loadConfig('[LED]\ntype = mavlink\n', 'drone.ini', droneConfigSpec)),
      { clock: new FakeClock(), isSimulated: false, onWarning: (text) => warnings.push(text) },
    );
    expect(led.isPresent).toBe(false);
    expect(warnings.join()).toContain('set [LED] type');
  });

  it('that can not be opened leave the drone dark, and flying', async () => {
    const { led, warnings } = await made('[LED]\ntype = ws281x\nspi_device = /dev/spidev9.9\n');
    expect(led.isPresent).toBe(false);
    expect(warnings.join()).toContain('/dev/spidev9.9');
  });
});
