/**
 * The 16-bit ids of all that Lacewing clients see as peers: the clients themselves, and members of the hub that came
 * otherwise. An id is given out again when its session is over and nobody sees the member any more. Knows no hub.
 */
import { type LacewingIds, Uint16Pool } from '../../../lib/protocols/lacewing/index.js';

type Entry = { readonly peerId: number; memberId: string | undefined; holds: number };

export class PeerIds implements LacewingIds {
  readonly #pool = new Uint16Pool();
  readonly #byId = new Map<number, Entry>();
  readonly #byMember = new Map<string, Entry>();

  /** How many are given out: for seeing that nothing stays behind. */
  get size(): number {
    return this.#byId.size;
  }

  /** For a session, until `release`. */
  take(): number | undefined {
    return this.#open(undefined)?.peerId;
  }

  release(peerId: number): void {
    const entry = this.#byId.get(peerId);
    if (entry !== undefined) this.#letGo(entry);
  }

  /** The session with this id is that member of the hub. */
  bind(peerId: number, memberId: string): void {
    const entry = this.#byId.get(peerId);
    if (entry === undefined) return;
    entry.memberId = memberId;
    this.#byMember.set(memberId, entry);
  }

  /** The id of a member that is seen in one place more; undefined when none is left. */
  hold(memberId: string): number | undefined {
    const known = this.#byMember.get(memberId);
    if (known !== undefined) known.holds++;
    return (known ?? this.#open(memberId))?.peerId;
  }

  /** It is seen in one place less. */
  drop(memberId: string): void {
    const entry = this.#byMember.get(memberId);
    if (entry !== undefined) this.#letGo(entry);
  }

  memberOf(peerId: number): string | undefined {
    return this.#byId.get(peerId)?.memberId;
  }

  #open(memberId: string | undefined): Entry | undefined {
    const peerId = this.#pool.take();
    if (peerId === undefined) return undefined;
    const entry = { peerId, memberId, holds: 1 };
    this.#byId.set(peerId, entry);
    if (memberId !== undefined) this.#byMember.set(memberId, entry);
    return entry;
  }

  #letGo(entry: Entry): void {
    entry.holds--;
    if (entry.holds > 0) return;
    this.#byId.delete(entry.peerId);
    if (entry.memberId !== undefined) this.#byMember.delete(entry.memberId);
    this.#pool.release(entry.peerId);
  }
}
