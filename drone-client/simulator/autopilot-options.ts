/** What a simulated autopilot is made with, and what tests and viewers see of it. Data alone. */
import type { Vec3 } from '../../lib/geo/frames.js';
import type { FirmwareName, LedColour, LedDialect } from './firmware.js';
import type { FieldOptions } from './flight.js';

export type AutopilotOptions = FieldOptions & {
  /** MAVLink system id, 1…255. */
  readonly systemId: number;
  readonly seed: number;
  /** Where it stands, local ENU; the ground is at that height. */
  readonly startPositionM: Vec3;
  /** ENU heading at the start; east without it. */
  readonly startYawRad?: number;
  /** Default px4. */
  readonly autopilot?: FirmwareName;
  /** How ArduPilot takes LED_CONTROL; default plain. */
  readonly ledDialect?: LedDialect;
  /** How long the estimator takes before it can be armed; default 3 s, real ArduPilots take 25. */
  readonly settleMs?: number;
  /** Values other than the table's, e.g. `{ COM_OBL_RC_ACT: 0 }` for PX4's own default. */
  readonly parameters?: Readonly<Record<string, number>>;
  /** Adds STATUSTEXT to PX4's EVENTs. Its companion link does not carry them, so the default is false. */
  readonly sendsStatusText?: boolean;
};

/** What really is, for tests and for viewers; the autopilot itself only has its estimate. */
export type Truth = {
  readonly positionM: Vec3;
  readonly velocityMPerS: Vec3;
  readonly armed: boolean;
  readonly mode: string;
  readonly isLanded: boolean;
  readonly batteryFraction: number;
  /** The last colour that LED_CONTROL set, 0…255 each; undefined when there is none, or it is over. */
  readonly ledRgb: LedColour['rgb'] | undefined;
};
