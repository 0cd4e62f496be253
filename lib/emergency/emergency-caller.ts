/**
 * A server's side of emergency datagrams: makes calls, and hands each the answers that are its own. Knows signatures and
 * addresses; no socket, no connection, no fleet.
 */
import { CorruptFrameError } from '../errors.js';
import {
  type Called,
  calledOf,
  EmergencyCall,
  type EmergencyCallerOptions,
  type EmergencyTarget,
} from './emergency-call.js';
import {
  addresseeOf,
  covers,
  type EmergencyAction,
  encodeOrder,
  maxAddressees,
  readAcknowledgement,
} from './emergency-wire.js';

export class EmergencyCaller {
  readonly #options: EmergencyCallerOptions;
  readonly #calls = new Map<string, EmergencyCall>();
  #count = 0;
  #isClosed = false;

  constructor(options: EmergencyCallerOptions) {
    this.#options = options;
  }

  /**
   * A command that is ready to be sent; datagrams of earlier ones to these drones end where it makes them needless.
   * @throws CorruptFrameError when no drone could read it; then the earlier ones go on.
   */
  prepare(what: EmergencyAction, targets: ReadonlyMap<string, EmergencyTarget>): EmergencyCall {
    this.#count += 1;
    const command = `${this.#options.prefix}-${this.#count}`;
    const call = new EmergencyCall(
      { command, what },
      this.#called({ command, what }, [...targets]),
      this.#options,
    );
    for (const [name, earlier] of this.#calls) {
      if (covers(what, earlier.what)) for (const id of targets.keys()) earlier.settle(id);
      if (earlier.isOver) this.#calls.delete(name);
    }
    if (this.#isClosed) call.close();
    else this.#calls.set(command, call);
    return call;
  }

  /** A datagram of a drone, or of anybody. Never throws. */
  receive(datagram: Uint8Array): void {
    const answer = readAcknowledgement(datagram);
    if (answer) this.#calls.get(answer.said.command)?.receive(answer);
  }

  /** Sends nothing more, also of what is prepared later. */
  close(): void {
    this.#isClosed = true;
    for (const call of this.#calls.values()) call.close();
    this.#calls.clear();
  }

  #called(order: Order, targets: readonly Named[]): Called[] {
    const called: Called[] = [];
    for (let first = 0; first < targets.length; first += maxAddressees)
      called.push(...this.#group(order, targets.slice(first, first + maxAddressees)));
    return called;
  }

  /** One datagram for all of them; long names of some drones keep no order from the others. */
  #group(order: Order, group: readonly Named[]): Called[] {
    const { id: server, epoch, sign } = this.#options;
    const to = group.map(([id, { boot, key }]) => addresseeOf({ id, boot, key }, order));
    try {
      const datagram = encodeOrder({ ...order, id: server, epoch: epoch(), to }, sign);
      return group.map(([id, target]) => calledOf(id, target, datagram));
    } catch (error) {
      if (!(error instanceof CorruptFrameError) || group.length < 2) throw error;
      const half = Math.ceil(group.length / 2);
      return [...this.#group(order, group.slice(0, half)), ...this.#group(order, group.slice(half))];
    }
  }
}

type Order = { readonly command: string; readonly what: EmergencyAction };

type Named = readonly [id: string, target: EmergencyTarget];
