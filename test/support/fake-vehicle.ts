/** A vehicle of values and timers: follows its setpoints exactly, answers like PX4, rejects misuse, has fault knobs. */

import type { Setpoint, Vehicle, VehicleEvent, VehicleState } from '../../drone-client/vehicle/vehicle.js';
import { RefusedError } from '../../lib/errors.js';
import type { Vec3 } from '../../lib/geo/frames.js';
import { type Clock, every } from '../../lib/time/clock.js';

export type SentSetpoint = Setpoint & { readonly atMs: number };

const zero: Vec3 = { x: 0, y: 0, z: 0 };

/** Longest pause in the stream before the autopilot leaves the offboard mode, ms. */
const offboardLossMs = 1000;

export class FakeVehicle implements Vehicle {
  /** Every setpoint that was sent, and when. */
  readonly setpoints: SentSetpoint[] = [];
  /** Every command that was given, in order. */
  readonly commands: string[] = [];
  /** Knobs: reasons for which commands are refused; how long a landing and each command's effect take. */
  armRefusal: string | undefined;
  landRefusal: string | undefined;
  offboardRefusal: string | undefined;
  landingMs = 3000;
  commandMs = 0;
  isClosed = false;
  readonly #clock: Clock;
  readonly #listeners = new Set<(event: VehicleEvent) => void>();
  readonly #stopHeartbeat: () => void;
  readonly #groundZM: number;
  #state: VehicleState;

  constructor(clock: Clock, positionM: Vec3 = zero) {
    this.#clock = clock;
    this.#groundZM = positionM.z;
    const atMs = clock.monotonicMs();
    this.#state = {
      connected: true,
      armed: false,
      mode: 'AUTO.LOITER',
      systemStatus: 'STANDBY',
      landed: 'on_ground',
      position: { atMs, positionM, velocityMPerS: zero },
      attitude: { atMs, rollRad: 0, pitchRad: 0, yawRad: 0, ratesRadPerS: zero },
      battery: { voltageV: 12, cellVoltageV: 4, fraction: 0.9 },
      calibration: { gyro: true, mag: true, accel: true },
      isPrearmOk: true,
    };
    this.#stopHeartbeat = every(clock, 1000, () => this.#heartbeat());
  }

  get state(): VehicleState {
    return this.#state;
  }

  get last(): SentSetpoint | undefined {
    return this.setpoints.at(-1);
  }

  /** Changes the state as the autopilot would tell it. */
  set(change: Partial<VehicleState>): void {
    this.#state = { ...this.#state, ...change };
    this.#emit({ type: 'stateChanged' });
  }

  /** The estimate says: here. */
  moveTo(positionM: Vec3): void {
    const position = { atMs: this.#clock.monotonicMs(), positionM, velocityMPerS: zero };
    this.#state = { ...this.#state, position };
    this.#emit({ type: 'positionReceived', position });
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
      const heightM = (this.#state.position?.positionM.z ?? 0) - this.#groundZM;
      if (this.#state.armed && heightM > 0.1) throw new RefusedError('refused', 'in the air');
      this.set({ armed: false, systemStatus: 'STANDBY', landed: 'on_ground' });
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
    return this.#command('hold', () => this.set({ mode: 'AUTO.LOITER' }));
  }

  sendSetpoint(setpoint: Setpoint): void {
    const { positionM, velocityMPerS } = setpoint;
    const numbers = [positionM, velocityMPerS].flatMap(({ x, y, z }) => [x, y, z]);
    if (!numbers.every(Number.isFinite)) throw new Error(`misuse: setpoint ${JSON.stringify(setpoint)}`);
    if (this.isClosed) throw new Error('misuse: setpoint after close');
    this.setpoints.push({ ...setpoint, atMs: this.#clock.monotonicMs() });
    if (!this.#state.armed || this.#state.mode !== 'OFFBOARD') return;
    if (positionM.z > this.#groundZM + 0.05 && this.#state.landed === 'on_ground')
      this.set({ landed: 'in_air' });
    this.moveTo(positionM);
  }

  async close(): Promise<void> {
    this.isClosed = true;
    this.#stopHeartbeat();
  }

  #isStreaming(): boolean {
    const { last } = this;
    return last !== undefined && this.#clock.monotonicMs() - last.atMs < offboardLossMs;
  }

  #touchDown(): void {
    if (this.#state.mode !== 'AUTO.LAND' || !this.#state.position) return;
    this.moveTo({ ...this.#state.position.positionM, z: this.#groundZM });
    this.set({ armed: false, systemStatus: 'STANDBY', landed: 'on_ground' });
  }

  #heartbeat(): void {
    const { position } = this.#state;
    if (position)
      this.#state = { ...this.#state, position: { ...position, atMs: this.#clock.monotonicMs() } };
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
