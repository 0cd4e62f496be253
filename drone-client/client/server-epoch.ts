/**
 * Which server of its fleet a drone obeys: the one of the highest epoch that it has ever met. Knows what servers say and
 * whether the fleet's key has signed it; no socket, no file, no flight.
 */
import { errorText } from '../../lib/errors.js';
import type { Hello } from '../../lib/messaging/index.js';
import type { DatagramGuard } from '../../lib/security/datagram-signature.js';
import type { ServerAddress } from './server-session.js';

type SignedWords = { readonly [key: string]: string };

/** What a server has said of its epoch: in its hello, or in an announcement. */
export type Statement = { readonly said: 'epoch' | 'server_ip'; readonly kwargs: SignedWords };

export type ServerEpochOptions = {
  readonly guard: Pick<DatagramGuard, 'isGenuine'>;
  /** What was kept of an earlier run; it is believed only if it is signed. */
  readonly kept: unknown;
  readonly keep: (statement: Statement) => Promise<void>;
  readonly onWarning: (text: string) => void;
};

/** A server of a higher epoch, and where it is. */
export type NewerServer = ServerAddress & { readonly id: string; readonly proof: Statement };

export class ServerEpoch {
  readonly #options: ServerEpochOptions;
  #highest: { readonly id: string; readonly epoch: number; readonly proof: Statement } | undefined;

  constructor(options: ServerEpochOptions) {
    this.#options = options;
    const kept = readStatement(options.kept);
    if (kept && this.#isGenuine(kept)) this.#highest = { ...wordsOf(kept), proof: kept };
  }

  /** The highest that was met, and the server's own word for it. */
  get highest(): { readonly id: string; readonly epoch: number; readonly proof: Statement } | undefined {
    return this.#highest;
  }

  /** Whether a server of that epoch may command; where none is said, its server is open and keeps none. */
  isInCharge(epoch: number | undefined): boolean {
    return epoch === undefined || epoch >= (this.#highest?.epoch ?? 0);
  }

  /** Why a server is not obeyed; undefined for one that is, whose epoch is kept from now on. */
  judge({ id, epoch: words }: Hello): string | undefined {
    if (!words) return undefined;
    const statement: Statement = { said: 'epoch', kwargs: words };
    if (!this.#isGenuine(statement) || words.id !== id)
      return `${id} says that it is in charge, and has not the fleet's secret`;
    const { epoch } = wordsOf(statement);
    const { highest } = this;
    if (highest && epoch < highest.epoch)
      return `${id} is no longer in charge: ${highest.id} took over (epoch ${highest.epoch}, not ${epoch})`;
    this.#raise(statement);
    return undefined;
  }

  /**
   * Reads an announcement: a server that is to be obeyed instead of the present one, or undefined. `mayVerify`: asked
   * before its signature is looked at, which is dear.
   */
  hear(
    kwargs: { readonly [key: string]: unknown },
    presentId: string | undefined,
    mayVerify: () => boolean = () => true,
  ): NewerServer | undefined {
    const proof = readStatement({ said: 'server_ip', kwargs });
    if (!proof) return undefined;
    const { id, epoch } = wordsOf(proof);
    // Cheap questions first: most announcements are the present server's.
    if (!(epoch > (this.#highest?.epoch ?? 0)) || !mayVerify() || !this.#isGenuine(proof)) return undefined;
    if (id !== presentId) {
      const { host = '', port = '' } = proof.kwargs;
      return { id, proof, host, port: Number(port) };
    }
    this.#raise(proof);
    return undefined;
  }

  #isGenuine({ said, kwargs }: Statement): boolean {
    return this.#options.guard.isGenuine(said, kwargs);
  }

  #raise(proof: Statement): void {
    const { keep, onWarning } = this.#options;
    const words = wordsOf(proof);
    if (!(words.epoch > (this.#highest?.epoch ?? 0))) return;
    this.#highest = { ...words, proof };
    keep(proof).catch((error: unknown) =>
      onWarning(`that ${words.id} is in charge is not kept over a restart: ${errorText(error)}`),
    );
  }
}

function wordsOf({ kwargs }: Statement): { readonly id: string; readonly epoch: number } {
  return { id: kwargs.id ?? '', epoch: Number(kwargs.epoch) };
}

/** Undefined for what can not be one: no epoch, or not texts alone. */
function readStatement(value: unknown): Statement | undefined {
  if (typeof value !== 'object' || value === null || !('said' in value) || !('kwargs' in value))
    return undefined;
  const { said, kwargs } = value;
  if (said !== 'epoch' && said !== 'server_ip') return undefined;
  if (typeof kwargs !== 'object' || kwargs === null) return undefined;
  const words: { [key: string]: string } = {};
  for (const [key, word] of Object.entries(kwargs) as [string, unknown][]) {
    if (typeof word !== 'string') return undefined;
    words[key] = word;
  }
  return words.id !== undefined && /^[1-9][0-9]{0,14}$/.test(words.epoch ?? '')
    ? { said, kwargs: words }
    : undefined;
}
