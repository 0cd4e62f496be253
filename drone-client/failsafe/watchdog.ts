/**
 * Judges one flight: conditions, how long each has lasted, and what is ordered about them. Time is an argument.
 * Knows no player, no clock and no MAVLink; it orders, others act.
 * Longer than most files: it is the one place that decides between the conditions.
 */
import { errorText } from '../../lib/errors.js';
import type { Vec3 } from '../../lib/geo/frames.js';
import { BatteryForecast } from './battery-forecast.js';
import { type Condition, type Finding, isInFlight, isOurFlight } from './condition.js';
import { placeConditions } from './conditions-place.js';
import { systemConditions } from './conditions-system.js';
import { HoldTime } from './hold-time.js';
import type { FailsafeSettings } from './settings.js';
import {
  type ActiveCondition,
  type FailsafeAction,
  type FailsafeEvent,
  type FlightSituation,
  failsafeActions,
  isStronger,
} from './situation.js';

/** What is to be done now. `event` is absent where an order is only repeated. */
export type Decision = {
  readonly id: string;
  readonly action: FailsafeAction;
  readonly reason: string;
  readonly event?: FailsafeEvent;
};

/** How often the plain disarm is tried again, and an order that could not be given, ms. */
const retryMs = 1000;

/** A global position older than this leads nobody home, ms. */
const globalMaxAgeMs = 2000;

/** What is remembered of one condition. */
type Watch = {
  readonly condition: Condition;
  readonly held: HoldTime;
  finding: Finding | undefined;
  /** It was found at the last look: what lingers on only so that a flicker is one event leads to no order. */
  isSeen: boolean;
  /** It could not be judged at the last look: reported, as its rule can not be trusted either. */
  isBroken: boolean;
  /** What was last told of this occurrence, `report` included. */
  told: FailsafeAction | undefined;
  orderedAtMs: number;
  retryAtMs: number;
};

type Step = { readonly situation: FlightSituation; readonly settings: FailsafeSettings };

export type WatchdogOptions = {
  /** A place of the vehicle's frame in the frame of the show; default: they are the same. */
  readonly toShowM?: (positionM: Vec3) => Vec3 | undefined;
  /** Default: all of them. */
  readonly conditions?: readonly Condition[];
};

export class Watchdog {
  readonly #toShowM: (positionM: Vec3) => Vec3 | undefined;
  readonly #watches: readonly Watch[];
  readonly #forecast = new BatteryForecast();
  #hasFollowed = false;
  /** The strongest landing that was ordered since the motors were started; never forgotten in the air. */
  #landing: 'land' | 'emergency_land' | undefined;
  #disarmFromMs: number | undefined;
  #hasToldDisarm = false;

  constructor({ toShowM = (positionM) => positionM, conditions }: WatchdogOptions = {}) {
    this.#toShowM = toShowM;
    this.#watches = (conditions ?? [...placeConditions, ...systemConditions]).map((condition) => ({
      condition,
      held: new HoldTime(),
      finding: undefined,
      isSeen: false,
      isBroken: false,
      told: undefined,
      orderedAtMs: 0,
      retryAtMs: 0,
    }));
  }

  /** The conditions that hold now, reported or acted on. */
  get active(): readonly ActiveCondition[] {
    return this.#watches.flatMap(({ condition, held, finding }) =>
      held.isActive && held.sinceMs !== undefined && finding
        ? [{ id: condition.id, text: finding.text, sinceMs: held.sinceMs }]
        : [],
    );
  }

  /** Takes a look; to be called about every 100 ms. */
  step(situation: FlightSituation, settings: FailsafeSettings): Decision[] {
    const at = { situation, settings };
    this.#remember(situation);
    for (const watch of this.#watches) this.#look(watch, at);
    const decisions: Decision[] = [];
    for (const watch of this.#strongestFirst(at)) {
      const decision = this.#decide(watch, at);
      if (decision) decisions.push(decision);
    }
    const disarm = this.#disarmLater(at);
    return disarm ? [...decisions, disarm] : decisions;
  }

  /** The order could not be given: it counts as not given, and is given again a second later. */
  orderFailed(decision: Decision, nowMs: number): void {
    const watch = this.#watches.find(({ condition }) => condition.id === decision.id);
    if (!watch) return;
    watch.told = 'report';
    watch.retryAtMs = nowMs + retryMs;
    if (this.#landing === decision.action) this.#landing = undefined;
  }

  #remember(situation: FlightSituation): void {
    const { vehicle, nowMs } = situation;
    if (!isOurFlight(situation)) {
      this.#hasFollowed = false;
      this.#landing = undefined;
      this.#disarmFromMs = undefined;
      this.#hasToldDisarm = false;
    } else if (vehicle.role === 'offboard') this.#hasFollowed = true;
    this.#forecast.take({ nowMs, fraction: vehicle.battery?.fraction, isInFlight: isInFlight(situation) });
  }

  #look(watch: Watch, at: Step): void {
    const { condition, held } = watch;
    const { nowMs } = at.situation;
    try {
      const finding = condition.find({
        ...at,
        forecast: this.#forecast,
        hasFollowed: this.#hasFollowed,
        toShowM: this.#toShowM,
      });
      const delayMs = condition.rule(at.settings, at.situation).delayS * 1000;
      watch.finding = finding ?? watch.finding;
      watch.isSeen = finding !== undefined;
      if (watch.isBroken) held.reset();
      watch.isBroken = false;
      held.look(finding !== undefined, delayMs, nowMs);
    } catch (error) {
      watch.isBroken = true;
      watch.isSeen = true;
      watch.finding = { text: `${condition.id} can not be judged: ${errorText(error)}`, numbers: {} };
      held.look(true, 0, nowMs);
    }
    if (held.sinceMs === undefined) {
      watch.told = undefined;
      watch.finding = undefined;
    }
  }

  /** What happens at the same moment is dealt with once, by the strongest measure. */
  #strongestFirst(at: Step): Watch[] {
    return this.#watches
      .filter(({ held, finding }) => held.isActive && finding !== undefined)
      .sort((a, b) => failsafeActions.indexOf(wantedBy(b, at)) - failsafeActions.indexOf(wantedBy(a, at)));
  }

  #decide(watch: Watch, at: Step): Decision | undefined {
    const { condition, held, finding, told, isSeen } = watch;
    const { nowMs } = at.situation;
    if (!held.isActive || !finding || !isSeen) return undefined;
    const { action, remark } = this.#resolve(watch, at);
    const isRepeat = told === action && action !== 'report' && this.#isDue(watch, nowMs);
    const isNews =
      told === undefined || (told === 'report' && action !== 'report' && nowMs >= watch.retryAtMs);
    if (!isNews && !isRepeat) return undefined;
    watch.told = action;
    watch.orderedAtMs = nowMs;
    this.#order(action, at);
    const text = remark === undefined ? finding.text : `${finding.text}; ${remark}`;
    const decision = { id: condition.id, action, reason: text };
    if (isRepeat) return decision;
    return { ...decision, event: { id: condition.id, atMs: nowMs, numbers: finding.numbers, text, action } };
  }

  #isDue({ condition, orderedAtMs }: Watch, nowMs: number): boolean {
    return condition.repeatMs !== undefined && nowMs - orderedAtMs >= condition.repeatMs;
  }

  #order(action: FailsafeAction, { situation, settings }: Step): void {
    if (action === 'report' || action === 'hold' || action === 'return') return;
    if (action !== 'disarm') this.#landing = action;
    if (situation.vehicle.armed) this.#disarmFromMs ??= situation.nowMs + settings.disarmTimeoutS * 1000;
  }

  /** What the condition's rule asks for, as far as it may be done now; `remark` says why when that is less or other. */
  #resolve(watch: Watch, at: Step): { action: FailsafeAction; remark?: string } {
    const { situation } = at;
    const wanted = wantedBy(watch, at);
    if (wanted === 'report') return { action: 'report' };
    if (this.#isPilots) return { action: 'report', remark: 'the pilot has the drone' };
    if (situation.vehicle.armed && situation.vehicle.role === 'manual')
      return { action: 'report', remark: 'the drone is flown by hand' };
    if (!situation.isOurs && watch.condition.isForStanding !== true)
      return { action: 'report', remark: 'the drone is not ours' };
    const action = this.#possible(wanted, situation);
    const underWay = this.#underWay(watch, situation);
    if (underWay && !isStronger(action, underWay))
      return {
        action: watch.told === action ? action : 'report',
        remark: `${nameOf(underWay)} is under way already`,
      };
    const remark =
      action === wanted ? undefined : `${nameOf(wanted)} needs a position: ${nameOf(action)} instead`;
    return remark === undefined ? { action } : { action, remark };
  }

  /** Nobody holds a place or flies home without knowing where he is: the autopilot's landing needs no position. */
  #possible(action: FailsafeAction, { vehicle, nowMs }: FlightSituation): FailsafeAction {
    if (action !== 'hold' && action !== 'return') return action;
    if (vehicle.armed && this.#isActive('position_lost')) return 'land';
    if (action === 'hold') return action;
    const { global, estimator } = vehicle;
    const isKnown = global !== undefined && nowMs - global.atMs <= globalMaxAgeMs;
    return isKnown && estimator?.hasGlobalPosition !== false ? action : 'land';
  }

  /** The strongest thing that is being done already by somebody else's order than this condition's. */
  #underWay(own: Watch, { isLanding, vehicle }: FlightSituation): FailsafeAction | undefined {
    const ending = vehicle.role === 'return' ? 'return' : 'land';
    let strongest: FailsafeAction | undefined = this.#landing ?? (isLanding ? ending : undefined);
    for (const { held, told, condition } of this.#watches) {
      if (!held.isActive || condition.isForStanding || (told !== 'hold' && told !== 'return')) continue;
      if (own.told === told) continue;
      if (strongest === undefined || isStronger(told, strongest)) strongest = told;
    }
    return strongest;
  }

  get #isPilots(): boolean {
    return this.#isActive('pilot_takeover');
  }

  #isActive(id: string): boolean {
    return this.#watches.some(({ condition, held }) => condition.id === id && held.isActive);
  }

  /**
   * So long after a landing was ordered the motors are stopped by the plain command; again and again, unless the
   * autopilot says that it flies and would refuse.
   */
  #disarmLater({ situation }: Step): Decision | undefined {
    const { nowMs, vehicle } = situation;
    if (this.#disarmFromMs === undefined || nowMs < this.#disarmFromMs) return undefined;
    if (this.#isPilots || vehicle.role === 'manual') return undefined;
    if (this.#hasToldDisarm && vehicle.landed !== undefined && vehicle.landed !== 'on_ground')
      return undefined;
    this.#disarmFromMs = nowMs + retryMs;
    const text =
      'the motors still run after the landing was ordered: disarmed, which the autopilot refuses in the air';
    const decision = { id: 'disarm_timeout', action: 'disarm', reason: text } as const;
    if (this.#hasToldDisarm) return decision;
    this.#hasToldDisarm = true;
    return { ...decision, event: { id: decision.id, atMs: nowMs, numbers: {}, text, action: 'disarm' } };
  }
}

/** What its rule asks for; one that can not be judged has no rule that could be trusted. */
function wantedBy({ condition, isBroken }: Watch, { settings, situation }: Step): FailsafeAction {
  return isBroken ? 'report' : condition.rule(settings, situation).action;
}

/** As people call it. */
function nameOf(action: FailsafeAction): string {
  const names = { land: 'landing', emergency_land: 'emergency landing', return: 'return' } as const;
  return action === 'report' || action === 'hold' || action === 'disarm' ? action : names[action];
}
