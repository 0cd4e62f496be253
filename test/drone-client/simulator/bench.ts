/** Drives the simulated autopilot's core with made-up time, faster than real; for tests alone. */
import { common, type MavLinkData } from 'mavlink-mappings';
import { Autopilot, type AutopilotOptions } from '../../../drone-client/simulator/autopilot.js';
import { commandLong } from '../../../drone-client/vehicle/mavlink/outgoing.js';
import { px4Mode } from '../../../drone-client/vehicle/mavlink/px4-mode.js';
import type { Setpoint } from '../../../drone-client/vehicle/vehicle.js';
import type { Vec3 } from '../../../lib/geo/frames.js';

const stepMs = 10;
const setpointMs = 50;

export class Bench {
  readonly autopilot: Autopilot;
  /** Everything that the autopilot has sent, with the time. */
  readonly heard: { readonly atMs: number; readonly message: MavLinkData }[] = [];
  /** What is streamed at 20 Hz; undefined = nothing. `tS` is the bench's time. */
  setpoint: ((tS: number) => Setpoint) | undefined;
  nowMs = 0;

  constructor(options: Partial<AutopilotOptions> = {}) {
    this.autopilot = new Autopilot({
      systemId: 7,
      seed: 1,
      startPositionM: { x: 0, y: 0, z: 0 },
      ...options,
    });
    this.autopilot.step(0);
  }

  send(message: MavLinkData): void {
    this.autopilot.receive({ systemId: 7, componentId: 191, message }, this.nowMs);
    this.#collect();
  }

  /** Runs for `forMs`, or until `isDone`; returns how long it ran. */
  run(forMs: number, isDone: () => boolean = () => false): number {
    const startMs = this.nowMs;
    while (this.nowMs < startMs + forMs && !isDone()) {
      this.nowMs += stepMs;
      if (this.setpoint && this.nowMs % setpointMs === 0) this.#stream(this.setpoint(this.nowMs / 1000));
      this.autopilot.step(this.nowMs);
      this.#collect();
    }
    return this.nowMs - startMs;
  }

  /** Sends a command and returns its MAV_RESULT; undefined without an answer. */
  command(command: number, params: readonly number[], systemId = 7): number | undefined {
    const from = this.heard.length;
    this.send(commandLong({ command, params }, systemId, 0));
    const answers = this.heard.slice(from).map(({ message }) => message);
    return answers.find((message) => message instanceof common.CommandAck)?.result;
  }

  arm(): number | undefined {
    return this.command(400, [1]);
  }

  disarm(): number | undefined {
    return this.command(400, [0]);
  }

  setMode(name: string): number | undefined {
    const mode = px4Mode(name) ?? { main: 0, sub: 0 };
    return this.command(176, [1, mode.main, mode.sub]);
  }

  /** Settled, armed in OFFBOARD and hovering there. */
  takeOff(to: Vec3 = { x: 0, y: 0, z: 3 }): void {
    this.setpoint = () => at(to);
    this.run(3500);
    this.setMode('OFFBOARD');
    this.arm();
    this.run(8000);
  }

  /** The newest message of a class. */
  latest<T extends MavLinkData>(definition: new () => T): T | undefined {
    return this.heard.flatMap(({ message }) => (message instanceof definition ? [message] : [])).at(-1);
  }

  /** Distinct values in the order of appearance. */
  sequence<T extends MavLinkData>(definition: new () => T, read: (message: T) => unknown): unknown[] {
    const values = this.heard.flatMap(({ message }) =>
      message instanceof definition ? [read(message)] : [],
    );
    return values.filter((value, index) => index === 0 || value !== values[index - 1]);
  }

  #stream({ positionM, velocityMPerS, yawRad }: Setpoint): void {
    const message = Object.assign(new common.SetPositionTargetLocalNed(), {
      timeBootMs: this.nowMs,
      targetSystem: 7,
      targetComponent: 1,
      coordinateFrame: common.MavFrame.LOCAL_NED,
      // Acceleration and yaw rate are ignored; the yaw too when there is none.
      typeMask: Number.isNaN(yawRad) ? 0xdc0 : 0x9c0,
      x: positionM.y,
      y: positionM.x,
      z: -positionM.z,
      vx: velocityMPerS.y,
      vy: velocityMPerS.x,
      vz: -velocityMPerS.z,
      yaw: Number.isNaN(yawRad) ? 0 : Math.PI / 2 - yawRad,
    });
    this.autopilot.receive({ systemId: 7, componentId: 191, message }, this.nowMs);
  }

  #collect(): void {
    for (const message of this.autopilot.takeOutbox()) this.heard.push({ atMs: this.nowMs, message });
  }
}

/** A setpoint that stands still. */
export function at(positionM: Vec3): Setpoint {
  return { positionM, velocityMPerS: { x: 0, y: 0, z: 0 }, yawRad: Number.NaN };
}

/** The circle of the recorded flights: 3 m radius, 12 s a turn, 1.57 m/s. */
export function circle(tS: number, heightM: number, hasVelocity = true): Setpoint {
  const rate = (2 * Math.PI) / 12;
  const [sin, cos] = [Math.sin(rate * tS), Math.cos(rate * tS)];
  const speed = hasVelocity ? 3 * rate : 0;
  return {
    positionM: { x: 3 * sin, y: 3 - 3 * cos, z: heightM },
    velocityMPerS: { x: speed * cos, y: speed * sin, z: 0 },
    yawRad: Number.NaN,
  };
}
