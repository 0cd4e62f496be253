/** Gates and losses of one run: what is decided at this look. Knows records and the show's places; carries out nothing. */
import type { Vec3 } from '../../lib/geo/frames.js';
import type { Clock } from '../../lib/time/clock.js';
import type { DroneRecord } from '../fleet/drone-record.js';
import { numberAt } from '../fleet/telemetry.js';
import type { Gate } from '../gates/gate.js';
import { answerGate, type GatesLook, gateLeadS, lookAtGates, noGatesPassed } from '../gates/gates.js';
import type { GateDrone } from '../gates/judge-gate.js';
import type { LossAction } from '../loss-policy/loss-policy.js';
import {
  answerLosses,
  type LossDrone,
  type LossesState,
  type LossVerdict,
  lookAtLosses,
  noLosses,
} from '../loss-policy/losses.js';
import { comeBackMs, type ShowRun } from '../show-control/show-run.js';
import { whyOutOfShow } from './lost-drone.js';
import type { PlannedFlights } from './planned-flights.js';
import type { OversightSettings } from './settings.js';
import { showSecondsAt } from './show-seconds.js';

export type RunWatchOptions = {
  readonly clock: Clock;
  readonly pauseRampS: number;
  readonly slotOf: (id: string) => string | undefined;
  /** By which a run is known. */
  readonly toldUtcMs: number;
};

export type RunDecision = {
  readonly what: 'gate' | 'loss';
  readonly action: LossAction;
  /** Sentences; the first says the outcome. */
  readonly reasons: readonly string[];
  /** To be told though the show goes on. */
  readonly isNews: boolean;
};

type Sight = {
  readonly records: readonly DroneRecord[];
  readonly flights: PlannedFlights;
  readonly settings: OversightSettings;
};

type Answer = { readonly by: string; readonly atUtcMs: number };

export class RunWatch {
  readonly #options: RunWatchOptions;
  #gates: GatesLook = { state: noGatesPassed, decisions: [], asking: undefined };
  #losses: LossesState = noLosses;
  #verdict: LossVerdict | undefined;
  /** All that had a part in it when it began; undefined before. */
  #started: readonly string[] | undefined;
  #lost = 0;
  /** Since when it is watched here, monotonic ms. */
  readonly #sinceMs: number;

  constructor(options: RunWatchOptions) {
    this.#options = options;
    this.#sinceMs = options.clock.monotonicMs();
  }

  get toldUtcMs(): number {
    return this.#options.toldUtcMs;
  }

  /** What is decided now, in the order of what is to be done. */
  look(run: ShowRun, sight: Sight): readonly RunDecision[] {
    const showS = this.#showS(run, this.#options.clock.utcMs());
    if (showS < 0) return [];
    this.#started ??= run.ids;
    return [...this.#lookAtLosses(run, sight), ...this.#lookAtGates(run, sight, showS)];
  }

  /** The operator's word on what it is held for. */
  answer(what: 'go_on' | 'land', { by, atUtcMs }: Answer): void {
    const { state, asking } = this.#gates;
    if (asking)
      this.#gates = {
        ...this.#gates,
        state: answerGate(state, { what, by, atUtcMs }, asking.now.reasons),
        asking: undefined,
      };
    if (this.#losses.decided === 'hold' && this.#verdict)
      this.#losses = answerLosses(this.#losses, { what, by, atUtcMs }, this.#verdict);
  }

  #lookAtGates(run: ShowRun, { records, flights, settings }: Sight, showS: number): readonly RunDecision[] {
    const { pauseRampS: rampS, slotOf } = this.#options;
    const ids = new Set(run.ids);
    const ofRun = records.filter(({ id }) => ids.has(id));
    const slowestLatencyMs = Math.max(0, ...ofRun.map(({ latencyMs }) => latencyMs ?? 0));
    const { asking } = this.#gates.state;
    const gates = settings.gates.gates.filter(
      (gate) => gate.name === asking || !this.#isTooEarly(gate, { run, ofRun, showS }),
    );
    const look = lookAtGates({ ...settings.gates, gates }, this.#gates.state, {
      drones: ofRun.map((record) => this.#gateDrone(run, record)),
      plannedM: (id, atS) => plannedM(flights, slotOf(id), atS),
      isDue: (id, gateS) => {
        const slot = slotOf(id) ?? '';
        return !flights.standsAt(slot, gateS) && !flights.standsAt(slot, Math.max(gateS, showS));
      },
      ...{ showS, rampS, leadS: gateLeadS({ rampS, slowestLatencyMs }) },
    });
    this.#gates = look;
    return look.decisions.map(({ decided, reasons }) => ({
      what: 'gate' as const,
      action: decided === 'hold' ? ('hold' as const) : ('continue' as const),
      reasons,
      isNews: true,
    }));
  }

  /** The drones of a run that another server began have some time to come back: who is not heard yet holds nobody. */
  #isTooEarly(
    { tS, minShare }: Gate,
    {
      run,
      ofRun,
      showS,
    }: { readonly run: ShowRun; readonly ofRun: readonly DroneRecord[]; readonly showS: number },
  ): boolean {
    const sinceMs = this.#options.clock.monotonicMs() - this.#sinceMs;
    if (run.restoredUtcMs === undefined || sinceMs > comeBackMs || showS > tS + comeBackToGateS) return false;
    const heard = ofRun.filter(({ telemetryAtMs }) => telemetryAtMs !== undefined).length;
    return heard < minShare * ofRun.length;
  }

  #gateDrone(run: ShowRun, { id, telemetry, telemetryAtMs, latencyMs }: DroneRecord): GateDrone {
    const { clock } = this.#options;
    const [x, y, z] = [0, 1, 2].map((axis) => numberAt(telemetry.current_position, axis));
    if (telemetryAtMs === undefined || x === undefined || y === undefined || z === undefined) return { id };
    const agoMs = clock.monotonicMs() - telemetryAtMs + (latencyMs ?? 0) / 2;
    const atShowS = this.#showS(run, clock.utcMs() - agoMs);
    return { id, reported: { positionM: { x, y, z }, atShowS, ageS: agoMs / 1000 } };
  }

  #lookAtLosses(run: ShowRun, { records, flights, settings }: Sight): readonly RunDecision[] {
    const started = this.#started ?? [];
    const byId = new Map(records.map((record) => [record.id, record]));
    const left = new Set(run.ids);
    // Whoever was taken out by a command is missed by nobody; who was lost before that stays lost.
    const gone = new Map(this.#verdict?.lost.map((loss) => [loss.id, loss]));
    const drones = started.flatMap((id): LossDrone[] => {
      if (left.has(id)) return [this.#lossDrone(run, id, { record: byId.get(id), flights })];
      const loss = gone.get(id);
      return loss ? [{ id, slot: loss.slot, lostWhy: loss.why }] : [];
    });
    const { state, verdict, decision } = lookAtLosses(settings.losses, this.#losses, drones);
    this.#losses = state;
    this.#verdict = verdict;
    const isNews = verdict.lost.length > this.#lost;
    this.#lost = verdict.lost.length;
    if (decision) return [{ what: 'loss', action: decision.action, reasons: decision.reasons, isNews }];
    return isNews ? [{ what: 'loss', action: 'continue', reasons: verdict.reasons, isNews }] : [];
  }

  #lossDrone(
    run: ShowRun,
    id: string,
    { record, flights }: { readonly record: DroneRecord | undefined; readonly flights: PlannedFlights },
  ): LossDrone {
    const { clock, slotOf } = this.#options;
    const slot = slotOf(id);
    if (record?.telemetryAtMs === undefined) {
      const unheardMs = clock.monotonicMs() - this.#sinceMs;
      return { id, slot, ...(unheardMs >= comeBackMs && { silentS: unheardMs / 1000 }) };
    }
    const agoMs = clock.monotonicMs() - record.telemetryAtMs + (record.latencyMs ?? 0) / 2;
    const span = slot === undefined ? undefined : flights.spanOf(slot);
    const saidS = this.#showS(run, clock.utcMs() - agoMs);
    const why = whyOutOfShow(record, span, saidS);
    const nowS = this.#showS(run, clock.utcMs());
    const isToFly = span !== undefined && nowS < span.endS;
    return {
      ...{ id, slot },
      ...(why !== undefined && { lostWhy: why }),
      ...(isToFly && { silentS: agoMs / 1000 }),
    };
  }

  #showS(run: ShowRun, utcMs: number): number {
    return showSecondsAt(run, utcMs, this.#options.pauseRampS);
  }
}

/** A gate is not judged later than so after its moment, whoever is waited for, s. */
const comeBackToGateS = 4;

/** Before its take-off a drone is to stand where that is. */
function plannedM(flights: PlannedFlights, slot: string | undefined, atS: number): Vec3 | undefined {
  if (slot === undefined) return undefined;
  return flights.placeAt(slot, Math.max(atS, flights.spanOf(slot)?.startS ?? atS));
}
