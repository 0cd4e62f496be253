/** Violations and warnings in plain words, and numbers with their units. Knows results of a check; no page, no terminal. */
import type {
  LandAllWarning,
  LoneWarning,
  ShowWarning,
  Violation,
  ViolationKind,
} from '../validate/result.js';

/** A result for people: what it is, in one sentence, and what to do about it. */
export type Words = { readonly what: string; readonly todo: string };

type Values = { readonly who: string; readonly value: string; readonly limit: string };

type Kind = {
  readonly unit: string;
  /** Short, for headings and tables. */
  readonly name: string;
  readonly what: (values: Values) => string;
  readonly todo: string;
};

const kinds: Readonly<Record<ViolationKind, Kind>> = {
  distance: {
    unit: 'm',
    name: 'distance',
    what: ({ who, value, limit }) =>
      `${who} come as near as ${value} to each other in the air; at least ${limit} is asked for`,
    todo: 'move their paths apart, or let one pass later',
  },
  padDistance: {
    unit: 'm',
    name: 'distance on the ground',
    what: ({ who, value, limit }) =>
      `${who} stand ${value} apart on the ground; at least ${limit} is asked for`,
    todo: 'set their pads farther apart',
  },
  speedXY: {
    unit: 'm/s',
    name: 'speed over ground',
    what: ({ who, value, limit }) => `${who} flies at ${value} over ground; at most ${limit} is allowed`,
    todo: 'give this movement more time or a shorter way',
  },
  speedUp: {
    unit: 'm/s',
    name: 'climb',
    what: ({ who, value, limit }) => `${who} climbs at ${value}; at most ${limit} is allowed`,
    todo: 'give the climb more time',
  },
  speedDown: {
    unit: 'm/s',
    name: 'descent',
    what: ({ who, value, limit }) => `${who} sinks at ${value}; at most ${limit} is allowed`,
    todo: 'give the descent more time: a fast one makes the drone sink in its own downwash',
  },
  acceleration: {
    unit: 'm/s²',
    name: 'acceleration',
    what: ({ who, value, limit }) => `${who} accelerates with ${value}; at most ${limit} is allowed`,
    todo: 'ease the movement in and out, or give it more time',
  },
  jerk: {
    unit: 'm/s³',
    name: 'jerk',
    what: ({ who, value, limit }) => `${who} moves with a jerk of ${value}; at most ${limit} is allowed`,
    todo: 'smooth the movement',
  },
  velocityStep: {
    unit: 'm/s',
    name: 'step of the velocity',
    what: ({ who, value, limit }) =>
      `the velocity of ${who} jumps by ${value} from one moment to the next; at most ${limit} is allowed`,
    todo: 'round the corner: no drone turns or stops at once',
  },
  yawRate: {
    unit: '°/s',
    name: 'rate of turn',
    what: ({ who, value, limit }) => `${who} turns at ${value}; at most ${limit} is allowed`,
    todo: 'turn more slowly',
  },
  altitude: {
    unit: 'm',
    name: 'height',
    what: ({ who, value, limit }) => `${who} rises to ${value}; at most ${limit} is allowed`,
    todo: 'lower this part of the show',
  },
  groundClearance: {
    unit: 'm',
    name: 'ground clearance',
    what: ({ who, value, limit }) =>
      `${who} moves sideways at a height of ${value}; at least ${limit} is asked for`,
    todo: 'climb first, then move; or move higher',
  },
  underground: {
    unit: 'm',
    name: 'way into the ground',
    what: ({ who, value }) => `${who} is to be at a height of ${value}, which is below the ground`,
    todo: 'raise this part of the show, or check its zero of height',
  },
  geofence: {
    unit: 'm',
    name: 'geofence',
    what: ({ who, value }) => `${who} leaves the geofence by ${value}`,
    todo: 'move the show, or widen the fence where that is allowed',
  },
  audience: {
    unit: 'm',
    name: 'distance from the audience',
    what: ({ who, value, limit }) =>
      `${who} comes within ${value} of the audience; at least ${limit} is asked for`,
    todo: 'move the show or the audience',
  },
  startPosition: {
    unit: 'm',
    name: 'place before the start',
    what: ({ who, value, limit }) => `${who} stands ${value} from its pad; at most ${limit} is allowed`,
    todo: 'carry it to its pad, or check origin and heading',
  },
  firstPoint: {
    unit: 'm',
    name: 'first point',
    what: ({ who, value, limit }) =>
      `the path of ${who} begins ${value} above its pad; at most ${limit} is allowed`,
    todo: 'let the path begin on the ground, or add a take-off',
  },
  padPoint: {
    unit: 'm',
    name: 'first point beside the pad',
    what: ({ who, value, limit }) =>
      `the path of ${who} begins ${value} beside its pad; at most ${limit} is allowed`,
    todo: 'let the path begin on the pad, or set the pad where the path begins',
  },
  lastPoint: {
    unit: 'm',
    name: 'last point',
    what: ({ who, value, limit }) =>
      `the path of ${who} ends ${value} above its pad; at most ${limit} is allowed`,
    todo: 'let the path end on the ground',
  },
  lights: {
    unit: '',
    name: 'lights',
    what: ({ who }) => `the lights of ${who} can not be played`,
    todo: 'correct the light program',
  },
  flightTime: {
    unit: 's',
    name: 'time in the air',
    what: ({ who, value, limit }) => `${who} is in the air for ${value}; at most ${limit} is allowed`,
    todo: 'shorten the flight: the battery must reach for the way home',
  },
  holdDistance: {
    unit: 'm',
    name: 'distance when all hold',
    what: ({ who, value, limit }) =>
      `if all hold here, ${who} come as near as ${value} to each other; at least ${limit} is asked for`,
    todo: 'leave more room where drones fly towards each other',
  },
  returnDistance: {
    unit: 'm',
    name: 'distance on the way home',
    what: ({ who, value, limit }) =>
      `if all fly home from here, ${who} come as near as ${value} to each other; at least ${limit} is asked for`,
    todo: 'assign the pads so that the ways home do not cross',
  },
};

/** What is broken, in two or three words. */
export function violationName(kind: ViolationKind): string {
  return kinds[kind].name;
}

/** `what` has the numbers with their units. */
export function violationWords({ kind, drones, value, limit }: Violation): Words {
  const { unit, what, todo } = kinds[kind];
  return {
    what: what({ who: names(drones), value: measure(value, unit), limit: measure(limit, unit) }),
    todo,
  };
}

/** Names of the kinds of warnings, in two or three words. */
const warningNames: Readonly<Record<ShowWarning['kind'], string>> = {
  loneHold: 'one stops',
  loneLanding: 'one lands',
  landAll: 'all land',
};

export function warningName(kind: ShowWarning['kind']): string {
  return warningNames[kind];
}

/** The same for what is no violation. */
export function warningWords(warning: ShowWarning): Words {
  return warning.kind === 'landAll' ? landAllWords(warning) : loneWords(warning);
}

function loneWords({ kind, drones, value, limit, meetsT }: LoneWarning): Words {
  const [alone = '?', other = '?'] = drones;
  const deed = kind === 'loneHold' ? 'stops' : 'lands';
  return {
    what: `if ${alone} alone ${deed} here, ${other} comes within ${measure(value, 'm')} of it at ${clockTime(meetsT)}; at least ${measure(limit, 'm')} is asked for`,
    todo: `be ready to hold ${other}, or all`,
  };
}

function landAllWords({ drones, value, limit, untilT, worstT, pairs }: LandAllWarning): Words {
  const [upper = '?', lower = '?'] = drones;
  const many = pairs > 1 ? `, of up to ${pairs} pairs at once` : '';
  return {
    what: `if all land from here until ${clockTime(untilT)}, drones come down on others: the closest${many}, is ${upper}, within ${measure(value, 'm')} of ${lower}, at ${clockTime(worstT)}; at least ${measure(limit, 'm')} is asked for`,
    todo: 'in this time hold, or fly home, or move them apart on the map',
  };
}

/** `2.50 m`; three digits that count are enough for any limit. A jump in no time is `∞`. */
export function measure(value: number, unit: string): string {
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  const number = value === Number.POSITIVE_INFINITY ? '∞' : value.toFixed(digits);
  return unit === '' ? number : `${number} ${unit}`;
}

/** `1:02.5`, negative before the show's zero. */
export function clockTime(tS: number): string {
  const tenths = Math.round(Math.abs(tS) * 10);
  const minutes = Math.floor(tenths / 600);
  const rest = ((tenths % 600) / 10).toFixed(1).padStart(4, '0');
  return `${tS < 0 && tenths > 0 ? '−' : ''}${minutes}:${rest}`;
}

/** `a`, `a and b`, `a, b and c`. */
export function names(drones: readonly string[]): string {
  if (drones.length < 2) return drones[0] ?? 'nobody';
  return `${drones.slice(0, -1).join(', ')} and ${drones.at(-1)}`;
}
