/**
 * Whether this server is in charge of its fleet, or another one has taken over. Knows epochs and who believes whom; no
 * socket, no file, no drone.
 */
import type { LogLine } from '../snapshot.js';

export type OtherServer = { readonly id: string; readonly epoch: number };

/** What a fleet's file and key say. */
export type Epochs = {
  /** This server's; undefined where it is open: epochs are not kept there. */
  readonly epoch: number | undefined;
  /** The server of the highest epoch that was ever heard of. */
  readonly newest: OtherServer | undefined;
  /** Whether the fleet's key has signed it, ever. */
  isGenuine(action: string, kwargs: { readonly [key: string]: unknown }): boolean;
  /** Keeps it over a restart. */
  keepNewest(newest: OtherServer): Promise<void>;
};

export type ChargeOptions = {
  readonly id: string;
  readonly epochs: Epochs;
  readonly log: (level: LogLine['level'], text: string) => void;
  /** This server has taken over: everybody is to hear of it now. */
  readonly onRaised: () => void;
  /** Who is in charge has changed. */
  readonly onChanged: () => void;
};

/** What says who is of which epoch: a server's announcement, and its hello. */
const statements: ReadonlySet<unknown> = new Set(['server_ip', 'epoch']);

export class Charge {
  readonly #options: ChargeOptions;
  #newest: OtherServer | undefined;
  #epoch: number | undefined;
  #supersededBy: OtherServer | undefined;

  constructor(options: ChargeOptions) {
    this.#options = options;
    this.#epoch = options.epochs.epoch;
    this.look();
  }

  /** The server that is in charge, as of the last look; undefined while it is this one, or epochs are not kept. */
  get supersededBy(): OtherServer | undefined {
    return this.#supersededBy;
  }

  /** A drone has said whom it obeys, with that server's own word. `kwargs`: `{said, kwargs}` as the drone has it. */
  heardFromDrone({ said, kwargs }: { readonly [key: string]: unknown }): void {
    if (this.#options.epochs.epoch === undefined || !statements.has(said)) return;
    if (typeof kwargs !== 'object' || kwargs === null) return;
    const words = { ...kwargs };
    if (!this.#options.epochs.isGenuine(String(said), words)) return;
    if (!('id' in words) || !('epoch' in words) || typeof words.id !== 'string') return;
    this.heard({ id: words.id, epoch: Number(words.epoch) });
  }

  /** Another server of the fleet was heard, and proven to be one. */
  heard(other: OtherServer): void {
    const { id, epochs, log } = this.#options;
    if (other.id === id || epochs.epoch === undefined || !(other.epoch > epochs.epoch)) return;
    if (other.epoch <= (this.#newest?.epoch ?? 0)) return;
    this.#newest = { id: other.id, epoch: other.epoch };
    void epochs
      .keepNewest(this.#newest)
      .catch((error: unknown) => log('warning', `who took over is not kept on the disk: ${String(error)}`));
    this.look();
  }

  /** The fleet's file may have changed: `starling takeover` writes there. */
  look(): void {
    const { epochs, log, onRaised, onChanged } = this.#options;
    const { epoch } = epochs;
    const isRaised = epoch !== undefined && epoch > (this.#epoch ?? 0);
    this.#epoch = epoch;
    if (isRaised) log('warning', `this server has taken over: it is in charge from epoch ${epoch} on`);
    const other = this.#newer();
    if (other && other.id !== this.#supersededBy?.id)
      log(
        'error',
        `no longer in charge: ${other.id} took over (epoch ${other.epoch}, this one's is ${epoch})`,
      );
    const hasChanged = isRaised || other?.id !== this.#supersededBy?.id;
    this.#supersededBy = other;
    if (isRaised) onRaised();
    if (hasChanged) onChanged();
  }

  #newer(): OtherServer | undefined {
    const { epoch, newest } = this.#options.epochs;
    const other = (this.#newest?.epoch ?? 0) > (newest?.epoch ?? 0) ? this.#newest : newest;
    return epoch !== undefined && other && other.epoch > epoch ? other : undefined;
  }
}
