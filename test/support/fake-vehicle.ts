/** A vehicle of values and timers: follows its setpoints exactly, answers like PX4, rejects misuse, has fault knobs. */

import type {
  AttitudeSetpoint,
  GlobalPosition,
  GlobalSetpoint,
  Setpoint,
  Vehicle,
  VehicleEvent,
  VehicleState,
} from '../../drone-client/vehicle/vehicle.js';
import { RefusedError } from '../../lib/errors.js';
import type { Vec3 } from '../../lib/geo/frames.js';
import { type Clock, every } from '../../lib/time/clock.js';
import { FakeMaintenance } from './fake-maintenance.js';
import { enuAbout, plus, roleOf, standingState, zero } from './fake-vehicle-state.js';

export type SentSetpoint = Setpoint & { readonly atMs: number };
export type SentGlobalSetpoint = GlobalSetpoint & { readonly atMs: number };
export type SentAttitude = AttitudeSetpoint & { readonly atMs: number };

/** Longest pause in the stream before the autopilot leaves the offboard mode, ms. */
const offboardLossMs = 1000;

/** A thrust below this does not carry it; how fast it sinks then. */
const carryingThrust = 0.3;
const sinkMPerS = 2;

export class FakeVehicle implements Vehicle {
  /** Every setpoint that was sent, and when. */
  readonly setpoints: SentSetpoint[] = [];
  readonly globalSetpoints: SentGlobalSetpoint[] = [];
  readonly attitudes: SentAttitude[] = [];
  /** Every command that was given, in order. */
  readonly commands: string[] = [];
  /** Knobs: reasons for which commands are refused; how long a landing and each command's effect take. */
  armRefusal: string | undefined;
  landRefusal: string | undefined;
  offboardRefusal: string | undefined;
  holdRefusal: string | undefined;
  killRefusal: string | undefined;
  returnRefusal: string | undefined;
  disarmRefusal: string | undefined;
  /** Knob: false = no new global position arrives, the last one grows old. */
  hasGlobalStream = true;
  landingMs = 3000;
  commandMs = 0;
  isClosed = false;
  readonly maintenance: FakeMaintenance;
  readonly #clock: Clock;
  readonly #listeners = new Set<(event: VehicleEvent) => void>();
  readonly #stopHeartbeat: () => void;
  readonly #groundZM: number;
  #state: VehicleState;
  #lastSentMs = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock, positionM: Vec3 = zero) {
    this.#clock = clock;
    this.maintenance = new FakeMaintenance(this, clock);
    this.#groundZM = positionM.z;
    this.#state = standingState(clock.monotonicMs(), positionM);
    this.#stopHeartbeat = every(clock, 1000, () => this.#heartbeat());
  }

  get state(): VehicleState {
    return this.#state;
  }

  get last(): SentSetpoint | undefined {
    return this.setpoints.at(-1);
  }

  /**
   * Changes the state as the autopilot would tell it. `role` follows `mode`, and the estimator's word on its global
   * position follows `global`, unless they are given themselves.
   */
  set(change: Partial<VehicleState>): void {
    let state = { ...this.#state, ...change };
    if (!('role' in change) && ('mode' in change || 'autopilot' in change))
      state = { ...state, role: roleOf(state) };
    if ('global' in change && !('estimator' in change) && state.estimator)
      state = { ...state, estimator: { ...state.estimator, hasGlobalPosition: state.global !== undefined } };
    this.#state = state;
    this.#emit({ type: 'stateChanged' });
  }

  /** The estimate says: here. A global position that it has moves along. */
  moveTo(positionM: Vec3, velocityMPerS = zero): void {
    const atMs = this.#clock.monotonicMs();
    const position = { atMs, positionM, velocityMPerS };
    const before = this.#state.position?.positionM ?? positionM;
    this.#measureAttitude();
    this.#state = { ...this.#state, position, global: this.#globalAfter(before, positionM) };
    this.#emit({ type: 'positionReceived', position });
  }

  /** The estimate says: here, in global coordinates. The local position stays what it is. */
  moveToGlobal(place: { latDeg: number; lonDeg: number; amslM: number }, velocityMPerS = zero): void {
    this.set({ global: { ...place, velocityMPerS, atMs: this.#clock.monotonicMs() } });
  }

  onEvent(listener: (event: VehicleEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  arm(): Promise<void> {
    return this.#command('arm', () => {
      if (this.armRefusal !== undefined) throw new RefusedError('refused', this.armRefusal);
      if (this.#state.mode === 'OFFBOARD' && !this.#isStreaming()) {
        throw new RefusedError('refused', 'no offboard signal');
      }
      this.set({ armed: true, systemStatus: 'ACTIVE' });
    });
  }

  disarm(): Promise<void> {
    return this.#command('disarm', () => {
      if (this.disarmRefusal !== undefined) throw new RefusedError('refused', this.disarmRefusal);
      if (this.#state.armed && this.#heightM > 0.1) throw new RefusedError('refused', 'in the air');
      this.set({ armed: false, systemStatus: 'STANDBY', landed: 'on_ground' });
    });
  }

  /** Wherever it is: it lies on the ground at once. */
  kill(): Promise<void> {
    return this.#command('kill', () => {
      if (this.killRefusal !== undefined) throw new RefusedError('refused', this.killRefusal);
      this.#fall();
    });
  }

  enterOffboard(): Promise<void> {
    return this.#command('offboard', () => {
      if (this.offboardRefusal !== undefined) throw new RefusedError('refused', this.offboardRefusal);
      if (!this.#isStreaming())
        throw new Error('misuse: the setpoint stream must run before the offboard mode');
      this.set({ mode: 'OFFBOARD' });
    });
  }

  land(): Promise<void> {
    return this.#command('land', () => {
      if (this.landRefusal !== undefined) throw new RefusedError('refused', this.landRefusal);
      this.set({ mode: 'AUTO.LAND', landed: 'landing' });
      this.#clock.after(this.landingMs, () => this.#touchDown());
    });
  }

  hold(): Promise<void> {
    return this.#command('hold', () => {
      if (this.holdRefusal !== undefined) throw new RefusedError('refused', this.holdRefusal);
      this.set({ mode: 'AUTO.LOITER' });
    });
  }

  returnHome(): Promise<void> {
    return this.#command('return', () => {
      if (this.returnRefusal !== undefined) throw new RefusedError('refused', this.returnRefusal);
      if (!this.#state.global) throw new RefusedError('refused', 'no global position');
      this.set({ mode: 'AUTO.RTL' });
    });
  }

  sendSetpoint(setpoint: Setpoint): void {
    const { positionM, velocityMPerS } = setpoint;
    this.#checkSent(
      setpoint,
      [positionM, velocityMPerS].flatMap(({ x, y, z }) => [x, y, z]),
    );
    this.setpoints.push({ ...setpoint, atMs: this.#lastSentMs });
    if (!this.#isFollowing) return;
    this.#liftOff(positionM.z - this.#groundZM);
    this.moveTo(positionM);
  }

  sendGlobalSetpoint(setpoint: GlobalSetpoint): void {
    const { latDeg, lonDeg, amslM, velocityMPerS } = setpoint;
    const { x, y, z } = velocityMPerS;
    this.#checkSent(setpoint, [latDeg, lonDeg, amslM, x, y, z]);
    this.globalSetpoints.push({ ...setpoint, atMs: this.#lastSentMs });
    const { global, position } = this.#state;
    if (!this.#isFollowing || !global || !position) return;
    const moved = plus(position.positionM, enuAbout(global).toLocal({ latDeg, lonDeg, amslM }));
    this.#liftOff(moved.z - this.#groundZM);
    this.moveTo(moved);
  }

  /** Follows no attitude, but sinks where it stands while the thrust is too low to carry it. */
  sendAttitude(setpoint: AttitudeSetpoint): void {
    const sinceMs = this.#clock.monotonicMs() - (this.attitudes.at(-1)?.atMs ?? this.#clock.monotonicMs());
    this.#checkSent(setpoint, [
      setpoint.thrust,
      ...('ratesRadPerS' in setpoint
        ? [setpoint.ratesRadPerS.x, setpoint.ratesRadPerS.y, setpoint.ratesRadPerS.z]
        : [setpoint.rollRad, setpoint.pitchRad]),
    ]);
    this.#measureAttitude();
    if (setpoint.thrust < 0 || setpoint.thrust > 1) throw new Error(`misuse: thrust ${setpoint.thrust}`);
    this.attitudes.push({ ...setpoint, atMs: this.#lastSentMs });
    const { position } = this.#state;
    if (!this.#isFollowing || !position || setpoint.thrust >= carryingThrust) return;
    const sunkM = (sinkMPerS * Math.min(sinceMs, offboardLossMs)) / 1000;
    const z = Math.max(this.#groundZM, position.positionM.z - sunkM);
    this.moveTo({ ...position.positionM, z }, { x: 0, y: 0, z: z > this.#groundZM ? -sinkMPerS : 0 });
    if (z <= this.#groundZM && this.#state.landed !== 'on_ground') this.set({ landed: 'on_ground' });
  }

  async close(): Promise<void> {
    this.isClosed = true;
    this.#stopHeartbeat();
  }

  #isStreaming(): boolean {
    return this.#clock.monotonicMs() - this.#lastSentMs < offboardLossMs;
  }

  get #isFollowing(): boolean {
    return this.#state.armed && this.#state.role === 'offboard';
  }

  /** As often as it is steered it tells its attitude. */
  #measureAttitude(): void {
    const { attitude } = this.#state;
    if (attitude)
      this.#state = { ...this.#state, attitude: { ...attitude, atMs: this.#clock.monotonicMs() } };
  }

  get #heightM(): number {
    return (this.#state.position?.positionM.z ?? 0) - this.#groundZM;
  }

  #checkSent(setpoint: unknown, numbers: readonly number[]): void {
    if (!numbers.every(Number.isFinite)) throw new Error(`misuse: setpoint ${JSON.stringify(setpoint)}`);
    if (this.isClosed) throw new Error('misuse: setpoint after close');
    this.#lastSentMs = this.#clock.monotonicMs();
  }

  #liftOff(heightM: number): void {
    if (heightM > 0.05 && this.#state.landed === 'on_ground') this.set({ landed: 'in_air' });
  }

  #globalAfter(fromM: Vec3, toM: Vec3): GlobalPosition | undefined {
    const { global } = this.#state;
    if (!global || !this.hasGlobalStream) return global;
    const place = enuAbout(global).toGlobal(plus(toM, { x: -fromM.x, y: -fromM.y, z: -fromM.z }));
    return { ...global, ...place, atMs: this.#clock.monotonicMs() };
  }

  #touchDown(): void {
    if (this.#state.mode === 'AUTO.LAND' && this.#state.position) this.#fall();
  }

  #fall(): void {
    const { position } = this.#state;
    if (position) this.moveTo({ ...position.positionM, z: this.#groundZM });
    this.set({ armed: false, systemStatus: 'STANDBY', landed: 'on_ground' });
  }

  #heartbeat(): void {
    const atMs = this.#clock.monotonicMs();
    const { position, global, estimator } = this.#state;
    this.#state = {
      ...this.#state,
      position: position && { ...position, atMs },
      global: global && this.hasGlobalStream ? { ...global, atMs } : global,
      estimator: estimator && { ...estimator, atMs },
    };
    this.#emit({ type: 'heartbeatReceived' });
  }

  async #command(name: string, effect: () => void): Promise<void> {
    if (this.isClosed) throw new Error(`misuse: ${name} after close`);
    this.commands.push(name);
    if (this.commandMs > 0) await new Promise<void>((resolve) => this.#clock.after(this.commandMs, resolve));
    effect();
  }

  #emit(event: VehicleEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}
