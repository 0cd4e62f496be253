/** The one model of a show, whatever file it came from: what each drone does at any time. Data only; knows no format. */
import type { Vec3 } from '../geo/frames.js';
import type { ShowLimits } from './validate/limits.js';

/**
 * Axes: metres, right-handed, z up with 0 at the ground the drones take off from. x points to `headingDeg`, so that
 * the axes are east, north, up when it is 90. Times: seconds; 0 is the file's own zero, and what was added before the
 * file's first movement (a take-off) lies at negative times.
 */
export type Show = {
  readonly title: string;
  /** By slot: the name of a part in the show, in natural order (drone-2 before drone-10); at least one. */
  readonly slots: ReadonlyMap<string, SlotShow>;
  /** Where x = y = z = 0 lies; undefined where the file does not say (the drones' own settings hold). */
  readonly origin?: Origin;
  /** Direction of the x axis, deg clockwise from north; undefined where the file does not say. */
  readonly headingDeg?: number;
  readonly cues: readonly Cue[];
  readonly music?: Music;
  readonly segments: ShowSegments;
  /** What the file itself says about its limits; the rest is the validator's default. */
  readonly limits: Partial<ShowLimits>;
};

/** WGS 84; `amslM`: height of the ground above sea level. */
export type Origin = { readonly latDeg: number; readonly lonDeg: number; readonly amslM?: number };

export type Cue = { readonly tS: number; readonly name: string };

/** `startS`: show time at which the music begins. */
export type Music = {
  readonly fileName: string;
  readonly mediaType: string;
  readonly startS: number;
  readonly bytes: Uint8Array;
};

/** From start (included) to end (excluded), s. */
export type Span = { readonly startS: number; readonly endS: number };

export type ShowSegments = { readonly takeoff?: Span; readonly show?: Span; readonly landing?: Span };

/** What one drone does. */
export type SlotShow = {
  readonly trajectory: Trajectory;
  readonly lights: LightProgram;
  readonly yaw: YawProgram;
  /** Kept, never fired. */
  readonly pyro: readonly PyroEvent[];
  /** Where it stands before the show: its pad, z at the ground. */
  readonly homeM: Vec3;
  /** Where it comes down, when not at the end of its trajectory (x and y count). */
  readonly landAtM?: Vec3;
};

/** Continuous by its form: each segment begins where and when the one before it ends. Held before and after. */
export type Trajectory = {
  readonly startS: number;
  readonly startM: Vec3;
  readonly segments: readonly Segment[];
};

/**
 * `endS` lies after the segment's start.
 * - `linear`: straight, at constant velocity. - `bezier`: `controlM` are the control points after the first, the
 * last of them is the end: 2 (quadratic) to 7 of them; the parameter is linear in time.
 * - `sampled`: a cubic spline through the start and the samples, from rest to rest; see `spline.ts`.
 */
export type Segment =
  | { readonly kind: 'constant'; readonly endS: number }
  | { readonly kind: 'linear'; readonly endS: number; readonly toM: Vec3 }
  | { readonly kind: 'bezier'; readonly endS: number; readonly controlM: readonly Vec3[] }
  | { readonly kind: 'sampled'; readonly endS: number; readonly samples: Samples };

/** `timesS` rise strictly, after the segment's start, the last is its end; `positionsM` are x, y, z for each. */
export type Samples = { readonly timesS: Float64Array; readonly positionsM: Float64Array };

/**
 * Black before the first key; after the last key its colour stays. `colors` are red, green, blue (0…255) for each time.
 * - `step`: a key's colour stays until the next. - `linear`: colours blend in 8-bit RGB.
 * - `bytecode`: a light program of the `.skyc` format; see `light-bytecode.ts`.
 */
export type LightProgram =
  | { readonly kind: 'step' | 'linear'; readonly timesS: Float64Array; readonly colors: Uint8Array }
  | { readonly kind: 'bytecode'; readonly bytes: Uint8Array };

/**
 * Keys of a heading, rad counter-clockwise from the x axis, not wrapped (it may turn several times), linear between
 * keys and held outside; NaN = keep the heading until the next key. No keys: the heading is kept throughout.
 */
export type YawProgram = { readonly timesS: Float64Array; readonly yawsRad: Float64Array };

export type PyroEvent = { readonly tS: number; readonly channel: number; readonly payload: string };
