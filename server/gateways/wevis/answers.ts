/** Answers to what a user asked. Knows what is said, not what was asked. */
import type { WevisMessage } from '../../../lib/protocols/wevis/index.js';
import type { Hub } from '../../hub/hub.js';
import type { Ask, Denied } from '../../hub/hub-types.js';
import { retryAfterMs } from '../inlet.js';
import type { FleetMessage } from './fleet-schema.js';
import { textIn } from './said.js';
import { sendable } from './values.js';

/** Characters of a reason that are sent. */
const longestReason = 1000;

export type AnswersPort = {
  readonly hub: Pick<Hub, 'charge'>;
  readonly ask: (sizeBytes: number, correlation?: string) => Ask;
  /** In one piece. */
  readonly send: (messages: readonly FleetMessage[]) => void;
};

/** Why something is not even asked of the hub. */
export type Refusal = { readonly code: string; readonly reason: string };

export class Answers {
  readonly #port: AnswersPort;

  constructor(port: AnswersPort) {
    this.#port = port;
  }

  /** It was done; `text` is what came of it. */
  done(correlation: string, text = ''): void {
    this.#send({ correlation, ok: 1, code: '', text });
  }

  denied(correlation: string, { code, reason }: Refusal): void {
    this.#send({ correlation, ok: 0, code, text: sendable(reason.slice(0, longestReason)) });
  }

  /**
   * What the hub said to a question. What came too fast is not answered: it will be asked again.
   * @returns In how many ms; 0: it is answered, if that was needed.
   */
  settle(correlation: string, outcome: { readonly denied?: Denied['denied'] | undefined }): number {
    const waitMs = retryAfterMs(outcome);
    if (waitMs === 0 && outcome.denied !== undefined) this.denied(correlation, outcome.denied);
    return waitMs;
  }

  /** Without a question to the hub; it counts as one all the same. */
  refuse(message: WevisMessage, sizeBytes: number, refusal: Refusal): number {
    const waitMs = retryAfterMs(this.#port.hub.charge(this.#port.ask(sizeBytes)));
    if (waitMs === 0) this.denied(textIn(message, 'correlation'), refusal);
    return waitMs;
  }

  #send(fields: Extract<FleetMessage, { name: 'Answer' }>['fields']): void {
    this.#port.send([{ name: 'Answer', fields }]);
  }
}
