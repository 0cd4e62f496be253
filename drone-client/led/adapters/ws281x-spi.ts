/** A WS281x strip on the SPI bus of a Raspberry Pi. Knows the bus' device file; no effects and no brightness. */
import { constants } from 'node:fs';
import { type FileHandle, open, readFile } from 'node:fs/promises';
import { errorCode, errorText, UsageError } from '../../../lib/errors.js';
import type { Rgb } from '../../../lib/show/model.js';
import type { LedDevice } from '../led.js';
import { type ColorOrder, encodeFrame, roomProblem, spiHz } from '../ws281x-encoding.js';

export type Ws281xOptions = {
  /** E.g. /dev/spidev0.0; the strip's data line hangs on MOSI (GPIO 10, pin 19). */
  readonly device: string;
  readonly count: number;
  readonly order: ColorOrder;
};

const write = 1;
const spiMagic = 'k';

/** Source: Linux, include/uapi/linux/spi/spidev.h and asm-generic/ioctl.h: _IOW('k', number, bytes). */
const requests = {
  mode: writeRequest(1, 1),
  bitsPerWord: writeRequest(3, 1),
  maxSpeedHz: writeRequest(4, 4),
} as const;

/** Clock idle low, sampled at its first edge; eight bits a word. */
const mode0 = 0;
const bitsPerWord = 8;
/** Source: Linux spidev, module parameter `bufsiz`. */
const bufferPath = '/sys/module/spidev/parameters/bufsiz';
const defaultBufferBytes = 4096;
/** 50 frames a second are more than anybody sees. */
const minIntervalMs = 20;

/** The number of an ioctl that writes so many bytes to the kernel. */
export function writeRequest(number: number, bytes: number): number {
  return write * 2 ** 30 + bytes * 2 ** 16 + spiMagic.charCodeAt(0) * 2 ** 8 + number;
}

/**
 * Opens the bus and sets its speed.
 * @throws UsageError when there is no such bus, it is not ours to open, or the strip is longer than the bus' buffer: it
 * says what to do.
 */
export async function openWs281x({ device, count, order }: Ws281xOptions): Promise<LedDevice> {
  const file = await openBus(device);
  try {
    await expectRoom(device, count);
    const set = await ioctlOf(file.fd, device);
    set(requests.mode, Uint8Array.of(mode0));
    set(requests.bitsPerWord, Uint8Array.of(bitsPerWord));
    set(requests.maxSpeedHz, new Uint8Array(Uint32Array.of(spiHz).buffer));
  } catch (error) {
    await file.close();
    throw error;
  }
  return new Ws281xStrip(file, count, order);
}

/** Frames for a bus that is open and set; the file becomes its own. */
export class Ws281xStrip implements LedDevice {
  readonly pixelCount: number;
  readonly minIntervalMs = minIntervalMs;
  readonly refreshMs = undefined;
  readonly #file: FileHandle;
  readonly #order: ColorOrder;
  #isClosed = false;

  constructor(file: FileHandle, count: number, order: ColorOrder) {
    this.#file = file;
    this.pixelCount = count;
    this.#order = order;
  }

  async write(pixels: readonly Rgb[]): Promise<void> {
    if (this.#isClosed) return;
    const frame = encodeFrame(pixels, this.#order);
    const { bytesWritten } = await this.#file.write(frame);
    if (bytesWritten !== frame.length)
      throw new Error(`the bus took ${bytesWritten} of ${frame.length} bytes`);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#file.close();
  }
}

async function openBus(device: string): Promise<FileHandle> {
  try {
    // Not blocking: a pipe or a modem line, named by mistake, must not hold up the client.
    return await open(device, constants.O_WRONLY | constants.O_NONBLOCK);
  } catch (error) {
    const what: Record<string, string> = {
      ENOENT:
        'there is no such bus: put dtparam=spi=on into /boot/firmware/config.txt, restart the Pi, and wire the strip to GPIO 10',
      EACCES: 'it is not ours to open: add the user to the group spi',
    };
    throw new UsageError(`lights on ${device}: ${what[errorCode(error) ?? ''] ?? errorText(error)}`);
  }
}

async function expectRoom(device: string, count: number): Promise<void> {
  const text = await readFile(bufferPath, 'utf8').catch(() => '');
  const problem = roomProblem(count, Number.parseInt(text, 10) || defaultBufferBytes);
  if (problem !== undefined) throw new UsageError(`lights on ${device}: ${problem}`);
}

type SetBus = (request: number, value: Uint8Array) => void;

/** Loaded only here: who has no strip needs no native code. */
async function ioctlOf(fd: number, device: string): Promise<SetBus> {
  const { default: koffi } = await import('koffi');
  const ioctl = koffi.load('libc.so.6').func('int ioctl(int fd, unsigned long request, uint8_t *value)');
  return (request, value) => {
    if (ioctl(fd, request, value) === 0) return;
    const number = koffi.errno();
    const why = number === koffi.os.errno.ENOTTY ? 'it is no SPI bus' : 'the bus can not be set';
    throw new UsageError(
      `lights on ${device}: ${why} (ioctl 0x${request.toString(16)}, errno ${number}): set [LED] spi_device`,
    );
  };
}
