/**
 * Watches the fleet and the show that is on: alerts, gates, losses, and the checklist before it. Knows what the drones
 * said and what the show wants; holds, lands and calls off through its port, and tells the log and the black box.
 */
import { RefusedError } from '../../lib/errors.js';
import type { Clock } from '../../lib/time/clock.js';
import { readingOf } from '../alerts/drone-reading.js';
import type { Checklist } from '../checklist/checklist-file.js';
import type { DroneRecord } from '../fleet/drone-record.js';
import { type GateSettings, gateProblems } from '../gates/gate.js';
import { lossPolicyProblems } from '../loss-policy/loss-policy.js';
import type { AlertBody, StateBody } from '../recorder/record.js';
import { isBeforeStart, type ShowRun } from '../show-control/show-run.js';
import type { LogLine } from '../snapshot.js';
import { AlertWatch } from './alert-watch.js';
import { ChecklistDesk } from './checklist-desk.js';
import type { HeldView, OversightView } from './oversight-view.js';
import { policyOf } from './policy.js';
import { type RunDecision, RunWatch } from './run-watch.js';
import type { OversightSettings } from './settings.js';
import { type ShowToWatch, WatchedShow } from './watched-show.js';

export type OversightOptions = {
  readonly clock: Clock;
  readonly settings: OversightSettings;
  /** Undefined: none is asked for. */
  readonly checklist?: Checklist | undefined;
  /** How long a show takes to slow down to a pause, s. */
  readonly pauseRampS: number;
  readonly records: () => readonly DroneRecord[];
  readonly slotOf: (id: string) => string | undefined;
  readonly run: () => ShowRun | undefined;
  /** Holds or lands drones of the run; resolves when that was carried out, and never rejects. */
  readonly act: (what: 'pause' | 'land', ids: readonly string[]) => Promise<void>;
  /** Calls off a start that still counts down. `why`: a sentence. */
  readonly callOff: (why: string) => void;
  readonly log: (level: LogLine['level'], text: string) => void;
  /** To the log, and to the black box with all of it. */
  readonly alert: (body: AlertBody) => void;
  /** To the black box. */
  readonly state: (body: StateBody) => void;
};

/** Alerts are looked at so often, ms: telemetry comes once a second. */
const alertLookMs = 1000;

export class Oversight {
  readonly #options: OversightOptions;
  readonly #checklist: ChecklistDesk | undefined;
  readonly #alerts: AlertWatch;
  readonly #show: WatchedShow;
  #settings: OversightSettings;
  /** Slots that a drone is there for. */
  #flown: readonly string[] = [];
  #policy: readonly string[] | undefined;
  #lookedMs = Number.NEGATIVE_INFINITY;
  #watch: RunWatch | undefined;
  #held: HeldView | undefined;

  constructor(options: OversightOptions) {
    this.#options = options;
    this.#settings = options.settings;
    const { checklist, clock, pauseRampS, slotOf, alert, log } = options;
    this.#alerts = new AlertWatch(alert);
    this.#show = new WatchedShow({ clock, pauseRampS, slotOf, warn: (text) => log('warning', text) });
    this.#checklist = checklist && new ChecklistDesk(checklist, () => clock.utcMs());
  }

  /** `isRecording` is the black box's to say. */
  get view(): Omit<OversightView, 'isRecording'> {
    const { active, unwatched } = this.#alerts;
    return {
      ...{ alerts: active, unwatched, startObstacle: this.startObstacle, held: this.#held },
      ...{ checklist: this.#checklist?.view, policy: this.policy },
    };
  }

  /** What is done when, a line each. */
  get policy(): readonly string[] {
    const flown = this.#flown.length > 0 ? this.#flown : this.#show.slots;
    this.#policy ??= policyOf(this.#settings, flown);
    return this.#policy;
  }

  /** Other rules from now on. */
  use(settings: OversightSettings): void {
    this.#settings = settings;
    this.#policy = undefined;
  }

  /** Another show is loaded. What contradicts it is told. */
  load(show: ShowToWatch): void {
    const warn = (text: string) => this.#options.log('warning', text);
    this.#show.load(show);
    this.#policy = undefined;
    const { gates, losses } = this.#settings;
    const { slots, durationS, leadS } = show;
    for (const text of gateProblems(gates, { startS: -leadS, endS: durationS - leadS })) warn(text);
    for (const text of lossPolicyProblems(losses, slots)) warn(text);
  }

  close(): void {
    this.#show.close();
  }

  /** Why no show that flies may be started; undefined when nothing is against it. */
  get startObstacle(): string | undefined {
    return this.#alerts.startObstacle;
  }

  /** Why no show that flies may be authorized: items of the checklist are open. */
  get authorizeObstacle(): string | undefined {
    return this.#checklist?.standing.text;
  }

  /** Ticks an item by its number from 1, or takes it back. @throws RefusedError when there is no such item, or no list. */
  tick(which: string, { by, isTicked }: { readonly by: string; readonly isTicked: boolean }): string {
    const desk = this.#checklist;
    if (!desk)
      throw new RefusedError(
        'no_checklist',
        'no checklist is asked for: name one in the configuration, [CHECKLIST] file',
      );
    const { section, text } = isTicked ? desk.tick(which, by) : desk.untick(which);
    this.#options.state({ what: 'checklist', value: { section, text, isTicked, by }, text });
    const { ticked, of } = desk.standing;
    return `${isTicked ? 'ticked' : 'open again'}: ${text} (${ticked} of ${of})`;
  }

  /** Somebody goes on in spite of an alert, until it is over. @throws RefusedError when none of that name is raised. */
  accept(name: string, by: string): string {
    this.#alerts.accept(name, by);
    this.#lookAtAlerts();
    return `${name}: accepted, until it is over`;
  }

  /** An operator has told the fleet something: it may be the answer to what it is held for. */
  answered(what: string, by: string): void {
    const isOver = this.#options.run()?.pausedUtcMs === undefined;
    if (!this.#held || !isOver) return;
    const isGoingOn = what === 'resume';
    this.#options.log(
      'warning',
      `${isGoingOn ? 'goes on in spite of' : `${what} after`}: ${this.#held.reasons[0]}; ${by}`,
    );
    if (isGoingOn) this.#alerts.acceptHolds(by);
    this.#watch?.answer(isGoingOn ? 'go_on' : 'land', { by, atUtcMs: this.#options.clock.utcMs() });
    this.#held = undefined;
    this.#lookAtAlerts();
  }

  /** A drone was taken out of the table. */
  forget(id: string): void {
    this.#show.forget(id);
  }

  /** Call it several times a second. */
  look(): void {
    const { clock, records } = this.#options;
    const nowMs = clock.monotonicMs();
    this.#show.look(records(), nowMs);
    if (nowMs - this.#lookedMs >= alertLookMs) this.#lookAtAlerts();
    this.#lookAtRun();
    this.#actOnAlerts();
  }

  #lookAtAlerts(): void {
    const { clock, records } = this.#options;
    const nowMs = clock.monotonicMs();
    this.#lookedMs = nowMs;
    const run = this.#options.run();
    const ofRun = new Set(run?.ids);
    // Whoever is lost and has no part in anything keeps nobody from anything.
    const counting = records().filter(({ id, isConnected }) => isConnected || ofRun.has(id));
    this.#takeFlown(counting);
    const { alerts, batteryReserve } = this.#settings;
    const readings = counting.map((record) => {
      const isOfRun = run && ofRun.has(record.id);
      return readingOf(record, nowMs, isOfRun ? this.#show.extrasOf(record, run, batteryReserve) : apart);
    });
    this.#alerts.look(alerts, readings, nowMs);
  }

  #takeFlown(records: readonly DroneRecord[]): void {
    const flown = records.map(({ id }) => this.#options.slotOf(id)).filter((slot) => slot !== undefined);
    if (flown.join('\n') === this.#flown.join('\n')) return;
    this.#flown = flown;
    this.#policy = undefined;
  }

  #lookAtRun(): void {
    const { clock, pauseRampS, slotOf, records } = this.#options;
    const run = this.#options.run();
    if (run?.scope !== 'live') {
      this.#watch = undefined;
      this.#held = undefined;
      return;
    }
    const { flights, leadS } = this.#show;
    if (!flights.isRead) return;
    if (this.#watch?.toldUtcMs !== run.toldUtcMs) {
      this.#watch = new RunWatch({ clock, pauseRampS, slotOf, toldUtcMs: run.toldUtcMs });
      this.#held = undefined;
      this.#tellPlan(run);
    }
    const settings = { ...this.#settings, gates: fromStart(this.#settings.gates, leadS) };
    const sight = { records: records(), flights, settings };
    for (const decision of this.#watch.look(run, sight)) {
      const now = this.#options.run();
      // Whoever was landed just now is not held on the way down.
      if (now?.toldUtcMs !== run.toldUtcMs) return;
      this.#carryOut(decision, now);
    }
  }

  /** For the report: what batteries are held against. */
  #tellPlan({ ids }: ShowRun): void {
    const value = { reserve: this.#settings.batteryReserve, flightS: this.#show.flightS(ids) };
    this.#options.state({ what: 'battery_plan', value });
  }

  #carryOut({ what, action, reasons, isNews }: RunDecision, run: ShowRun): void {
    const level = action === 'continue' ? 'info' : 'error';
    if (isNews || action !== 'continue')
      this.#options.alert({ alert: what, level, text: reasons.join('; '), action });
    if (action === 'hold') this.#hold(what, reasons, run);
    if (action === 'land') void this.#options.act('land', run.ids);
  }

  #actOnAlerts(): void {
    const { run, clock, callOff } = this.#options;
    const current = run();
    if (current?.scope !== 'live') return;
    if (isBeforeStart(current, clock.utcMs())) {
      const why = this.#alerts.whyCalledOff(current);
      if (why.length > 0) callOff(why.join('; '));
      return;
    }
    const reasons = this.#alerts.holdReasons;
    if (reasons.length > 0 && !this.#held) this.#hold('alert', reasons, current);
  }

  #hold(what: HeldView['what'], reasons: readonly string[], run: ShowRun): void {
    const { log, clock, act } = this.#options;
    this.#held = { what, reasons, sinceUtcMs: clock.utcMs() };
    if (run.pausedUtcMs !== undefined) return;
    log('error', `the fleet is HELD: ${reasons[0]}; resume goes on in spite of it, land lands`);
    void act('pause', run.ids);
  }
}

/** A drone that has no part in the run. */
const apart = { isApart: true };

/** Gates whose times are counted from the start. */
function fromStart(settings: GateSettings, leadS: number): GateSettings {
  return { ...settings, gates: settings.gates.map((gate) => ({ ...gate, tS: gate.tS + leadS })) };
}
