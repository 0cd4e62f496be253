/** Answers the parameter protocol for one table, as PX4 does. Knows no link: answers go to a function. */
import type { common, MavLinkData } from 'mavlink-mappings';
import { type ParamSetBits, ParamValueBits } from '../vehicle/mavlink/messages.js';
import type { Parameter, Parameters } from './parameters.js';

export class ParameterServer {
  readonly #parameters: Parameters;
  readonly #send: (message: MavLinkData) => void;

  constructor(parameters: Parameters, send: (message: MavLinkData) => void) {
    this.#parameters = parameters;
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

  /** Stores the bytes as they came and echoes what is stored; another type than the table's changes nothing. */
  set(message: ParamSetBits): void {
    const { paramId, paramType, paramBits } = message;
    if (this.#parameters.find(paramId)?.type === paramType) this.#parameters.setBits(paramId, paramBits);
    this.#answer(this.#parameters.find(paramId));
  }

  #answer(parameter: Parameter | undefined): void {
    if (!parameter) return;
    this.#send(
      Object.assign(new ParamValueBits(), {
        paramId: parameter.id,
        paramType: parameter.type,
        paramBits: parameter.bits,
        paramIndex: parameter.index,
        paramCount: this.#parameters.size,
      }),
    );
  }
}
