/**
 * MAVLink's parameter protocol as a state machine: read, set with read-back, list. Knows no link and no clock: messages
 * go to a function, time is an argument. Its errors end in promises; none hangs as long as `tick` is called.
 * Source: MAVLink parameter protocol.
 */
import type { MavLinkData } from 'mavlink-mappings';
import { DisconnectedError, RefusedError, RequestTimeoutError } from '../../../lib/errors.js';
import { holdsValue, parameterKind, parameterText } from '../../../lib/parameters/parameter-value.js';
import type { Parameter } from '../vehicle.js';
import type { ParamValueBits } from './messages.js';
import { ParameterExchanges } from './parameter-exchanges.js';
import { ParameterListing } from './parameter-listing.js';
import { readAll, readById, readByIndex, trimParameterId, writeParameter } from './parameter-messages.js';
import {
  decodeParameter,
  encodeParameter,
  type ParameterEncoding,
  reasonAgainst,
} from './parameter-value.js';

export type ParameterClientOptions = {
  readonly transmit: (message: MavLinkData) => void;
  /** The autopilot's system id, as it is now. */
  readonly systemId: () => number;
  /** Until the autopilot tells otherwise. */
  readonly encoding: ParameterEncoding;
};

type Listing = {
  readonly promise: Promise<ReadonlyMap<string, Parameter>>;
  readonly machine: ParameterListing;
  readonly resolve: (parameters: ReadonlyMap<string, Parameter>) => void;
  readonly reject: (error: Error) => void;
};

/** A late answer to an earlier question may carry the earlier value: so often is written before it is believed. */
const maxWrites = 3;

export class ParameterClient {
  readonly #transmit: (message: MavLinkData) => void;
  readonly #systemId: () => number;
  readonly #exchanges: ParameterExchanges;
  #encoding: ParameterEncoding;
  #listing: Listing | undefined;
  #nowMs = 0;
  /** How often the autopilot was lost: work begun before that goes no further. */
  #losses = 0;

  constructor({ transmit, systemId, encoding }: ParameterClientOptions) {
    this.#transmit = transmit;
    this.#systemId = systemId;
    this.#encoding = encoding;
    this.#exchanges = new ParameterExchanges(transmit);
  }

  /** How integers travel, from AUTOPILOT_VERSION's capabilities (or the flavour); for what comes from now on. */
  setEncoding(encoding: ParameterEncoding): void {
    this.#encoding = encoding;
  }

  /** @throws RefusedError `unknown_parameter` when there is no answer. DisconnectedError. */
  async read(id: string, nowMs: number): Promise<Parameter> {
    this.#nowMs = nowMs;
    return this.#parameterOf(id, await this.#ask(id, this.#losses));
  }

  /**
   * Resolves with what the autopilot says it has stored, asked after the writing.
   * @throws RefusedError `unknown_parameter`; `bad_value` when it can not hold the value (nothing is written then);
   * `refused` when it stored another one. RequestTimeoutError when it does not answer to the writing.
   * DisconnectedError.
   */
  async set(id: string, value: number, nowMs: number): Promise<Parameter> {
    this.#nowMs = nowMs;
    const losses = this.#losses;
    const { paramType } = await this.#ask(id, losses);
    const reason = reasonAgainst(value, paramType, this.#encoding);
    if (reason !== undefined)
      throw new RefusedError('bad_value', `${id} can not be set to ${value}: ${reason}`);
    for (let writes = 1; ; writes += 1) {
      await this.#write({ id, value, paramType }, losses);
      const stored = this.#parameterOf(id, await this.#ask(id, losses));
      if (holdsValue(stored, value)) return stored;
      if (writes >= maxWrites) throw differs(stored, value);
    }
  }

  /** All parameters by id, sorted. Calls share one listing. @throws RefusedError `parameters_missing` after 60 s. */
  list(nowMs: number): Promise<ReadonlyMap<string, Parameter>> {
    this.#nowMs = nowMs;
    this.#listing ??= this.#startListing(nowMs);
    return this.#listing.promise;
  }

  /** A PARAM_VALUE of the autopilot arrived. */
  received(message: ParamValueBits, nowMs: number): void {
    this.#nowMs = nowMs;
    const id = trimParameterId(message.paramId);
    this.#exchanges.received(id, message, nowMs);
    const all = this.#listing?.machine.received(id, message, nowMs);
    if (all) this.#endListing(({ resolve }) => resolve(this.#parametersOf(all)));
  }

  /** Resends and gives up as the time says; call it every few tens of ms. */
  tick(nowMs: number): void {
    this.#nowMs = nowMs;
    this.#exchanges.tick(nowMs);
    const error = this.#listing?.machine.tick(nowMs);
    if (error) this.#endListing(({ reject }) => reject(error));
  }

  /** Ends everything under way with a DisconnectedError: the autopilot is gone. */
  disconnect(): void {
    this.#losses += 1;
    this.#exchanges.disconnect();
    this.#endListing(({ reject }) =>
      reject(new DisconnectedError('the autopilot was lost while it listed its parameters')),
    );
  }

  async #ask(id: string, losses: number): Promise<ParamValueBits> {
    if (!/^[\x21-\x7e]{1,16}$/.test(id))
      throw new RefusedError(
        'unknown_parameter',
        `"${id}" can not be a parameter: 1 to 16 letters and digits`,
      );
    const unanswered = (): Error =>
      new RefusedError(
        'unknown_parameter',
        `the autopilot does not answer for ${id}: it has no such parameter (look at the spelling and at the ` +
          "firmware's version), or the line is bad",
      );
    return this.#exchange({ id, message: readById(this.#systemId(), id), unanswered }, losses);
  }

  async #write(
    { id, value, paramType }: { id: string; value: number; paramType: number },
    losses: number,
  ): Promise<void> {
    const paramBits = encodeParameter(value, paramType, this.#encoding);
    const message = writeParameter(this.#systemId(), { paramId: id, paramType, paramBits });
    const unanswered = (afterMs: number): Error => new RequestTimeoutError(`set ${id} to ${value}`, afterMs);
    await this.#exchange({ id, message, unanswered }, losses);
  }

  async #exchange(
    question: Parameters<ParameterExchanges['ask']>[0],
    losses: number,
  ): Promise<ParamValueBits> {
    if (losses !== this.#losses)
      throw new DisconnectedError(`the autopilot was lost before it answered for parameter ${question.id}`);
    return this.#exchanges.ask(question, this.#nowMs);
  }

  #startListing(nowMs: number): Listing {
    let settle: Pick<Listing, 'resolve' | 'reject'> = { resolve: () => undefined, reject: () => undefined };
    const promise = new Promise<ReadonlyMap<string, Parameter>>((resolve, reject) => {
      settle = { resolve, reject };
    });
    const requests = {
      askAll: () => this.#transmit(readAll(this.#systemId())),
      askIndex: (index: number) => this.#transmit(readByIndex(this.#systemId(), index)),
    };
    return { promise, ...settle, machine: new ParameterListing(requests, nowMs) };
  }

  #endListing(settle: (listing: Listing) => void): void {
    const listing = this.#listing;
    this.#listing = undefined;
    if (listing) settle(listing);
  }

  #parametersOf(messages: ReadonlyMap<string, ParamValueBits>): ReadonlyMap<string, Parameter> {
    const sorted = [...messages].sort(([a], [b]) => (a < b ? -1 : 1));
    return new Map(sorted.map(([id, message]) => [id, this.#parameterOf(id, message)]));
  }

  #parameterOf(id: string, { paramBits, paramType }: ParamValueBits): Parameter {
    const value = decodeParameter(paramBits, paramType, this.#encoding);
    return { id, value, type: parameterKind(paramType) ?? 'real' };
  }
}

function differs(stored: Parameter, wanted: number): RefusedError {
  const { id } = stored;
  return new RefusedError(
    'refused',
    `${id} was to become ${parameterText({ value: wanted, type: stored.type })}, but the autopilot has ` +
      `${parameterText(stored)}: it allows another range, or keeps this parameter for itself`,
  );
}
