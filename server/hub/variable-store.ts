/** Last values by name, of a room or a member, within bounds. Knows neither. */

import { isDeepStrictEqual } from 'node:util';
import type { HubValue } from './hub-types.js';

type Held = { readonly value: HubValue; readonly sizeBytes: number };

export type VariableBounds = { readonly maxVariables: number; readonly maxVariableBytes: number };

export class VariableStore {
  readonly #held = new Map<string, Held>();
  #bytes = 0;

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
    const before = names.flatMap((name) => this.#held.get(name) ?? []);
    const freed = before.reduce((sum, held) => sum + held.sizeBytes, 0);
    const count = this.#held.size + names.length - before.length;
    return count <= bounds.maxVariables && this.#bytes - freed + sizeBytes <= bounds.maxVariableBytes;
  }

  set(name: string, value: HubValue, sizeBytes: number): void {
    this.delete(name);
    this.#held.set(name, { value, sizeBytes });
    this.#bytes += sizeBytes;
  }

  /** Takes the place of what was called `to`. There must be one called `name`. */
  rename(name: string, to: string): void {
    const held = this.#held.get(name);
    if (held === undefined || name === to) return;
    this.delete(name);
    this.set(to, held.value, held.sizeBytes);
  }

  delete(name: string): void {
    this.#bytes -= this.#held.get(name)?.sizeBytes ?? 0;
    this.#held.delete(name);
  }

  /** Names and values, the one set longest ago first. */
  entries(): readonly (readonly [string, HubValue])[] {
    return [...this.#held].map(([name, { value }]) => [name, value] as const);
  }
}
