/**
 * Oversight and black box of a server, as one: what happens is looked at and written down. Composition; decides nothing
 * itself, and knows the server by what it can do.
 */
import { defineSpec, loadConfig } from '../../lib/config/index.js';
import { errorText } from '../../lib/errors.js';
import type { CommandName } from '../../lib/operations/catalogue.js';
import type { Clock } from '../../lib/time/clock.js';
import type { Checklist } from '../checklist/checklist-file.js';
import type { DroneRecord } from '../fleet/drone-record.js';
import type { FleetEvent } from '../fleet/fleet.js';
import { isArmed, type Telemetry } from '../fleet/telemetry.js';
import { BlackBox, type Wishes } from '../recorder/black-box.js';
import type { AlertBody, JournalEntry } from '../recorder/record.js';
import type { ShowRun } from '../show-control/show-run.js';
import type { StoredShow } from '../show-control/show-store.js';
import type { Call, DroneView, LogLine, ShowPhase } from '../snapshot.js';
import { Oversight } from './oversight.js';
import type { OversightControls, OversightView } from './oversight-view.js';
import { type OversightSettings, oversightSections, readOversight, type ShowRules } from './settings.js';

/** What a server is given for it. */
export type WatchOptions = {
  /** What alerts, gates and losses are to do; with the rules of a show in the place of the same ones. @throws ConfigError */
  readonly rules?: (own: ShowRules | undefined) => OversightSettings;
  /** Undefined: none is asked for. */
  readonly checklist?: Checklist | undefined;
  /** Undefined: there is none. */
  readonly blackBox?: {
    readonly record: (entry: JournalEntry) => void;
    readonly isRecording: () => boolean;
  };
};

export type WatchkeeperOptions = WatchOptions & {
  readonly clock: Clock;
  readonly pauseRampS: number;
  readonly records: () => readonly DroneRecord[];
  readonly view: (id: string) => DroneView | undefined;
  readonly run: () => ShowRun | undefined;
  readonly act: (what: 'pause' | 'land', ids: readonly string[]) => Promise<unknown>;
  readonly callOff: (why: string) => void;
  /** Asks a drone for something; undefined where it is not connected. */
  readonly ask: (id: string, name: string) => Promise<unknown>;
  /** Shows a line in the event log, without having it written down again. */
  readonly say: (level: LogLine['level'], text: string) => LogLine;
};

/** What may be the answer of an operator whose fleet is held. */
const answers: ReadonlySet<CommandName> = new Set<CommandName>([
  ...(['resume', 'land', 'stop', 'return_home', 'emergency_land', 'disarm', 'kill'] as const),
]);

export class Watchkeeper {
  readonly #options: WatchkeeperOptions;
  readonly #box: BlackBox;
  readonly #oversight: Oversight;
  #showRules: ShowRules | undefined;
  /** What failed last: it is told once. */
  #failure: string | undefined;

  /** @throws ConfigError for rules that are wrong. */
  constructor(options: WatchkeeperOptions) {
    this.#options = options;
    const { clock, checklist, pauseRampS, records, run, callOff, view, blackBox } = options;
    this.#box = new BlackBox((entry) => this.#tried(() => blackBox?.record(entry)));
    this.#oversight = new Oversight({
      ...{ clock, checklist, pauseRampS, records, run, callOff, settings: this.#rules(undefined) },
      slotOf: (id) => view(id)?.slot,
      act: (what, ids) => this.#act(what, ids),
      alert: (body) => this.#alert(body),
      state: ({ what, value, ...more }) => this.#box.state(what, value, more),
      log: (level, text) => this.log(level, text),
    });
  }

  get showRules(): ShowRules | undefined {
    return this.#showRules;
  }

  get controls(): OversightControls {
    return this.#oversight;
  }

  get view(): OversightView {
    return { ...this.#oversight.view, isRecording: this.#options.blackBox?.isRecording() };
  }

  get authorizeObstacle(): string | undefined {
    return this.#oversight.authorizeObstacle;
  }

  get startObstacle(): string | undefined {
    return this.#oversight.startObstacle;
  }

  log(level: LogLine['level'], text: string): void {
    this.#box.note(this.#options.say(level, text));
  }

  /** Takes the rules of a show that is to be loaded. @throws ConfigError for wrong ones: then those of before hold. */
  take({ rules }: StoredShow): void {
    this.#oversight.use(this.#rules(rules));
    this.#showRules = rules;
  }

  /** A show is loaded. */
  loaded({ loaded, parts, rules, show }: StoredShow): void {
    const { slots, durationS } = loaded;
    this.#box.show(loaded);
    if (rules) this.log('info', `rules of the show: ${rules.fileName}`);
    this.#oversight.load({ parts, slots, durationS, leadS: show.leadS });
  }

  /** A configuration that contradicts itself now changes nothing: the rules of before hold. */
  settingsChanged(): void {
    try {
      this.#oversight.use(this.#rules(this.#showRules));
    } catch (error) {
      this.log('error', `alerts, gates and losses go by the rules of before: ${errorText(error)}`);
    }
  }

  /** Somebody has given a command; told when it has begun. */
  called(call: Call): void {
    this.#tried(() => {
      this.#box.action(call);
      if (answers.has(call.name)) this.#oversight.answered(call.name, call.by);
    });
  }

  /** `before`: what the drone had said until then. */
  happened(event: FleetEvent, before: Telemetry | undefined): void {
    this.#tried(() => {
      this.#box.fleetEvent(event);
      if (event.type === 'telemetryReceived') this.#reportFlight(event.id, before);
      if (event.type === 'droneRemoved') this.#oversight.forget(event.id);
    });
  }

  /** Call it several times a second. */
  look(): void {
    this.#tried(() => this.#oversight.look());
  }

  close(): void {
    this.#oversight.close();
  }

  states(phase: ShowPhase, wishes: Wishes): void {
    this.#box.wishes(wishes);
    this.#box.phase(phase);
  }

  /** What fails here keeps nothing from the fleet, and nobody from landing it. */
  #tried(work: () => void): void {
    try {
      work();
    } catch (error) {
      const text = errorText(error);
      if (text !== this.#failure)
        this.#options.say('error', `oversight or black box failed, and goes on: ${text}`);
      this.#failure = text;
    }
  }

  #rules(own: ShowRules | undefined): OversightSettings {
    return (this.#options.rules ?? defaultRules)(own);
  }

  #alert(body: AlertBody): void {
    this.#options.say(body.level, body.text);
    this.#box.alert(body);
  }

  /** What the server does by itself is on record as what people do. */
  async #act(name: 'pause' | 'land', ids: readonly string[]): Promise<void> {
    try {
      const ended = this.#options.act(name, ids);
      this.#box.action({ name, ids, given: {}, by: 'oversight' });
      await ended;
    } catch (error) {
      this.#options.say('error', `${name} by the server: ${errorText(error)}`);
    }
  }

  /** A drone that has landed is asked for its own report. */
  #reportFlight(id: string, before: Telemetry | undefined): void {
    const record = this.#options.view(id)?.record;
    if (before?.armed !== true || !record?.isAnswering || isArmed(record.telemetry)) return;
    this.#options.ask(id, 'flight_report').then(
      (report) => this.#box.state('flight', report, { id }),
      (error: unknown) => this.log('info', `${id}: its flight report was not had: ${errorText(error)}`),
    );
  }
}

/** As an empty configuration has them. */
function defaultRules(): OversightSettings {
  return readOversight(loadConfig('', 'built-in defaults', defineSpec(oversightSections)));
}
