/**
 * The watchdog's own loop: looks at the flight every 100 ms, orders what must be done, and tells what it saw. Runs
 * without the server, the player and the show clock. Knows the player only as the authority that carries orders out.
 */
import { errorText } from '../../lib/errors.js';
import type { Vec3 } from '../../lib/geo/frames.js';
import { type Cancel, type Clock, every } from '../../lib/time/clock.js';
import { FoundArmed } from './found-armed.js';
import { LoopLag } from './loop-lag.js';
import type { Problem } from './problem.js';
import type { FailsafeSettings } from './settings.js';
import type {
  FailsafeAction,
  FailsafeAuthority,
  FailsafeEvent,
  FailsafeState,
  FlightSituation,
} from './situation.js';
import { type Decision, Watchdog } from './watchdog.js';

const intervalMs = 100;

/** Settings are read anew so often, ms. */
const settingsMs = 1000;

/** A watchdog that has seen nothing for so long lands a drone that was ours when it last saw it, ms. */
const blindMs = 2000;

/** So many events are kept. */
const maxEvents = 100;

const notEnabled: Problem = {
  id: 'failsafe_off',
  severity: 'warning',
  text: '[FAILSAFE] enabled is false: nothing is done when position is lost or the drone strays; set it to true',
};

export type FailsafeOptions = {
  readonly clock: Clock;
  /** Read at the start and once a second. When it throws later on, the last good ones hold. */
  readonly settings: () => FailsafeSettings;
  readonly situation: () => FlightSituation;
  readonly authority: FailsafeAuthority;
  readonly onEvent?: (event: FailsafeEvent) => void;
  /** A place of the vehicle's frame in the frame of the show, for the fence; default: they are the same. */
  readonly toShowM?: (positionM: Vec3) => Vec3 | undefined;
};

export class Failsafe {
  readonly #options: FailsafeOptions;
  readonly #watchdog: Watchdog;
  readonly #foundArmed = new FoundArmed();
  readonly #lag = new LoopLag(intervalMs);
  readonly #fired: FailsafeEvent[] = [];
  #settings: FailsafeSettings;
  #settingsAtMs: number;
  #seenAtMs: number;
  #wasOurs = false;
  #hasLandedBlind = false;
  #lastTrouble = '';
  #cancel: Cancel | undefined;

  /** @throws ConfigError when the settings are wrong. */
  constructor(options: FailsafeOptions) {
    this.#options = options;
    this.#watchdog = new Watchdog(options.toShowM ? { toShowM: options.toShowM } : {});
    this.#settings = options.settings();
    this.#settingsAtMs = options.clock.monotonicMs();
    this.#seenAtMs = this.#settingsAtMs;
  }

  start(): void {
    this.#cancel ??= every(this.#options.clock, intervalMs, () => this.#tick());
    this.#lag.begin(this.#options.clock.monotonicMs());
  }

  close(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  get state(): FailsafeState {
    return { active: this.#watchdog.active, fired: [...this.#fired] };
  }

  get settings(): FailsafeSettings {
    return this.#settings;
  }

  /** The drone flew already when the client started, and still does: nothing may be streamed or started. */
  get isFoundArmed(): boolean {
    return this.#foundArmed.isFound;
  }

  /** What of the watchdog's own speaks against a start. */
  get problems(): readonly Problem[] {
    const { problem } = this.#foundArmed;
    return [...(problem ? [problem] : []), ...(this.#settings.isEnabled ? [] : [notEnabled])];
  }

  /** How late this process' timers came at worst within the last seconds, ms; undefined before the first look. */
  get loopLagMs(): number | undefined {
    return this.#lag.worstMs;
  }

  #tick(): void {
    const nowMs = this.#options.clock.monotonicMs();
    this.#lag.take(nowMs);
    this.#readSettings(nowMs);
    const situation = this.#look(nowMs);
    if (!situation) return;
    this.#watchFoundArmed(situation, nowMs);
    for (const decision of this.#watchdog.step(situation, this.#settings)) this.#carryOut(decision, nowMs);
  }

  #readSettings(nowMs: number): void {
    if (nowMs - this.#settingsAtMs < settingsMs) return;
    this.#settingsAtMs = nowMs;
    try {
      this.#settings = this.#options.settings();
    } catch (error) {
      this.#complain('settings', `the failsafe keeps its former settings: ${errorText(error)}`, nowMs);
    }
  }

  #look(nowMs: number): FlightSituation | undefined {
    try {
      const situation = this.#options.situation();
      this.#seenAtMs = nowMs;
      this.#wasOurs = situation.isOurs && situation.vehicle.armed;
      this.#hasLandedBlind = false;
      return situation;
    } catch (error) {
      this.#complain('blind', `the failsafe can not see the flight: ${errorText(error)}`, nowMs);
      this.#landBlind(nowMs);
      return undefined;
    }
  }

  #landBlind(nowMs: number): void {
    if (!this.#wasOurs || this.#hasLandedBlind || nowMs - this.#seenAtMs < blindMs) return;
    this.#hasLandedBlind = true;
    const text = `the failsafe could not see the flight for ${(nowMs - this.#seenAtMs) / 1000} s: landing`;
    this.#carryOut(this.#decision('blind', 'land', text, nowMs), nowMs);
  }

  #watchFoundArmed({ vehicle }: FlightSituation, nowMs: number): void {
    const found = this.#foundArmed.step(vehicle, nowMs, this.#settings.foundArmed);
    if (found) this.#carryOut(this.#decision('found_armed', found.action, found.text, nowMs), nowMs);
  }

  #carryOut(decision: Decision, nowMs: number): void {
    if (decision.event) this.#tell(decision.event);
    try {
      this.#order(decision.action, decision.reason);
    } catch (error) {
      this.#tryAgain(decision, nowMs);
      this.#complain('order', `${decision.action} could not be ordered: ${errorText(error)}`, nowMs);
    }
  }

  #tryAgain(decision: Decision, nowMs: number): void {
    if (decision.id === 'found_armed') this.#foundArmed.orderFailed(nowMs);
    else if (decision.id === 'blind') this.#hasLandedBlind = false;
    else this.#watchdog.orderFailed(decision, nowMs);
  }

  #order(action: FailsafeAction, reason: string): void {
    const { authority } = this.#options;
    if (action === 'hold') authority.hold(reason);
    else if (action === 'land') authority.land(reason);
    else if (action === 'return') authority.returnHome(reason);
    else if (action === 'emergency_land') authority.emergencyLand(reason);
    else if (action === 'disarm') authority.disarm(reason);
  }

  #decision(id: string, action: FailsafeAction, text: string, atMs: number): Decision {
    return { id, action, reason: text, event: { id, atMs, numbers: {}, text, action } };
  }

  /** The same trouble once, not ten times a second. */
  #complain(id: string, text: string, atMs: number): void {
    if (text === this.#lastTrouble) return;
    this.#lastTrouble = text;
    this.#tell({ id, atMs, numbers: {}, text, action: 'report' });
  }

  /** A listener that throws does not stop the watchdog. */
  #tell(event: FailsafeEvent): void {
    this.#fired.push(event);
    if (this.#fired.length > maxEvents) this.#fired.shift();
    try {
      this.#options.onEvent?.(event);
    } catch (error) {
      const text = `a listener of the failsafe failed: ${errorText(error)}`;
      this.#fired.push({ id: 'listener', atMs: event.atMs, numbers: {}, text, action: 'report' });
    }
  }
}
