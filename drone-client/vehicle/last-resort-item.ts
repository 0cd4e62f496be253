/** What one last-resort parameter of an autopilot should be. Types alone. */
import type { VehicleState } from './vehicle.js';

export type AutopilotName = NonNullable<VehicleState['autopilot']>;

/** `frame`: where the show's coordinates come from; only `gps` has a global position to return to. */
export type LastResortContext = {
  readonly frame: 'map' | 'floor' | 'gps';
  /** The lights hang on the autopilot and are commanded by MAVLink. */
  readonly usesMavlinkLed: boolean;
};

/** By id; undefined where the autopilot does not answer for it. */
export type LastResortValues = ReadonlyMap<string, number | undefined>;

/** `blocking`: nobody may fly over or near people with it. `warning`: one protection less. */
export type LastResortSeverity = 'blocking' | 'warning';

/** One expectation. `expectedText` and `about` are parts of sentences for people. */
export type LastResortItem = {
  readonly id: string;
  /** The same parameter's name in other versions of the firmware. */
  readonly otherId?: string;
  /** Others whose values `isExpected` looks at; their absence is no problem. */
  readonly alsoReads?: readonly string[];
  /** It exists in some versions alone: its absence is no problem. */
  readonly isOptional?: boolean;
  readonly isExpected: (value: number, context: LastResortContext, values: LastResortValues) => boolean;
  /** What it should be: "4 (land)". */
  readonly expectedText: string;
  readonly severity: LastResortSeverity;
  /** What it protects against. */
  readonly about: string;
  /** What to set it to; absent where that depends on the drone. */
  readonly suggested?: number;
  /** In which shows it matters; in all without it. */
  readonly matters?: (context: LastResortContext) => boolean;
};
