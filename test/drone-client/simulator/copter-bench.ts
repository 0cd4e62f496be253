/** A bench for the simulated ArduPilot Copter; for tests alone. */
import { common, minimal } from 'mavlink-mappings';
import type { AutopilotOptions } from '../../../drone-client/simulator/autopilot.js';
import {
  ardupilotCustomMode,
  ardupilotModeName,
} from '../../../drone-client/vehicle/mavlink/ardupilot-mode.js';
import { groundStationHeartbeat } from '../../../drone-client/vehicle/mavlink/outgoing.js';
import type { Vec3 } from '../../../lib/geo/frames.js';
import { Bench } from './bench.js';

export class CopterBench extends Bench {
  constructor(options: Partial<AutopilotOptions> = {}) {
    super({ autopilot: 'ardupilot', ...options });
  }

  override setMode(name: string): number | undefined {
    return this.command(176, [1, ardupilotCustomMode(name) ?? 99]);
  }

  get shownMode(): string {
    return ardupilotModeName(this.latest(minimal.Heartbeat)?.customMode ?? -1);
  }

  get texts(): string[] {
    return this.heard.flatMap(({ message }) => (message instanceof common.StatusText ? [message.text] : []));
  }

  /** Settled and armed in GUIDED, on the ground. */
  armGuided(): void {
    this.run(3500);
    this.setMode('GUIDED');
    this.arm();
  }

  /** Armed, in GUIDED, hovering at that height without a setpoint. */
  lift(heightM = 5): void {
    this.armGuided();
    this.command(22, [0, 0, 0, 0, 0, 0, heightM]);
    this.run(10_000);
  }

  /** The ground station's heartbeat, once. */
  sayHello(systemId = 255): void {
    const message = groundStationHeartbeat();
    this.autopilot.receive({ systemId, componentId: 190, message }, this.nowMs);
  }

  /** One setpoint, local ENU; the parts that are missing are masked. */
  pointAt(positionM?: Vec3, velocityMPerS?: Vec3): void {
    const [p, v] = [positionM ?? { x: 0, y: 0, z: 0 }, velocityMPerS ?? { x: 0, y: 0, z: 0 }];
    this.send(
      Object.assign(new common.SetPositionTargetLocalNed(), {
        targetSystem: 7,
        targetComponent: 1,
        coordinateFrame: common.MavFrame.LOCAL_NED,
        typeMask: 0xdc0 | (positionM ? 0 : 7) | (velocityMPerS ? 0 : 0x38),
        x: p.y,
        y: p.x,
        z: -p.z,
        vx: v.y,
        vy: v.x,
        vz: -v.z,
      }),
    );
  }
}
