/**
 * Questions about single parameters, each answered by a PARAM_VALUE of the same id: resending, giving up, few at once.
 * Knows no link and no clock (time is an argument), and not what a value means.
 */
import type { MavLinkData } from 'mavlink-mappings';
import { DisconnectedError } from '../../../lib/errors.js';
import type { ParamValueBits } from './messages.js';

export type ParameterQuestion = {
  readonly id: string;
  readonly message: MavLinkData;
  /** The error for a question that nobody answers. */
  readonly unanswered: (afterMs: number) => Error;
};

type Entry = {
  readonly question: ParameterQuestion;
  readonly resolve: (answer: ParamValueBits) => void;
  readonly reject: (error: Error) => void;
  startedMs: number;
  dueMs: number;
  sends: number;
};

const resendMs = 700;
/** Once, and five times again. */
const maxSends = 6;
/** A slow serial line carries this many answers in well under `resendMs`. */
const maxInFlight = 5;

/** At most one question an id is under way, and five in all; the others wait in their order. */
export class ParameterExchanges {
  readonly #transmit: (message: MavLinkData) => void;
  readonly #inFlight = new Map<string, Entry>();
  readonly #waiting: Entry[] = [];

  constructor(transmit: (message: MavLinkData) => void) {
    this.#transmit = transmit;
  }

  /** @throws DisconnectedError when the autopilot is lost first; what `unanswered` makes when it does not answer. */
  ask(question: ParameterQuestion, nowMs: number): Promise<ParamValueBits> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ question, resolve, reject, startedMs: nowMs, dueMs: nowMs, sends: 0 });
      this.#startWaiting(nowMs);
    });
  }

  /** A value of parameter `id` arrived; one that nobody asked for changes nothing. */
  received(id: string, answer: ParamValueBits, nowMs: number): void {
    const entry = this.#inFlight.get(id);
    if (!entry) return;
    this.#inFlight.delete(id);
    entry.resolve(answer);
    this.#startWaiting(nowMs);
  }

  tick(nowMs: number): void {
    for (const [id, entry] of [...this.#inFlight]) {
      if (nowMs < entry.dueMs) continue;
      if (entry.sends < maxSends) {
        this.#send(entry, nowMs);
        continue;
      }
      this.#inFlight.delete(id);
      entry.reject(entry.question.unanswered(nowMs - entry.startedMs));
    }
    this.#startWaiting(nowMs);
  }

  disconnect(): void {
    const entries = [...this.#inFlight.values(), ...this.#waiting];
    this.#inFlight.clear();
    this.#waiting.length = 0;
    for (const { question, reject } of entries)
      reject(new DisconnectedError(`the autopilot was lost before it answered for parameter ${question.id}`));
  }

  #startWaiting(nowMs: number): void {
    while (this.#inFlight.size < maxInFlight) {
      const index = this.#waiting.findIndex(({ question }) => !this.#inFlight.has(question.id));
      const [entry] = index < 0 ? [] : this.#waiting.splice(index, 1);
      if (!entry) return;
      this.#inFlight.set(entry.question.id, entry);
      entry.startedMs = nowMs;
      this.#send(entry, nowMs);
    }
  }

  #send(entry: Entry, nowMs: number): void {
    entry.sends += 1;
    entry.dueMs = nowMs + resendMs;
    this.#transmit(entry.question.message);
  }
}
