/** The topics of a flight log and their JSON schemas, as Foxglove and PlotJuggler read them. Data only. */
import type { Topic } from './mcap-part.js';

const number = { type: 'number' } as const;
const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;

function object(properties: { readonly [name: string]: object }, title?: string): object {
  return { type: 'object', ...(title !== undefined && { title }), properties };
}

function described(schema: { readonly type: string }, description: string): object {
  return { ...schema, description };
}

const vector = object({ x: number, y: number, z: number });

/** Source: https://docs.foxglove.dev/docs/sdk/schemas (time, Pose, PoseInFrame, Log). */
const time = object(
  {
    sec: { type: 'integer', minimum: 0 },
    nsec: { type: 'integer', minimum: 0, maximum: 999_999_999 },
  },
  'time',
);

const monotonicMs = described(number, "the drone's clock, which never steps");

const state = object({
  monotonicMs,
  utcMs: described(number, "the system's clock, which may step"),
  armed: flag,
  mode: text,
  role: text,
  systemStatus: text,
  landed: text,
  position: described({ type: 'object', ...vector }, 'm, local ENU'),
  velocity: described({ type: 'object', ...vector }, 'm/s, local ENU'),
  positionAgeMs: number,
  attitude: object({ rollRad: number, pitchRad: number, yawRad: number }),
  battery: object({ voltageV: number, fraction: number }),
  task: text,
  failsafe: described({ type: 'array' }, 'conditions that hold'),
  serverConnected: flag,
});

const pose = object(
  {
    timestamp: time,
    frame_id: text,
    pose: object({
      position: vector,
      orientation: object({ x: number, y: number, z: number, w: number }),
    }),
  },
  'foxglove.PoseInFrame',
);

const setpoint = object({
  monotonicMs,
  position: described({ type: 'object', ...vector }, 'm, local ENU'),
  velocity: described({ type: 'object', ...vector }, 'm/s, local ENU'),
  yawRad: described(number, 'absent: the heading is kept'),
  distanceM: described(number, 'from the estimated position'),
});

const led = object({ monotonicMs, red: number, green: number, blue: number });

const clock = object({
  monotonicMs,
  offsetMs: described(number, "the server's UTC minus the drone's"),
  uncertaintyMs: number,
});

const failsafe = object({
  monotonicMs,
  count: number,
  conditions: { type: 'array', items: text },
});

const log = object(
  {
    timestamp: time,
    level: described({ type: 'integer' }, '1 debug, 2 info, 3 warning, 4 error, 5 fatal'),
    message: text,
    name: text,
    file: text,
    line: { type: 'integer', minimum: 0 },
    monotonicMs,
    data: { type: 'object' },
  },
  'foxglove.Log',
);

/** Every topic; a message names its own by its place. */
export const topics: readonly Topic[] = [
  { name: '/drone/state', schemaName: 'starling.State', schema: state },
  { name: '/drone/pose', schemaName: 'foxglove.PoseInFrame', schema: pose },
  { name: '/drone/setpoint', schemaName: 'starling.Setpoint', schema: setpoint },
  { name: '/drone/led', schemaName: 'starling.Led', schema: led },
  { name: '/drone/clock', schemaName: 'starling.Clock', schema: clock },
  { name: '/drone/failsafe', schemaName: 'starling.Failsafe', schema: failsafe },
  { name: '/log', schemaName: 'foxglove.Log', schema: log },
];

/** The place of each topic in `topics`. */
export const topicNumbers = {
  state: 0,
  pose: 1,
  setpoint: 2,
  led: 3,
  clock: 4,
  failsafe: 5,
  log: 6,
} as const;
