/** Which of many warnings of one kind are told. Knows warnings alone. */
import type { ShowWarning } from './result.js';

const mostOfKind = 10;

/** The earliest of all, and the closest of every pair, up to 10. */
export class WorstWarnings {
  #earliest: ShowWarning | undefined;
  readonly #byPair = new Map<string, ShowWarning>();

  offer(warning: ShowWarning | undefined): void {
    if (!warning) return;
    const { t, value, drones } = warning;
    if (!this.#earliest || (t === this.#earliest.t && value < this.#earliest.value)) this.#earliest = warning;
    const pair = drones.join('\n');
    if (value < (this.#byPair.get(pair)?.value ?? Infinity)) this.#byPair.set(pair, warning);
  }

  list(): ShowWarning[] {
    if (!this.#earliest) return [];
    const closest = [...this.#byPair.values()].sort((a, b) => a.value - b.value || a.t - b.t);
    return [...new Set([this.#earliest, ...closest.slice(0, mostOfKind - 1)])];
  }
}
