/** A simulated autopilot together with the link by which a vehicle reaches it: UDP, TCP or a serial line. */
import type { VehicleUrl } from '../../vehicle/vehicle-url.js';
import type { Autopilot } from '../autopilot.js';
import type { RunnerOptions } from '../autopilot-runner.js';
import { openPtyPair } from './pty-pair.js';
import { startTcpSimulator } from './tcp-simulator.js';
import { startSimulator } from './udp-simulator.js';

/** `pty`: a pair of pseudo-terminals, which is a serial line to whoever opens it. */
export type SimulatorLink = 'udp' | 'tcp' | 'pty';

export type LinkedSimulator = {
  readonly autopilot: Autopilot;
  /** Where a vehicle finds it. */
  readonly url: VehicleUrl;
  close(): Promise<void>;
};

const localhost = '127.0.0.1';
const baudRate = 921_600;

/**
 * Starts one; `folder` must exist and takes the ends of a serial line.
 * @throws UsageError when the serial line wants a program that is not installed.
 */
export async function startLinkedSimulator(
  link: SimulatorLink,
  folder: string,
  options: RunnerOptions,
): Promise<LinkedSimulator> {
  if (link === 'pty') return startOnPty(folder, options);
  const start = link === 'udp' ? startSimulator : startTcpSimulator;
  const { autopilot, port, close } = await start(options);
  return { autopilot, url: { kind: link, host: localhost, port }, close };
}

async function startOnPty(folder: string, options: RunnerOptions): Promise<LinkedSimulator> {
  // Native code, which a fleet on sockets does not need.
  const { startSerialSimulator } = await import('./serial-simulator.js');
  const pair = await openPtyPair({ folder });
  try {
    const { autopilot, close } = await startSerialSimulator({ ...options, path: pair.vehiclePath, baudRate });
    return {
      autopilot,
      url: { kind: 'serial', path: pair.clientPath, baudRate },
      async close() {
        await close();
        await pair.close();
      },
    };
  } catch (error) {
    await pair.close();
    throw error;
  }
}
