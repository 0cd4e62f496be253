/** A simulated autopilot on a UDP socket of this machine, run by a clock. Answers whoever spoke last, as PX4 does. */
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { Clock } from '../../../lib/time/clock.js';
import { MavlinkDecoder, MavlinkEncoder } from '../../vehicle/mavlink/codec.js';
import { Autopilot, type AutopilotOptions, autopilotComponentId } from '../autopilot.js';
import { SimulatedFleetLoop } from '../fleet-loop.js';

export type SimulatorOptions = AutopilotOptions & {
  readonly clock: Clock;
  /** Shared by the autopilots of a fleet; without it this one has a timer of its own. */
  readonly loop?: SimulatedFleetLoop;
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

const localhost = '127.0.0.1';
const maxDatagramBytes = 1400;

/** Starts one; resolves when it can be spoken to. @throws Node's error when the port is taken. */
export async function startSimulator(options: SimulatorOptions): Promise<RunningSimulator> {
  const { clock, loop = new SimulatedFleetLoop(clock), port = 0, speaksTo } = options;
  const autopilot = new Autopilot(options);
  const socket = createSocket('udp4');
  const listening = once(socket, 'listening');
  socket.bind(port, localhost);
  await listening;
  const runner = new SocketRunner(autopilot, socket, clock);
  if (speaksTo !== undefined) runner.speakTo({ address: localhost, port: speaksTo });
  const leave = loop.add((nowMs) => runner.step(nowMs));
  let closing: Promise<void> | undefined;
  return {
    port: socket.address().port,
    autopilot,
    close: () => {
      leave();
      closing ??= closeSocket(socket);
      return closing;
    },
  };
}

async function closeSocket(socket: Socket): Promise<void> {
  const closed = once(socket, 'close');
  socket.close();
  await closed;
}

class SocketRunner {
  readonly #autopilot: Autopilot;
  readonly #socket: Socket;
  readonly #clock: Clock;
  readonly #decoder = new MavlinkDecoder();
  readonly #encoder: MavlinkEncoder;
  #peer: Pick<RemoteInfo, 'address' | 'port'> | undefined;
  #isOpen = true;

  constructor(autopilot: Autopilot, socket: Socket, clock: Clock) {
    this.#autopilot = autopilot;
    this.#socket = socket;
    this.#clock = clock;
    this.#encoder = new MavlinkEncoder({ systemId: autopilot.systemId, componentId: autopilotComponentId });
    socket.on('message', (bytes, from) => this.#received(bytes, from));
    // A client that went away answers with ICMP "port unreachable": an autopilot does not care.
    socket.on('error', () => undefined);
    socket.on('close', () => {
      this.#isOpen = false;
    });
    autopilot.step(clock.monotonicMs());
  }

  speakTo(peer: Pick<RemoteInfo, 'address' | 'port'>): void {
    this.#peer = peer;
  }

  step(nowMs: number): void {
    this.#autopilot.step(nowMs);
    this.#flush();
  }

  #received(bytes: Uint8Array, from: RemoteInfo): void {
    this.#decoder.reset();
    const messages = this.#decoder.push(bytes);
    if (messages.length === 0) return;
    this.speakTo(from);
    const nowMs = this.#clock.monotonicMs();
    for (const message of messages) this.#autopilot.receive(message, nowMs);
    this.#flush();
  }

  /** Sends the outbox in as few datagrams as it fits into; without a peer it is thrown away. */
  #flush(): void {
    const frames = this.#autopilot.takeOutbox().map((message) => this.#encoder.encode(message));
    let datagram: Uint8Array[] = [];
    let bytes = 0;
    for (const frame of frames) {
      if (bytes + frame.length > maxDatagramBytes) {
        this.#send(datagram);
        datagram = [];
        bytes = 0;
      }
      datagram.push(frame);
      bytes += frame.length;
    }
    if (datagram.length > 0) this.#send(datagram);
  }

  #send(frames: readonly Uint8Array[]): void {
    if (this.#isOpen && this.#peer) this.#socket.send(frames, this.#peer.port, this.#peer.address);
  }
}
