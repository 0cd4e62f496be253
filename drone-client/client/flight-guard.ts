/**
 * Keeps one drone safe: the watchdog's loop, the checks before a start, and what both are told. Knows the drone's parts
 * by their ports; no connection and no disk.
 */
import type { Clock } from '../../lib/time/clock.js';
import { findProblems } from '../failsafe/checks.js';
import { Failsafe } from '../failsafe/failsafe.js';
import type { HostHealth } from '../failsafe/host-health.js';
import { LastResortWatch } from '../failsafe/last-resort-watch.js';
import { isBlocking, type Problem } from '../failsafe/problem.js';
import type { FailsafeSettings } from '../failsafe/settings.js';
import type {
  FailsafeAuthority,
  FailsafeEvent,
  FailsafeState,
  FlightSituation,
} from '../failsafe/situation.js';
import type { ShowPlayer } from '../player/show-player.js';
import type { LastResortContext } from '../vehicle/last-resort-item.js';
import type { Vehicle } from '../vehicle/vehicle.js';

export type FlightGuardOptions = {
  readonly clock: Clock;
  readonly vehicle: Vehicle;
  readonly player: ShowPlayer;
  readonly settings: () => FailsafeSettings;
  readonly hostHealth: () => HostHealth | undefined;
  readonly isServerConnected: () => boolean;
  readonly context: () => LastResortContext;
  /** What else speaks against a start. */
  readonly others: () => readonly Problem[];
  readonly onEvent: (event: FailsafeEvent) => void;
  readonly onWarning: (text: string) => void;
  /** What the watchdog sees has changed; told where `[FAILSAFE] log_state` asks for it. */
  readonly onState: (text: string) => void;
};

/** One drone's. @throws ConfigError when the failsafe's settings are wrong. */
export class FlightGuard {
  readonly #options: FlightGuardOptions;
  readonly #failsafe: Failsafe;
  readonly #lastResort: LastResortWatch;
  #armedSinceMs: number | undefined;
  #serverLostSinceMs: number | undefined;
  #loggedState = '';

  constructor(options: FlightGuardOptions) {
    const { clock, settings, vehicle, context, onEvent, onWarning } = options;
    this.#options = options;
    this.#failsafe = new Failsafe({
      clock,
      settings,
      situation: () => this.#situation(),
      authority: this.#authority(),
      onEvent,
    });
    this.#lastResort = new LastResortWatch({ clock, vehicle, context, onWarning });
  }

  start(): void {
    this.#failsafe.start();
    this.#lastResort.start();
  }

  close(): void {
    this.#failsafe.close();
    this.#lastResort.close();
  }

  /** What holds now and what has happened. */
  get state(): FailsafeState {
    return this.#failsafe.state;
  }

  /** The autopilot's parameters may have been changed: they are read anew. */
  parametersChanged(): void {
    this.#lastResort.refresh();
  }

  /** Everything that speaks against a start, or that the operator should know before it; blocking ones first. */
  get problems(): readonly Problem[] {
    const { clock, vehicle, hostHealth, context, others } = this.#options;
    return findProblems({
      nowMs: clock.monotonicMs(),
      vehicle: vehicle.state,
      limits: this.#failsafe.settings.start,
      isGpsNeeded: context().frame === 'gps',
      host: hostHealth(),
      lastResort: this.#lastResort.problems,
      loopLagMs: this.#failsafe.loopLagMs,
      others: [...this.#failsafe.problems, ...others()],
    });
  }

  /** Texts of what blocks a start. */
  get obstacles(): readonly string[] {
    return this.problems.filter(isBlocking).map(({ text }) => text);
  }

  #situation(): FlightSituation {
    const { clock, vehicle, player, isServerConnected } = this.#options;
    const nowMs = clock.monotonicMs();
    const { state } = vehicle;
    this.#armedSinceMs = state.armed ? (this.#armedSinceMs ?? nowMs) : undefined;
    this.#serverLostSinceMs = isServerConnected() ? undefined : (this.#serverLostSinceMs ?? nowMs);
    const { lastSent, ...situation } = player.situation;
    this.#logState();
    return {
      ...situation,
      nowMs,
      vehicle: state,
      ...(this.#armedSinceMs !== undefined && { isArmedSinceMs: this.#armedSinceMs }),
      ...(lastSent && { setpoint: { positionM: lastSent.setpoint.positionM, sentMs: lastSent.sentMs } }),
      server: {
        isConnected: this.#serverLostSinceMs === undefined,
        ...(this.#serverLostSinceMs !== undefined && { lostSinceMs: this.#serverLostSinceMs }),
      },
    };
  }

  /** Each change of what the watchdog sees, for those who asked for it. */
  #logState(): void {
    const text = this.state.active.map(({ text: condition }) => condition).join('; ');
    if (text === this.#loggedState || !this.#failsafe.settings.isStateLogged) return;
    this.#loggedState = text;
    this.#options.onState(text || 'nothing is wrong');
  }

  /** The player goes on trying by itself what was refused at first; a refusal is a warning of its own. */
  #authority(): FailsafeAuthority {
    const { player, vehicle, onWarning } = this.#options;
    const told = (order: Promise<void>): void => {
      order.catch((error: unknown) => onWarning(error instanceof Error ? error.message : String(error)));
    };
    return {
      hold: (reason) => told(vehicle.state.armed ? player.stop(`failsafe: ${reason}`) : vehicle.hold()),
      land: (reason) => told(player.land(`failsafe: ${reason}`)),
      returnHome: (reason) => told(player.returnHome(`failsafe: ${reason}`)),
      emergencyLand: (reason) => told(player.emergencyLand(`failsafe: ${reason}`)),
      disarm: (reason) => told(player.disarm(`failsafe: ${reason}`)),
    };
  }
}
