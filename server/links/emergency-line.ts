/**
 * Where each drone hears datagrams, kept when its connection is lost, and the calls that go there. Knows drones' first
 * words and addresses; no socket, no connection, no outcome of a command.
 */
import type { EmergencyCall, EmergencyTarget } from '../../lib/emergency/emergency-call.js';
import type { EmergencyCaller } from '../../lib/emergency/emergency-caller.js';
import { type EmergencyAction, isBootName } from '../../lib/emergency/emergency-wire.js';
import type { Hello } from '../../lib/messaging/index.js';

/** What is kept of where a drone hears. */
export type EmergencyPlace = Pick<EmergencyTarget, 'address' | 'port' | 'boot'>;

export class EmergencyLine {
  readonly #caller: EmergencyCaller;
  readonly #keyOf: (id: string) => Uint8Array | undefined;
  readonly #targets = new Map<string, EmergencyTarget>();

  /** `keyOf`: what a drone proves its answers with; undefined for one that has no key. */
  constructor(caller: EmergencyCaller, keyOf: (id: string) => Uint8Array | undefined) {
    this.#caller = caller;
    this.#keyOf = keyOf;
  }

  /** A drone has said where it hears. One that hears no datagrams any more is none that is called. */
  introduced(id: string, address: string, hello: Hello | undefined): void {
    const { udp: port, boot } = hello ?? {};
    if (port === undefined || !isBootName(boot) || address === '' || this.#isTaken(id, boot))
      this.#targets.delete(id);
    else this.#targets.set(id, { address, port, boot, key: this.#keyOf(id) });
  }

  /** Its answers would be taken for the other one's. */
  #isTaken(id: string, boot: string): boolean {
    return [...this.#targets].some(([other, target]) => other !== id && target.boot === boot);
  }

  /** Where a drone hears datagrams; undefined for one that hears none. */
  target(id: string): EmergencyPlace | undefined {
    const { address, port, boot } = this.#targets.get(id) ?? {};
    return address === undefined || port === undefined || boot === undefined
      ? undefined
      : { address, port, boot };
  }

  /** A drone of which only this is known: it has not come back yet. */
  restore(id: string, { address, port, boot }: EmergencyPlace): void {
    if (isBootName(boot)) this.#targets.set(id, { address, port, boot, key: this.#keyOf(id) });
  }

  /** A call to those of these drones that hear datagrams; it is not sent yet. Undefined where none does. */
  prepare(what: EmergencyAction, ids: readonly string[]): EmergencyCall | undefined {
    const targets = new Map<string, EmergencyTarget>();
    for (const id of ids) {
      const target = this.#targets.get(id);
      if (target) targets.set(id, target);
    }
    return targets.size === 0 ? undefined : this.#caller.prepare(what, targets);
  }
}
