/**
 * What happens on a server, as entries of its journal: states and wishes only when they are others than before. Knows
 * what the server does; no file, and not whether anybody writes.
 */
import type { FleetEvent } from '../fleet/fleet.js';
import type { GivenAuthorization } from '../show-control/authorizer.js';
import type { ShowRun } from '../show-control/show-run.js';
import type { Call, LoadedShow, LogLine, ShowPhase } from '../snapshot.js';
import type { AlertBody, JournalEntry, StateBody } from './record.js';
import { stableJson } from './stable-json.js';

export type Wishes = {
  readonly run: ShowRun | undefined;
  readonly authorization: GivenAuthorization | undefined;
};

/** Longest value of an argument that is written down, characters. */
const maxArgument = 500;

/** Options whose values open something: a record is read by more people than a configuration. */
const secretOption = /pass(?:word|phrase|wd)?|psk|secret|token|credential|(?:^|[/_])key(?:$|_)/i;

export class BlackBox {
  readonly #record: (entry: JournalEntry) => void;
  /** What was written last of each state and wish, as JSON. */
  readonly #last = new Map<string, string>();

  /** Who was meant by each wish. */
  readonly #wished = new Map<string, readonly string[]>();

  constructor(record: (entry: JournalEntry) => void) {
    this.#record = record;
  }

  note({ level, text }: LogLine): void {
    this.#record({ kind: 'note', body: { level, text } });
  }

  alert(body: AlertBody): void {
    this.#record({ kind: 'alert', body });
  }

  state(what: string, value: unknown, more: Pick<StateBody, 'id' | 'text'> = {}): void {
    this.#record({ kind: 'state', body: { what, value, ...more } });
  }

  action({ name, ids, given, by }: Call): void {
    const isSecret = typeof given.option === 'string' && secretOption.test(given.option);
    const args = Object.entries(given).map(([key, value]) => [
      key,
      isSecret && key === 'value' ? '(not written down: a secret)' : clipped(value),
    ]);
    this.#record({ kind: 'action', body: { by, name, ids, arguments: Object.fromEntries(args) } });
  }

  fleetEvent(event: FleetEvent): void {
    switch (event.type) {
      case 'droneJoined':
        this.state('connected', true, { id: event.id, text: `from ${event.address}` });
        return;
      case 'droneLost':
        this.state('connected', false, { id: event.id, text: event.reason });
        return;
      case 'droneIntroduced':
        this.state('software', event.software ?? null, { id: event.id });
        return;
      case 'commandEnded': {
        const { output: _, ...result } = event.result;
        this.#record({ kind: 'outcome', body: { action: event.action, result } });
        return;
      }
      default:
    }
  }

  show(show: LoadedShow | undefined): void {
    const { name, digest, durationS, format, slots } = show ?? {};
    this.#change('show', show ? { name, digest, durationS, format, slots: slots?.length } : null, (value) =>
      this.state('show', value),
    );
  }

  phase(phase: ShowPhase): void {
    this.#change('phase', phase, (value) => this.state('phase', value));
  }

  /** What the drones are to hold; what is no more is written as null. */
  wishes({ run, authorization }: Wishes): void {
    const { covered = [], leftS: _, ...authorized } = authorization ?? {};
    const ids = covered.map(([id]) => id);
    this.#wish('authorize', ids, authorization && authorized);
    const of = run?.ids ?? [];
    this.#wish('start', of, run && { startUtcMs: run.toldUtcMs, scope: run.scope });
    this.#wish('pause', of, run?.pausedUtcMs === undefined ? undefined : { atUtcMs: run.pausedUtcMs });
    this.#wish('resume', of, run?.resumedUtcMs === undefined ? undefined : { atUtcMs: run.resumedUtcMs });
  }

  #wish(wish: string, ids: readonly string[], value: unknown): void {
    this.#change(`wish ${wish}`, value === undefined ? null : { value, ids }, (changed) => {
      const whose = changed === null ? (this.#wished.get(wish) ?? []) : ids;
      this.#wished.set(wish, whose);
      this.#record({ kind: 'wish', body: { wish, ids: whose, value: changed === null ? null : value } });
    });
  }

  /** Nothing was the case before anything was told. */
  #change(what: string, value: unknown, tell: (value: unknown) => void): void {
    const json = stableJson(value);
    if ((this.#last.get(what) ?? 'null') === json) return;
    this.#last.set(what, json);
    tell(value);
  }
}

function clipped(value: string | number | boolean): string | number | boolean {
  return typeof value === 'string' ? value.slice(0, maxArgument) : value;
}
