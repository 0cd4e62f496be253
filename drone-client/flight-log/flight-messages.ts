/** Samples and notes as the JSON messages of a flight log. Pure: knows no file. What is unknown is absent, never NaN. */
import { distance, type Vec3 } from '../../lib/geo/frames.js';
import type { FlightNote, FlightSample, NoteLevel } from './flight-sample.js';
import { topicNumbers } from './topics.js';

export type LogMessage = { readonly topic: number; readonly text: string };

/** What changes seldom is said when it changes, and again after this, ms. */
const repeatMs = 1000;

/** Source: foxglove.Log, `level`. */
const levels: Readonly<Record<NoteLevel, number>> = { info: 2, warn: 3, error: 4 };

/** Longest text of one note, and of its data as JSON: texts come from outside. */
const maxNoteLength = 2000;

/** Turns samples into messages; knows what it said last, so that lights and clock do not fill the disk. */
export class SampleMessages {
  readonly #said = new Map<number, { readonly text: string; readonly atMs: number }>();

  /** The messages of one sample, its state first. `timeNs`: ns since 1970 UTC for those that carry a time. */
  of(sample: FlightSample, timeNs: bigint): LogMessage[] {
    const { monotonicMs, led, clock, failsafe } = sample;
    const messages: LogMessage[] = [{ topic: topicNumbers.state, text: JSON.stringify(stateOf(sample)) }];
    const pose = poseOf(sample, timeNs);
    if (pose) messages.push({ topic: topicNumbers.pose, text: JSON.stringify(pose) });
    const setpoint = setpointOf(sample);
    if (setpoint) messages.push({ topic: topicNumbers.setpoint, text: JSON.stringify(setpoint) });
    const seldom: readonly (readonly [number, object | undefined])[] = [
      [topicNumbers.led, { red: exact(led.red), green: exact(led.green), blue: exact(led.blue) }],
      [
        topicNumbers.clock,
        clock && { offsetMs: fine(clock.offsetMs), uncertaintyMs: fine(clock.uncertaintyMs) },
      ],
      [topicNumbers.failsafe, { count: failsafe.length, conditions: failsafe }],
    ];
    for (const [topic, value] of seldom) {
      if (value && this.#isNews(topic, JSON.stringify(value), monotonicMs))
        messages.push({ topic, text: JSON.stringify({ monotonicMs: exact(monotonicMs), ...value }) });
    }
    return messages;
  }

  #isNews(topic: number, text: string, nowMs: number): boolean {
    const said = this.#said.get(topic);
    if (said && said.text === text && nowMs - said.atMs < repeatMs) return false;
    this.#said.set(topic, { text, atMs: nowMs });
    return true;
  }
}

/** A note as foxglove.Log. Data that JSON can not hold, or too much of it, is left out and that is said. */
export function noteMessage(note: FlightNote, timeNs: bigint, droneId: string): LogMessage {
  const { level, text, monotonicMs } = note;
  const message = text.length > maxNoteLength ? `${text.slice(0, maxNoteLength)}…` : text;
  const head = { timestamp: timestampOf(timeNs), level: levels[level], message, name: droneId };
  const body = JSON.stringify({ ...head, file: '', line: 0, monotonicMs: exact(monotonicMs) });
  const data = note.data === undefined ? undefined : jsonOf(note.data);
  return {
    topic: topicNumbers.log,
    text: data === undefined ? body : `${body.slice(0, -1)},"data":${data}}`,
  };
}

/** ns since 1970 UTC as MCAP has them: not negative, and 0 for what is no time. */
export function nanosecondsOf(utcMs: number): bigint {
  if (!Number.isFinite(utcMs) || utcMs <= 0) return 0n;
  const wholeMs = Math.floor(utcMs);
  return BigInt(wholeMs) * 1_000_000n + BigInt(Math.round((utcMs - wholeMs) * 1e6));
}

function stateOf(sample: FlightSample): object {
  const { position, attitude, battery } = sample;
  return {
    monotonicMs: exact(sample.monotonicMs),
    utcMs: exact(sample.utcMs),
    armed: sample.armed,
    mode: sample.mode,
    role: sample.role,
    systemStatus: sample.systemStatus,
    landed: sample.landed,
    position: position && vectorOf(position.positionM),
    velocity: position && vectorOf(position.velocityMPerS),
    positionAgeMs: position && fine(position.ageMs),
    attitude: attitude && {
      rollRad: fine(attitude.rollRad),
      pitchRad: fine(attitude.pitchRad),
      yawRad: fine(attitude.yawRad),
    },
    battery: battery && { voltageV: fine(battery.voltageV), fraction: fine(battery.fraction) },
    task: sample.task,
    failsafe: sample.failsafe,
    serverConnected: sample.serverConnected,
  };
}

/** A pose that is not known whole is none: a viewer would draw the drone where it is not. */
function poseOf({ position, attitude }: FlightSample, timeNs: bigint): object | undefined {
  if (!position || !attitude || !isWhole(position.positionM)) return undefined;
  const { rollRad, pitchRad, yawRad } = attitude;
  if (!Number.isFinite(rollRad + pitchRad + yawRad)) return undefined;
  return {
    timestamp: timestampOf(timeNs),
    frame_id: 'local',
    pose: { position: vectorOf(position.positionM), orientation: quaternionOf(attitude) },
  };
}

function setpointOf({ monotonicMs, setpoint, position }: FlightSample): object | undefined {
  if (!setpoint) return undefined;
  return {
    monotonicMs: exact(monotonicMs),
    position: vectorOf(setpoint.positionM),
    velocity: vectorOf(setpoint.velocityMPerS),
    yawRad: fine(setpoint.yawRad),
    distanceM: position && fine(distance(setpoint.positionM, position.positionM)),
  };
}

type Angles = { readonly rollRad: number; readonly pitchRad: number; readonly yawRad: number };

/** Body to ENU, turned about z, then y, then x. Source: the usual formula for yaw, pitch, roll (ISO 1151-2). */
function quaternionOf({ rollRad, pitchRad, yawRad }: Angles): object {
  const [cosR, sinR] = [Math.cos(rollRad / 2), Math.sin(rollRad / 2)];
  const [cosP, sinP] = [Math.cos(pitchRad / 2), Math.sin(pitchRad / 2)];
  const [cosY, sinY] = [Math.cos(yawRad / 2), Math.sin(yawRad / 2)];
  return {
    x: fine(sinR * cosP * cosY - cosR * sinP * sinY),
    y: fine(cosR * sinP * cosY + sinR * cosP * sinY),
    z: fine(cosR * cosP * sinY - sinR * sinP * cosY),
    w: fine(cosR * cosP * cosY + sinR * sinP * sinY),
  };
}

function vectorOf({ x, y, z }: Vec3): object {
  return { x: fine(x), y: fine(y), z: fine(z) };
}

function isWhole({ x, y, z }: Vec3): boolean {
  return Number.isFinite(x + y + z);
}

function timestampOf(timeNs: bigint): { readonly sec: number; readonly nsec: number } {
  return { sec: Number(timeNs / 1_000_000_000n), nsec: Number(timeNs % 1_000_000_000n) };
}

function exact(value: number): number | undefined {
  return Number.isFinite(value) ? value : undefined;
}

/** To 10⁻⁵: finer than any sensor here, and half as long to write. Undefined when it is no number. */
function fine(value: number | undefined): number | undefined {
  if (value === undefined) return undefined;
  const rounded = Math.round(value * 1e5) / 1e5;
  return Number.isFinite(rounded) ? rounded : undefined;
}

function jsonOf(data: object): string | undefined {
  try {
    const text = JSON.stringify(data, (_key, value: unknown) =>
      typeof value === 'number' && !Number.isFinite(value) ? undefined : value,
    );
    return text.length > maxNoteLength ? '{"leftOut":"too long"}' : text;
  } catch (error) {
    if (error instanceof TypeError || error instanceof RangeError) return '{"leftOut":"no JSON"}';
    throw error;
  }
}
