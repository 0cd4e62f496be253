/**
 * Sends setpoints as the autopilot wants them, and knows when the last one was given: whoever flies by setpoints and
 * gives none is taken for dead. Knows no link: messages go to the session, commands to a function.
 */
import { common } from 'mavlink-mappings';
import type { Clock } from '../../../lib/time/clock.js';
import type { AttitudeSetpoint, GlobalSetpoint, Setpoint } from '../vehicle.js';
import { GuidedLiftoff } from './guided-liftoff.js';
import { autopilotComponentId } from './outgoing.js';
import type { AutopilotSession } from './session.js';
import { attitudeMessage, fillGlobalSetpoint, fillSetpoint } from './setpoint-messages.js';

/** Who flies by setpoints and sends none for this long is taken for dead: nothing speaks for it any more, ms. */
const setpointSilenceMs = 500;

export type SetpointSenderOptions = {
  readonly clock: Clock;
  readonly session: () => AutopilotSession;
  /** Commands a take-off to this height above home, m; rejects when it is refused. */
  readonly takeOff: (heightM: number) => Promise<void>;
  /** A take-off was refused. */
  readonly onRefused: (error: unknown) => void;
};

export class SetpointSender {
  readonly #options: SetpointSenderOptions;
  readonly #liftoff = new GuidedLiftoff();
  readonly #local = new common.SetPositionTargetLocalNed();
  readonly #global = new common.SetPositionTargetGlobalInt();
  #homeAmslM: number | undefined;
  #lastMs = Number.NEGATIVE_INFINITY;

  constructor(options: SetpointSenderOptions) {
    this.#options = options;
  }

  /** Flying by setpoints, nothing keeps the flight up that does not come from whoever sends them. */
  get isAlive(): boolean {
    const { armed, role } = this.#session.state;
    return !armed || role !== 'offboard' || this.#nowMs - this.#lastMs <= setpointSilenceMs;
  }

  /** Where home is, as far as it can be told from a position: heights go out relative to it. */
  positionReceived({ alt, relativeAlt }: common.GlobalPositionInt): void {
    this.#homeAmslM = (alt - relativeAlt) / 1000;
  }

  sendLocal(setpoint: Setpoint): void {
    this.#lastMs = this.#nowMs;
    if (!this.#mayFollow(setpoint.positionM.z)) return;
    fillSetpoint(this.#local, setpoint, this.#addressee);
    this.#session.send(this.#local);
  }

  sendGlobal(setpoint: GlobalSetpoint): void {
    this.#lastMs = this.#nowMs;
    const homeAmslM = this.#homeAmslM;
    const { position, global } = this.#session.state;
    if (homeAmslM === undefined || !global) return;
    if (!this.#mayFollow((position?.positionM.z ?? 0) + setpoint.amslM - global.amslM)) return;
    fillGlobalSetpoint(this.#global, { ...setpoint, homeAmslM }, this.#addressee);
    this.#session.send(this.#global);
  }

  sendAttitude(setpoint: AttitudeSetpoint): void {
    this.#lastMs = this.#nowMs;
    const { attitude } = this.#session.state;
    this.#session.send(attitudeMessage(setpoint, attitude?.yawRad ?? 0, this.#addressee));
  }

  get #session(): AutopilotSession {
    return this.#options.session();
  }

  get #nowMs(): number {
    return this.#options.clock.monotonicMs();
  }

  get #addressee() {
    return { systemId: this.#session.systemId, componentId: autopilotComponentId, nowMs: this.#nowMs };
  }

  /** False when the autopilot would take this setpoint amiss; lifts it off where that takes a command. */
  #mayFollow(setpointZM: number): boolean {
    if (this.#session.flavour?.needsTakeoffCommand !== true) return true;
    const decision = this.#liftoff.decide(setpointZM, this.#session.state, this.#nowMs);
    if (decision.kind !== 'takeOff') return decision.kind === 'send';
    this.#options.takeOff(decision.heightM).catch((error: unknown) => {
      this.#liftoff.refused(this.#nowMs);
      this.#options.onRefused(error);
    });
    return false;
  }
}
