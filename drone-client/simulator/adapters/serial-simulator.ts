/** A simulated autopilot at the end of a serial line or pseudo-terminal. Knows no other transport. */
import { Buffer } from 'node:buffer';
import { once } from 'node:events';
import { SerialPort } from 'serialport';
import { DisconnectedError, errorText } from '../../../lib/errors.js';
import type { Autopilot } from '../autopilot.js';
import { AutopilotRunner, type RunnerOptions } from '../autopilot-runner.js';

export type SerialSimulatorOptions = RunnerOptions & {
  /** E.g. /dev/ttyUSB0, or one end of `openPtyPair`. */
  readonly path: string;
  readonly baudRate: number;
};

export type RunningSerialSimulator = { readonly autopilot: Autopilot; close(): Promise<void> };

/** More than this unsent: whole frames are dropped, as on a line that is too slow for them. */
const maxQueuedBytes = 4096;

/** Starts one; resolves when the line is open. @throws DisconnectedError when it can not be opened. */
export async function startSerialSimulator(options: SerialSimulatorOptions): Promise<RunningSerialSimulator> {
  const { path, baudRate } = options;
  const port = new SerialPort({ path, baudRate, autoOpen: false });
  const runner = new AutopilotRunner(options, {
    send(frames) {
      if (port.isOpen && port.writableLength < maxQueuedBytes) port.write(Buffer.concat(frames));
    },
  });
  port.on('data', (bytes: Uint8Array) => {
    runner.receive(bytes);
    runner.flush();
  });
  // A line that breaks ends with 'close'; the autopilot flies on, unheard.
  port.on('error', () => undefined);
  await opened(port).catch((error: unknown) => {
    runner.stop();
    throw new DisconnectedError(`serial ${path}: ${errorText(error)}`, { cause: error });
  });
  let closing: Promise<void> | undefined;
  return {
    autopilot: runner.autopilot,
    close: () => {
      runner.stop();
      closing ??= closed(port);
      return closing;
    },
  };
}

function opened(port: SerialPort): Promise<void> {
  return new Promise((resolve, reject) => port.open((error) => (error ? reject(error) : resolve())));
}

async function closed(port: SerialPort): Promise<void> {
  if (!port.isOpen) return;
  const done = once(port, 'close');
  port.close();
  await done;
}
