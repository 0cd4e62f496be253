/** Messages of the fleet's to bytes; what goes to many is made once. Knows definitions; no connection. */
import { Buffer } from 'node:buffer';
import { errorText } from '../../../lib/errors.js';
import {
  encodeWevisMessage,
  type WevisDefinitions,
  WevisValueError,
} from '../../../lib/protocols/wevis/index.js';
import type { Delivery } from '../../hub/deliveries.js';
import type { FleetMessage } from './fleet-schema.js';

export type FrameMakerOptions = {
  readonly definitions: WevisDefinitions;
  /** Told once of each message that can not be sent to anybody, because it is too large. */
  readonly onUnsendable: (text: string) => void;
};

export class FrameMaker {
  readonly #options: FrameMakerOptions;
  readonly #made = new WeakMap<Delivery, Uint8Array>();

  constructor(options: FrameMakerOptions) {
    this.#options = options;
  }

  /** All messages behind each other, in one piece; without those that can not be sent. */
  bytesOf(messages: readonly FleetMessage[]): Uint8Array {
    const frames = messages.flatMap((message) => this.#frame(message) ?? []);
    const [only] = frames;
    return only !== undefined && frames.length === 1 ? only : Buffer.concat(frames);
  }

  /** The same bytes for all who get the delivery; `messages` is asked once. */
  bytesFor(delivery: Delivery, messages: () => readonly FleetMessage[]): Uint8Array {
    const made = this.#made.get(delivery) ?? this.bytesOf(messages());
    this.#made.set(delivery, made);
    return made;
  }

  #frame({ name, fields }: FleetMessage): Uint8Array | undefined {
    const { definitions, onUnsendable } = this.#options;
    try {
      return encodeWevisMessage(definitions.named(name), fields);
    } catch (error) {
      if (!(error instanceof WevisValueError)) throw error;
      onUnsendable(errorText(error));
      return undefined;
    }
  }
}
