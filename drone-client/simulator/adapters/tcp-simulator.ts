/** A simulated autopilot behind a TCP port of this machine, as software-in-the-loop offers it. One client at a time. */
import { Buffer } from 'node:buffer';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { AutopilotRunner, type RunnerOptions } from '../autopilot-runner.js';
import type { RunningSimulator } from './udp-simulator.js';

export type TcpSimulatorOptions = RunnerOptions & {
  /** Of 127.0.0.1; 0 (the default) lets the system choose. ArduPilot's SITL: 5760. */
  readonly port?: number;
};

const localhost = '127.0.0.1';
/** A client that reads no faster than this loses whole frames, as on a serial line. */
const maxQueuedBytes = 64 * 1024;

/**
 * Starts one; resolves when it can be connected to. A new client takes the place of the one before.
 * @throws Node's error when the port is taken.
 */
export async function startTcpSimulator(options: TcpSimulatorOptions): Promise<RunningSimulator> {
  let client: Socket | undefined;
  const runner = new AutopilotRunner(options, {
    send(frames) {
      if (client?.writable && client.writableLength < maxQueuedBytes) client.write(Buffer.concat(frames));
    },
  });
  const server = createServer({ noDelay: true }, (socket) => {
    client?.destroy();
    client = socket;
    runner.forget();
    socket.on('data', (bytes) => {
      if (client !== socket) return;
      runner.receive(bytes);
      runner.flush();
    });
    // It says the same as 'close', which always follows.
    socket.on('error', () => undefined);
  });
  await listen(server, options.port ?? 0).catch((error: unknown) => {
    runner.stop();
    throw error;
  });
  let closing: Promise<void> | undefined;
  return {
    port: portOf(server.address()),
    autopilot: runner.autopilot,
    close: () => {
      runner.stop();
      client?.destroy();
      closing ??= new Promise((resolve) => server.close(() => resolve()));
      return closing;
    },
  };
}

async function listen(server: Server, port: number): Promise<void> {
  const listening = once(server, 'listening');
  server.listen(port, localhost);
  await listening;
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('a TCP server without a port');
  return address.port;
}
