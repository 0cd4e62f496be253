/**
 * A server's side of emergency datagrams: makes calls, and hands each the answers that are its own. Knows signatures and
 * addresses; no socket, no connection, no fleet.
 */
import {
  type Called,
  calledOf,
  EmergencyCall,
  type EmergencyCallerOptions,
  type EmergencyTarget,
} from './emergency-call.js';
import { type EmergencyAction, encodeOrder, maxAddressees, readAcknowledgement } from './emergency-wire.js';

export class EmergencyCaller {
  readonly #options: EmergencyCallerOptions;
  readonly #calls = new Map<string, EmergencyCall>();
  #count = 0;

  constructor(options: EmergencyCallerOptions) {
    this.#options = options;
  }

  /** A command that is ready to be sent; datagrams of earlier ones to these drones end with it. */
  prepare(what: EmergencyAction, targets: ReadonlyMap<string, EmergencyTarget>): EmergencyCall {
    this.#count += 1;
    const command = `${this.#options.prefix}-${this.#count}`;
    for (const [earlier, call] of this.#calls) {
      for (const id of targets.keys()) call.settle(id);
      if (call.isOver) this.#calls.delete(earlier);
    }
    const call = new EmergencyCall(command, this.#called(command, what, [...targets]), this.#options);
    this.#calls.set(command, call);
    return call;
  }

  /** A datagram of a drone, or of anybody. Never throws. */
  receive(datagram: Uint8Array): void {
    const answer = readAcknowledgement(datagram);
    if (answer) this.#calls.get(answer.said.command)?.receive(answer);
  }

  /** Sends nothing more. */
  close(): void {
    for (const call of this.#calls.values()) call.close();
    this.#calls.clear();
  }

  #called(command: string, what: EmergencyAction, targets: (readonly [string, EmergencyTarget])[]): Called[] {
    const { id: server, epoch, sign } = this.#options;
    const called: Called[] = [];
    for (let first = 0; first < targets.length; first += maxAddressees) {
      const group = targets.slice(first, first + maxAddressees);
      const to = group.map(([, { boot }]) => boot);
      const datagram = encodeOrder({ id: server, epoch: epoch(), command, what, to }, sign);
      called.push(...group.map(([id, target]) => calledOf(id, target, datagram)));
    }
    return called;
  }
}
