/**
 * MAVLink over a serial device (UART or USB), opened by `serialport`. Knows no MAVLink. Imported lazily: it loads a
 * native addon that only a drone's computer needs.
 */
import { Buffer } from 'node:buffer';
import { SerialPort } from 'serialport';
import { errorText } from '../../../lib/errors.js';
import type { Clock } from '../../../lib/time/clock.js';
import type { MavlinkLink } from '../mavlink/link.js';
import type { Line } from './line-writer.js';
import type { LinkReport } from './link-reports.js';
import { type LineListener, ReopeningLink } from './reopening-link.js';

export type SerialLinkOptions = {
  readonly path: string;
  readonly baudRate: number;
  readonly clock: Clock;
  readonly onReport?: (report: LinkReport) => void;
};

/** The port as the binding opens it: promises, where the stream around it leaves callbacks of late writes uncalled. */
type Port = Awaited<ReturnType<typeof SerialPort.binding.open>>;

/** 8N1: ten bits a byte. */
const bitsPerByte = 10;
/** Half of the 100 ms of line time that a new frame may stand behind: one half in the system, one half with us. */
const halfBudgetMs = 50;
/** A MAVLink 2 frame with all it can have. Source: MAVLink 2, packet format. */
const longestFrameBytes = 280;
const readBytes = 4096;

/**
 * A link over the device, which need not be there yet: it is tried each second, and after every unplugging.
 * At most 100 ms of the line's rate wait in front of a frame (one frame when that is less); older frames give way.
 */
export function openSerialLink({ path, baudRate, clock, onReport }: SerialLinkOptions): MavlinkLink {
  const bytesPerS = baudRate / bitsPerByte;
  const halfBytes = Math.max(longestFrameBytes, (bytesPerS * halfBudgetMs) / 1000);
  return new ReopeningLink({
    name: `serial ${path} at ${baudRate} baud`,
    clock,
    openLine: (listener) => openDevice(path, baudRate, listener),
    backlog: { maxQueuedBytes: halfBytes, pace: { bytesPerS, maxOnLineBytes: halfBytes } },
    ...(onReport && { onReport }),
  });
}

async function openDevice(path: string, baudRate: number, listener: LineListener): Promise<Line> {
  let port: Port;
  try {
    port = await SerialPort.binding.open({ path, baudRate });
  } catch (error) {
    throw new Error(openingAdvice(errorText(error)), { cause: error });
  }
  void readUntilBroken(port, listener);
  return {
    async write(bytes) {
      try {
        await port.write(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
      } catch (error) {
        throw new Error(breakAdvice(error), { cause: error });
      }
    },
    close: () => closePort(port),
  };
}

/**
 * A device that is unplugged while a read is under way may read as empty for ever, which the binding tries again: then
 * it is the next write, at the latest the heartbeat of every second, that fails and ends both.
 */
async function readUntilBroken(port: Port, listener: LineListener): Promise<void> {
  const buffer = Buffer.alloc(readBytes);
  while (!listener.signal.aborted) {
    const bytesRead = await read(port, buffer, listener);
    if (bytesRead === undefined) return;
    listener.received(buffer.subarray(0, bytesRead));
  }
}

async function read(port: Port, buffer: Buffer, listener: LineListener): Promise<number | undefined> {
  try {
    return (await port.read(buffer, 0, buffer.length)).bytesRead;
  } catch (error) {
    listener.broken(breakAdvice(error));
    return undefined;
  }
}

/** What still waits is thrown away first: closing a device waits for it to be sent, up to 30 s. */
async function closePort(port: Port): Promise<void> {
  const ignore = (): void => undefined; // The device may be gone: there is nothing left to close then.
  await port.flush().catch(ignore);
  await port.close().catch(ignore);
}

/** What the system says when a device does not open, and what to do about it. */
const advices: readonly (readonly [RegExp, string])[] = [
  [
    /no such file|file not found|no such device/i,
    'there is no such device: check the cable and the name (ls /dev/serial*); the UART of a Raspberry Pi needs enable_uart=1 in config.txt',
  ],
  [
    /permission denied|access denied/i,
    'no permission to open it: sudo usermod -aG dialout USER, then log in again',
  ],
  [
    /cannot lock port|busy|temporarily unavailable/i,
    'another program has it open: stop it (a serial console, mavlink-router, ModemManager?)',
  ],
  [/inappropriate ioctl|not a (tty|typewriter)/i, 'it is no serial device: check the name'],
  [/baud/i, 'it does not do this rate: use another one'],
];

function openingAdvice(text: string): string {
  const advice = advices.find(([pattern]) => pattern.test(text))?.[1];
  return advice === undefined ? `could not be opened: ${text}` : advice;
}

function breakAdvice(error: unknown): string {
  return `broke (${errorText(error)}): unplugged, or without power? It is opened again when it is back`;
}
