/** The setpoints that come from outside: the latest, how fresh it is, how long they have flowed. Knows no modes. */
import { common } from 'mavlink-mappings';
import { nedToEnu, swapYawEnuNed } from '../../lib/geo/frames.js';
import type { AxisDemand, PositionDemand } from './position-control.js';

/** Slower than this is no stream. Source: PX4, minimum 2 Hz. */
const maxGapMs = 500;
const yawIgnored = 1024;

export class OffboardStream {
  #demand: PositionDemand | undefined;
  #lastMs = Number.NEGATIVE_INFINITY;
  #sinceMs = Number.NEGATIVE_INFINITY;

  get demand(): PositionDemand | undefined {
    return this.#demand;
  }

  /** How long ago the last setpoint came. */
  silenceMs(nowMs: number): number {
    return nowMs - this.#lastMs;
  }

  /** How long setpoints have come without a gap; 0 when they do not. */
  flowingMs(nowMs: number): number {
    return this.silenceMs(nowMs) > maxGapMs ? 0 : nowMs - this.#sinceMs;
  }

  /** Takes LOCAL_NED alone; another frame, or one that sets neither position nor velocity, is no setpoint. */
  receive(message: common.SetPositionTargetLocalNed, nowMs: number): void {
    if (message.coordinateFrame !== common.MavFrame.LOCAL_NED) return;
    const demand = demandOf(message);
    if ([demand.x, demand.y, demand.z].some((axis) => Object.keys(axis).length === 0)) return;
    if (this.silenceMs(nowMs) > maxGapMs) this.#sinceMs = nowMs;
    this.#lastMs = nowMs;
    this.#demand = demand;
  }
}

function demandOf(message: common.SetPositionTargetLocalNed): PositionDemand {
  const position = nedToEnu({ x: message.x, y: message.y, z: message.z });
  const velocity = nedToEnu({ x: message.vx, y: message.vy, z: message.vz });
  const mask: number = message.typeMask;
  // ENU x is NED y: bits 2 and 16 belong to it, 1 and 8 to ENU y.
  const axis = (
    positionM: number,
    positionBit: number,
    velocityMPerS: number,
    velocityBit: number,
  ): AxisDemand => ({
    ...((mask & positionBit) === 0 && Number.isFinite(positionM) && { positionM }),
    ...((mask & velocityBit) === 0 && Number.isFinite(velocityMPerS) && { velocityMPerS }),
  });
  const hasYaw = (mask & yawIgnored) === 0 && Number.isFinite(message.yaw);
  return {
    x: axis(position.x, 2, velocity.x, 16),
    y: axis(position.y, 1, velocity.y, 8),
    z: axis(position.z, 4, velocity.z, 32),
    ...(hasYaw && { yawRad: swapYawEnuNed(message.yaw) }),
  };
}
