/** A simulated autopilot on a UDP socket of this machine, run by a clock. Answers whoever spoke last, as PX4 does. */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { Autopilot } from '../autopilot.js';
import { AutopilotRunner, type RunnerOptions, type Wire } from '../autopilot-runner.js';

export type SimulatorOptions = RunnerOptions & {
  /** Of 127.0.0.1; 0 (the default) lets the system choose. */
  readonly port?: number;
  /** A port of 127.0.0.1 to speak to before anybody spoke (PX4: 14540 + i). */
  readonly speaksTo?: number;
};

export type RunningSimulator = {
  readonly port: number;
  readonly autopilot: Autopilot;
  close(): Promise<void>;
};

type Peer = Pick<RemoteInfo, 'address' | 'port'>;

const localhost = '127.0.0.1';

/** Starts one; resolves when it can be spoken to. @throws Node's error when the port is taken. */
export async function startSimulator(options: SimulatorOptions): Promise<RunningSimulator> {
  const { port = 0, speaksTo } = options;
  const socket = createSocket('udp4');
  const listening = once(socket, 'listening');
  socket.bind(port, localhost);
  await listening;
  const { runner, closed } = runOn(socket, options, speaksTo);
  return {
    port: socket.address().port,
    autopilot: runner.autopilot,
    close: async () => {
      runner.stop();
      await closed();
    },
  };
}

function runOn(socket: Socket, options: RunnerOptions, speaksTo: number | undefined) {
  let peer: Peer | undefined = speaksTo === undefined ? undefined : { address: localhost, port: speaksTo };
  let closing: Promise<void> | undefined;
  const runner = runnerOrClose(socket, options, {
    send(frames) {
      if (peer && !closing) socket.send(frames, peer.port, peer.address);
    },
  });
  socket.on('message', (bytes, from) => {
    runner.forget();
    // Who speaks no MAVLink is not answered.
    if (!runner.receive(bytes)) return;
    peer = from;
    runner.flush();
  });
  // A client that went away answers with ICMP "port unreachable": an autopilot does not care.
  socket.on('error', () => undefined);
  const closed = (): Promise<void> => {
    closing ??= closeSocket(socket);
    return closing;
  };
  return { runner, closed };
}

function runnerOrClose(socket: Socket, options: RunnerOptions, wire: Wire): AutopilotRunner {
  try {
    return new AutopilotRunner(options, wire);
  } catch (error) {
    socket.close();
    throw error;
  }
}

async function closeSocket(socket: Socket): Promise<void> {
  const closed = once(socket, 'close');
  socket.close();
  await closed;
}
