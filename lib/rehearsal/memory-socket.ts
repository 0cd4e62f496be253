/** One end of a TCP connection in a rehearsal, as a stream. Knows lanes; no network, no meaning of a byte. */
import { Duplex } from 'node:stream';
import type { Clock } from '../time/clock.js';
import { type AccessLink, Path } from './access-link.js';
import type { Reach } from './program.js';
import { StreamLane } from './stream-lane.js';

/** Where an end of a connection is. */
export type Address = { readonly address: string; readonly port: number };

/** `reach`: the way to the program that holds this end. */
type End = Address & { readonly link: AccessLink; readonly reach: Reach };

/** As `net.Socket` is with its defaults: it ends when the other end does. */
export class MemorySocket extends Duplex {
  readonly remoteAddress: string;
  readonly remotePort: number;
  #out: StreamLane | undefined;
  #in: StreamLane | undefined;
  /** Tells the other end that nobody is here any more. */
  #refuse: () => void = () => undefined;
  readonly #reach: Reach;
  #isSilent = false;

  private constructor(reach: Reach, other: Address) {
    super({ allowHalfOpen: false });
    this.#reach = reach;
    this.remoteAddress = other.address;
    this.remotePort = other.port;
  }

  /** The two ends of a connection between two places. */
  static pair(clock: Clock, a: End, b: End): [MemorySocket, MemorySocket] {
    const [atA, atB] = [new MemorySocket(a.reach, b), new MemorySocket(b.reach, a)];
    join(clock, [atA, a], [atB, b]);
    return [atA, atB];
  }

  /** The computer is dead: it sends no word of farewell, and answers none. */
  vanish(): void {
    this.#isSilent = true;
    this.#out?.stop();
    this.destroy();
  }

  /** Of `pair`, once. */
  use(lanes: { readonly out: StreamLane; readonly in: StreamLane; readonly refuse: () => void }): void {
    this.#out = lanes.out;
    this.#in = lanes.in;
    this.#refuse = lanes.refuse;
  }

  /** What arrived; false when no more is wanted for now. */
  arrive(content: Uint8Array | undefined): boolean {
    let isMoreWanted = true;
    if (this.destroyed && content) this.#refuse();
    this.#reach(() => {
      if (!this.destroyed) isMoreWanted = this.push(content ?? null);
    });
    return isMoreWanted;
  }

  /** The other end has answered that nobody is there. */
  reset(): void {
    const error = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
    this.#reach(() => this.destroy(error));
  }

  override _read(): void {
    this.#in?.resume();
  }

  override _write(chunk: Uint8Array, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    // The writer may use its memory again.
    if (this.#out) this.#out.write(Uint8Array.from(chunk), () => this.#reach(done));
    else done();
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#out?.end();
    done();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    // As a system does for a program that is gone: what was written still goes, and the end after it.
    if (!this.#isSilent && !this.writableFinished) this.#out?.end();
    // What waits here for a reader is taken and dropped.
    this.#in?.resume();
    done(error);
  }
}

function join(clock: Clock, [atA, a]: [MemorySocket, End], [atB, b]: [MemorySocket, End]): void {
  const [there, back] = [new Path(a.link, b.link), new Path(b.link, a.link)];
  const fromA = new StreamLane({ clock, path: there, end: atB });
  const fromB = new StreamLane({ clock, path: back, end: atA });
  const refusal = (path: Path, other: MemorySocket) => () => {
    const arrivesMs = path.carry(1, clock.monotonicMs());
    if (arrivesMs !== undefined) clock.at(arrivesMs, () => other.reset());
  };
  atA.use({ out: fromA, in: fromB, refuse: refusal(there, atB) });
  atB.use({ out: fromB, in: fromA, refuse: refusal(back, atA) });
}
