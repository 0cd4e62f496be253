/** Answers the parameter protocol for one table, as the autopilots do. Knows no link: answers go to a function. */
import type { common, MavLinkData } from 'mavlink-mappings';
import { type ParamSetBits, ParamValueBits } from '../vehicle/mavlink/messages.js';
import { bitsOf, type Parameter, type Parameters, paramTypes, valueOfBits } from './parameters.js';

/**
 * How integers travel in the message's float: as their own bytes (PX4), or converted (ArduPilot).
 * Source: MAVLink parameter protocol, "Parameter Encoding".
 */
export type IntegerEncoding = 'bytes' | 'cast';

export type ParameterServerOptions = {
  readonly parameters: Parameters;
  readonly encoding: IntegerEncoding;
  readonly send: (message: MavLinkData) => void;
};

export class ParameterServer {
  readonly #parameters: Parameters;
  readonly #isCast: boolean;
  readonly #send: (message: MavLinkData) => void;

  constructor({ parameters, encoding, send }: ParameterServerOptions) {
    this.#parameters = parameters;
    this.#isCast = encoding === 'cast';
    this.#send = send;
  }

  /** By index, or by id when the index is −1. An unknown one gets no answer. */
  read(message: common.ParamRequestRead): void {
    const { paramIndex, paramId } = message;
    this.#answer(paramIndex < 0 ? this.#parameters.find(paramId) : this.#parameters.all()[paramIndex]);
  }

  list(): void {
    for (const parameter of this.#parameters.all()) this.#answer(parameter);
  }

  /** Stores what came and echoes what is stored. */
  set(message: ParamSetBits): void {
    if (this.#isCast) this.#setCast(message);
    else this.#setBytes(message);
    this.#answer(this.#parameters.find(message.paramId));
  }

  /** The bytes as they came; another type than the table's changes nothing. */
  #setBytes({ paramId, paramType, paramBits }: ParamSetBits): void {
    if (this.#parameters.find(paramId)?.type === paramType) this.#parameters.setBits(paramId, paramBits);
  }

  /** The number, rounded for an integer, whatever type the sender names; what is none changes nothing. */
  #setCast({ paramId, paramBits }: ParamSetBits): void {
    const value = valueOfBits(paramBits, paramTypes.real32);
    if (!Number.isFinite(value)) return;
    const isReal = this.#parameters.find(paramId)?.type === paramTypes.real32;
    this.#parameters.setNumber(paramId, isReal ? value : Math.sign(value) * Math.round(Math.abs(value)));
  }

  #answer(parameter: Parameter | undefined): void {
    if (!parameter) return;
    const { id, type, bits, index } = parameter;
    this.#send(
      Object.assign(new ParamValueBits(), {
        paramId: id,
        paramType: type,
        paramBits: this.#isCast ? bitsOf(valueOfBits(bits, type), paramTypes.real32) : bits,
        paramIndex: index,
        paramCount: this.#parameters.size,
      }),
    );
  }
}
