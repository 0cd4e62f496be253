/**
 * Watches the fleet and the show that is on: alerts, gates, losses, and the checklist before it. Knows what the drones
 * said and what the show wants; holds, lands and calls off through its port, and tells the log and the black box.
 */
import { RefusedError } from '../../lib/errors.js';
import type { Cancel, Clock } from '../../lib/time/clock.js';
import { type AlertAction, ruleLine } from '../alerts/alert-rule.js';
import {
  type AlertEvent,
  type AlertsLook,
  type AlertsState,
  acceptAlert,
  lookAtAlerts,
  noAlerts,
} from '../alerts/alerts.js';
import { readingOf } from '../alerts/drone-reading.js';
import type { Checklist } from '../checklist/checklist-file.js';
import type { DroneRecord } from '../fleet/drone-record.js';
import { explainGates, type GateSettings, gateProblems } from '../gates/gate.js';
import { explainLossPolicy, lossPolicyProblems } from '../loss-policy/loss-policy.js';
import type { AlertBody, StateBody } from '../recorder/record.js';
import { isBeforeStart, type ShowRun } from '../show-control/show-run.js';
import type { LogLine } from '../snapshot.js';
import { ChecklistDesk } from './checklist-desk.js';
import { FlightBook } from './flight-book.js';
import { whyOutOfShow } from './lost-drone.js';
import type { HeldView, OversightView } from './oversight-view.js';
import { PlannedFlights } from './planned-flights.js';
import { type RunDecision, RunWatch } from './run-watch.js';
import type { OversightSettings } from './settings.js';
import { showSecondsAt } from './show-seconds.js';

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

/** So many parts of a show are read at once, some ms each; what is urgent comes in between. */
const partsAtOnce = 10;

/** Between two of these, ms. */
const readPauseMs = 10;

/** The show that is loaded, as far as it is watched. */
export type WatchedShow = {
  readonly parts: ReadonlyMap<string, Uint8Array>;
  readonly slots: readonly string[];
  readonly durationS: number;
  /** From its start to its own zero, which its gates are counted from. */
  readonly leadS: number;
};

export class Oversight {
  readonly #options: OversightOptions;
  readonly #checklist: ChecklistDesk | undefined;
  readonly #book = new FlightBook();
  #settings: OversightSettings;
  #flights = new PlannedFlights(new Map(), () => undefined);
  #stopReading: Cancel = () => undefined;
  #slots: readonly string[] = [];
  #leadS = 0;
  /** Slots that a drone is there for. */
  #flown: readonly string[] = [];
  #policy: readonly string[] | undefined;
  #alerts: AlertsState = noAlerts;
  #look: Omit<AlertsLook, 'state' | 'events'> = {
    active: [],
    wanted: undefined,
    reasons: [],
    unwatched: [],
  };
  #lookedMs = Number.NEGATIVE_INFINITY;
  #watch: RunWatch | undefined;
  #held: HeldView | undefined;

  constructor(options: OversightOptions) {
    this.#options = options;
    this.#settings = options.settings;
    const { checklist, clock } = options;
    this.#checklist = checklist && new ChecklistDesk(checklist, () => clock.utcMs());
  }

  /** `isRecording` is the black box's to say. */
  get view(): Omit<OversightView, 'isRecording'> {
    const { active, unwatched } = this.#look;
    return {
      ...{ alerts: active, unwatched, startObstacle: this.startObstacle, held: this.#held },
      ...{ checklist: this.#checklist?.view, policy: this.policy },
    };
  }

  /** What is done when, a line each. */
  get policy(): readonly string[] {
    const flown = this.#flown.length > 0 ? this.#flown : this.#slots;
    this.#policy ??= policyOf(this.#settings, flown);
    return this.#policy;
  }

  /** Other rules from now on. */
  use(settings: OversightSettings): void {
    this.#settings = settings;
    this.#policy = undefined;
  }

  /** Another show is loaded. What contradicts it is told. */
  load({ parts, slots, durationS, leadS }: WatchedShow): void {
    const warn = (text: string) => this.#options.log('warning', text);
    this.#flights = new PlannedFlights(parts, warn);
    this.#readOn();
    this.#slots = slots;
    this.#leadS = leadS;
    this.#policy = undefined;
    const { gates, losses } = this.#settings;
    for (const text of gateProblems(gates, { startS: -leadS, endS: durationS - leadS })) warn(text);
    for (const text of lossPolicyProblems(losses, slots)) warn(text);
  }

  close(): void {
    this.#stopReading();
  }

  #readOn(): void {
    this.#stopReading();
    this.#stopReading = this.#options.clock.after(readPauseMs, () => {
      this.#flights.readAhead(partsAtOnce);
      if (!this.#flights.isRead) this.#readOn();
    });
  }

  /** Why no show that flies may be started; undefined when nothing is against it. */
  get startObstacle(): string | undefined {
    const { wanted, reasons, active } = this.#look;
    if (wanted === undefined || wanted === 'alert') return undefined;
    const names = active.filter(({ action, isAccepted }) => action === wanted && !isAccepted);
    const how = names.map(({ name }) => `ctl alert_accept ${name}`).join(', ');
    return `${reasons.join('; ')} (or go on in spite of it: ${how})`;
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
    const accepted = acceptAlert(this.#alerts, name);
    if (accepted === this.#alerts) {
      const raised = this.#look.active.map((alert) => alert.name).join(', ') || 'none';
      throw new RefusedError('unknown_alert', `no alert "${name.slice(0, 50)}" is raised; raised: ${raised}`);
    }
    this.#accept([name], by);
    this.#lookAtAlerts();
    return `${name}: accepted, until it is over`;
  }

  /** An operator has told the fleet something: it may be the answer to what it is held for. */
  answered(what: string, by: string): void {
    const isOver = this.#options.run()?.pausedUtcMs === undefined;
    if (!this.#held || !isOver) return;
    const { active } = this.#look;
    const holding = active.filter(({ action, isAccepted }) => action === 'hold_fleet' && !isAccepted);
    const isGoingOn = what === 'resume';
    this.#options.log(
      'warning',
      `${isGoingOn ? 'goes on in spite of' : `${what} after`}: ${this.#held.reasons[0]}; ${by}`,
    );
    if (isGoingOn)
      this.#accept(
        holding.map(({ name }) => name),
        by,
      );
    this.#watch?.answer(isGoingOn ? 'go_on' : 'land', { by, atUtcMs: this.#options.clock.utcMs() });
    this.#held = undefined;
    this.#lookAtAlerts();
  }

  /** A drone was taken out of the table. */
  forget(id: string): void {
    this.#book.forget(id);
  }

  /** Call it several times a second. */
  look(): void {
    const { clock, records } = this.#options;
    const nowMs = clock.monotonicMs();
    this.#book.look(records(), nowMs);
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
    const readings = counting.map((record) =>
      readingOf(record, nowMs, ofRun.has(record.id) ? this.#extrasOf(record, run) : { isApart: true }),
    );
    const { state, events, ...look } = lookAtAlerts(this.#settings.alerts, this.#alerts, { readings, nowMs });
    this.#alerts = state;
    this.#look = look;
    for (const event of events) this.#tell(event);
  }

  #takeFlown(records: readonly DroneRecord[]): void {
    const flown = records.map(({ id }) => this.#options.slotOf(id)).filter((slot) => slot !== undefined);
    if (flown.join('\n') === this.#flown.join('\n')) return;
    this.#flown = flown;
    this.#policy = undefined;
  }

  /** What a drone's record does not hold: where its show wanted it, and what its battery was to hold. */
  #extrasOf(record: DroneRecord, run: ShowRun | undefined) {
    const { id, telemetryAtMs, latencyMs } = record;
    const { slotOf, clock, pauseRampS } = this.#options;
    const slot = slotOf(id);
    if (!run || slot === undefined || telemetryAtMs === undefined || !this.#flights.isRead) return {};
    const saidUtcMs = clock.utcMs() - (clock.monotonicMs() - telemetryAtMs) - (latencyMs ?? 0) / 2;
    const saidS = showSecondsAt(run, saidUtcMs, pauseRampS);
    const span = this.#flights.spanOf(slot);
    // Who is out of the show is lost, and no longer off its place: the others fly on, or not, as losses have it.
    const isApart = whyOutOfShow(record, span, saidS) !== undefined || this.#flights.standsAt(slot, saidS);
    const plannedM = isApart ? undefined : this.#flights.placeAt(slot, saidS);
    const { batteryReserve: reserve } = this.#settings;
    const battery =
      span && this.#book.batteryOf(id, { flightS: span.endS - span.startS, reserve, atMs: telemetryAtMs });
    return { ...(isApart && { isApart }), ...(plannedM && { plannedM }), ...(battery && { battery }) };
  }

  #lookAtRun(): void {
    const { clock, pauseRampS, slotOf, records } = this.#options;
    const run = this.#options.run();
    if (run?.scope !== 'live') {
      this.#watch = undefined;
      this.#held = undefined;
      return;
    }
    if (!this.#flights.isRead) return;
    if (this.#watch?.toldUtcMs !== run.toldUtcMs) {
      this.#watch = new RunWatch({ clock, pauseRampS, slotOf, toldUtcMs: run.toldUtcMs });
      this.#held = undefined;
      this.#tellPlan(run);
    }
    const flights = this.#flights;
    const settings = { ...this.#settings, gates: fromStart(this.#settings.gates, this.#leadS) };
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
    const flightS = ids.flatMap((id) => {
      const slot = this.#options.slotOf(id);
      const span = slot === undefined ? undefined : this.#flights.spanOf(slot);
      return span ? [[id, span.endS - span.startS] as const] : [];
    });
    const value = { reserve: this.#settings.batteryReserve, flightS: Object.fromEntries(flightS) };
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
    const { wanted, reasons } = this.#look;
    const current = run();
    if (current?.scope !== 'live' || wanted === undefined || wanted === 'alert') return;
    if (isBeforeStart(current, clock.utcMs())) {
      const why = this.#whyCalledOff(current);
      if (why.length > 0) callOff(why.join('; '));
    } else if (wanted === 'hold_fleet' && !this.#held) this.#hold('alert', reasons, current);
  }

  /** Silent drones that a countdown can do without are left to its point of no return, where it is looked for each. */
  #whyCalledOff(run: ShowRun): readonly string[] {
    const open = this.#look.active.filter(({ action, isAccepted }) => action !== 'alert' && !isAccepted);
    const silent = new Set(open.flatMap(({ measure, drones }) => (measure === 'silence' ? drones : [])));
    const isEnough = run.ids.filter((id) => !silent.has(id)).length >= run.least;
    return open.filter(({ measure }) => measure !== 'silence' || !isEnough).map(({ text }) => text);
  }

  #hold(what: HeldView['what'], reasons: readonly string[], run: ShowRun): void {
    const { log, clock, act } = this.#options;
    this.#held = { what, reasons, sinceUtcMs: clock.utcMs() };
    if (run.pausedUtcMs !== undefined) return;
    log('error', `the fleet is HELD: ${reasons[0]}; resume goes on in spite of it, land lands`);
    void act('pause', run.ids);
  }

  #accept(names: readonly string[], by: string): void {
    for (const name of names) {
      this.#alerts = acceptAlert(this.#alerts, name);
      const text = `alert ${name} was accepted by ${by}`;
      this.#options.alert({ alert: name, level: 'warning', text, action: 'accepted' });
    }
  }

  #tell(event: AlertEvent): void {
    const { alert } = this.#options;
    if (event.type === 'cleared') {
      alert({ alert: event.name, level: 'info', text: event.text, action: 'cleared' });
      return;
    }
    const { name, level: loudness, text, action, drones } = event.alert;
    const level = loudness === 'alarm' ? 'error' : 'warning';
    const [only] = drones;
    alert({ alert: name, level, text, action, ...(drones.length === 1 && { id: only }) });
  }
}

/** Gates whose times are counted from the start. */
function fromStart(settings: GateSettings, leadS: number): GateSettings {
  return { ...settings, gates: settings.gates.map((gate) => ({ ...gate, tS: gate.tS + leadS })) };
}

function policyOf({ alerts, gates, losses }: OversightSettings, slots: readonly string[]): readonly string[] {
  const watched = alerts.filter(({ limit }) => limit !== undefined);
  const acting = (what: AlertAction) => watched.filter(({ action }) => action === what);
  return [
    ...(slots.length > 0 ? explainLossPolicy(losses, slots) : []),
    ...explainGates(gates),
    // First what concerns a show that is about to fly.
    ...[...acting('hold_fleet'), ...acting('hold_start')].map(ruleLine),
  ];
}
