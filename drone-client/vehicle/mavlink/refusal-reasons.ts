/** Why the autopilot refused, in words: its answer's name and what it said about that time. Knows no link. */
import { common } from 'mavlink-mappings';

type Heard = { readonly words: string; readonly atMs: number };

/** How far back a text is still taken for the reason of a refusal. */
const relatedMs = 2000;

/** Remembers the last STATUSTEXT and the last EVENT (PX4's reasons by number) of one autopilot. */
export class RefusalReasons {
  #text: Heard | undefined;
  #event: Heard | undefined;

  textReceived(text: string, atMs: number): void {
    this.#text = { words: `"${text}"`, atMs };
  }

  eventReceived(id: number, atMs: number): void {
    this.#event = { words: `event ${id}`, atMs };
  }

  /** E.g. `TEMPORARILY_REJECTED (event 1234)`. `result` is a MAV_RESULT. */
  describe(result: number, nowMs: number): string {
    const name = common.MavResult[result] ?? `result ${result}`;
    const heard = [this.#text, this.#event].filter(
      (one) => one !== undefined && nowMs - one.atMs < relatedMs,
    );
    return heard.length > 0 ? `${name} (${heard.map((one) => one?.words).join(', ')})` : name;
  }
}
