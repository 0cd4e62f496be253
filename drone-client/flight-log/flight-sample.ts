/** What one instant of a flight is for the record. Data only: knows no vehicle, no file and no format. */
import type { Vec3 } from '../../lib/geo/frames.js';
import type { Rgb } from '../../lib/show/model.js';

/** Local ENU; a part that is not known is absent, and a number that is not finite is written as absent. */
export type FlightSample = {
  /** The drone's clock, as the vehicle's times are. */
  readonly monotonicMs: number;
  /** The system's clock, which may step. */
  readonly utcMs: number;
  readonly armed: boolean;
  readonly mode?: string | undefined;
  readonly role?: string | undefined;
  readonly systemStatus?: string | undefined;
  readonly landed?: string | undefined;
  /** The last setpoint sent; `yawRad` NaN = the heading is kept. */
  readonly setpoint?:
    | { readonly positionM: Vec3; readonly velocityMPerS: Vec3; readonly yawRad: number }
    | undefined;
  /** `ageMs`: how old the estimate is at this instant. */
  readonly position?:
    | { readonly positionM: Vec3; readonly velocityMPerS: Vec3; readonly ageMs: number }
    | undefined;
  readonly attitude?:
    | { readonly rollRad: number; readonly pitchRad: number; readonly yawRad: number }
    | undefined;
  /** `fraction` 0…1. */
  readonly battery?:
    | { readonly voltageV?: number | undefined; readonly fraction?: number | undefined }
    | undefined;
  readonly led: Rgb;
  /** The server's UTC minus this drone's, and half the width of what it can be. */
  readonly clock?: { readonly offsetMs: number; readonly uncertaintyMs: number } | undefined;
  /** What the drone is doing, as its telemetry says it. */
  readonly task: string;
  /** The failsafe's conditions that hold now. */
  readonly failsafe: readonly string[];
  readonly serverConnected: boolean;
};

export type NoteLevel = 'info' | 'warn' | 'error';

/** Something that happened: a command, a text of the autopilot, an outcome. `data`: its numbers, plain JSON. */
export type FlightNote = {
  readonly monotonicMs: number;
  readonly utcMs: number;
  readonly level: NoteLevel;
  readonly text: string;
  readonly data?: { readonly [key: string]: unknown } | undefined;
};

/** Who flew what: the metadata record of each file. What is not known is absent. */
export type FlightIdentity = {
  readonly droneId: string;
  readonly softwareVersion: string;
  readonly showId?: string | undefined;
  readonly autopilot?: string | undefined;
  readonly frame?: string | undefined;
  readonly configDigest?: string | undefined;
};
