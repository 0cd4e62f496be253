/** Last values by name, of a room or a member, within bounds. Knows neither. */

import { isDeepStrictEqual } from 'node:util';
import type { HubValue } from './hub-types.js';

type Held = { readonly value: HubValue; readonly sizeBytes: number };

export type VariableBounds = { readonly maxVariables: number; readonly maxVariableBytes: number };

/** What many stores hold together, bytes. */
export class Tally {
  #bytes = 0;

  get bytes(): number {
    return this.#bytes;
  }

  add(bytes: number): void {
    this.#bytes += bytes;
  }
}

export class VariableStore {
  readonly #held = new Map<string, Held>();
  readonly #tally: Tally;
  #bytes = 0;

  constructor(tally: Tally) {
    this.#tally = tally;
  }

  has(name: string): boolean {
    return this.#held.has(name);
  }

  /** Whether the variable has just this value. */
  holds(name: string, value: HubValue): boolean {
    const held = this.#held.get(name);
    return held !== undefined && isDeepStrictEqual(held.value, value);
  }

  /** Whether variables of that size together can be set without passing a bound. */
  haveSpace(names: readonly string[], sizeBytes: number, bounds: VariableBounds): boolean {
    const count = this.#held.size + names.filter((name) => !this.#held.has(name)).length;
    const bytes = this.#bytes + this.growth(names, sizeBytes);
    return count <= bounds.maxVariables && bytes <= bounds.maxVariableBytes;
  }

  /** How many bytes more it would hold with variables of that size together; what they replace is set off. */
  growth(names: readonly string[], sizeBytes: number): number {
    return names.reduce((sum, name) => sum - (this.#held.get(name)?.sizeBytes ?? 0), sizeBytes);
  }

  set(name: string, value: HubValue, sizeBytes: number): void {
    this.delete(name);
    this.#held.set(name, { value, sizeBytes });
    this.#count(sizeBytes);
  }

  /** Takes the place of what was called `to`. There must be one called `name`. */
  rename(name: string, to: string): void {
    const held = this.#held.get(name);
    if (held === undefined || name === to) return;
    this.delete(name);
    this.set(to, held.value, held.sizeBytes);
  }

  delete(name: string): void {
    this.#count(-(this.#held.get(name)?.sizeBytes ?? 0));
    this.#held.delete(name);
  }

  /** It is no more: nothing of it counts. */
  clear(): void {
    this.#count(-this.#bytes);
    this.#held.clear();
  }

  /** Names and values, the one set longest ago first. */
  entries(): readonly (readonly [string, HubValue])[] {
    return [...this.#held].map(([name, { value }]) => [name, value] as const);
  }

  #count(bytes: number): void {
    this.#bytes += bytes;
    this.#tally.add(bytes);
  }
}
