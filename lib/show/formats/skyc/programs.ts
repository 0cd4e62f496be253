/** Reads what a drone of a `.skyc` show does beside flying: lights, yaw, pyrotechnics. Knows no trajectory. */
import { errorText, ShowError } from '../../../errors.js';
import { lightBytecodeNotes, runLightBytecode } from '../../light-bytecode.js';
import type { LightProgram, PyroEvent, YawProgram } from '../../show.js';
import type { SkycNode } from './node.js';

/** Keeps a note about the drone that is read. */
export type Note = (text: string) => void;

/** Lights are tried out for as long as this after the last movement, s. */
const afterglowS = 60;

const white: LightProgram = {
  kind: 'step',
  timesS: Float64Array.of(0),
  colors: Uint8Array.of(255, 255, 255),
};

/**
 * White throughout where the drone has no light program. `flightEndS`: end of its trajectory.
 * @throws ShowError for bytes that are no program, as far as they are shown.
 */
export function readLights(node: SkycNode | undefined, flightEndS: number, note: Note): LightProgram {
  if (!node) {
    note('no light program: white throughout');
    return white;
  }
  node.expectVersion(1);
  const data = node.required('data');
  const bytes = data.bytes();
  data.spend(bytes.length);
  data.spend(tryOut(data, bytes, Math.max(0, flightEndS) + afterglowS));
  for (const text of lightBytecodeNotes(bytes)) note(text);
  return { kind: 'bytecode', bytes };
}

/** Runs the program for its errors; how many commands that took. */
function tryOut(data: SkycNode, bytes: Uint8Array, untilS: number): number {
  try {
    return runLightBytecode(bytes, untilS).commands;
  } catch (error) {
    throw error instanceof ShowError ? data.error(errorText(error)) : error;
  }
}

/** Degrees clockwise to rad counter-clockwise. @throws ShowError for times that do not rise. */
export function readYaw(node: SkycNode | undefined, note: Note): YawProgram {
  const timesS: number[] = [];
  const yawsRad: number[] = [];
  if (node) {
    node.expectVersion(1);
    if (node.optional('autoYaw')?.isTrue())
      note('a heading that follows the direction of flight (autoYaw) is not taken over');
    for (const setpoint of node.optional('setpoints')?.items() ?? []) {
      const [time, yaw] = setpoint.itemsBetween(2, 2, 'a setpoint [t, degrees]');
      const tS = time?.seconds() ?? 0;
      const yawRad = toRad(yaw?.number('a number of degrees', -maxYawDeg, maxYawDeg) ?? 0);
      const lastS = timesS.at(-1);
      if (lastS === tS && yawsRad.at(-1) === yawRad) continue;
      if (lastS !== undefined && tS <= lastS)
        throw setpoint.error(
          `its time, ${tS} s, does not lie after that of the setpoint before it, ${lastS} s`,
        );
      timesS.push(tS);
      yawsRad.push(yawRad);
    }
  }
  return { timesS: Float64Array.from(timesS), yawsRad: Float64Array.from(yawsRad) };
}

/** Turns on the spot, a thousand of them. */
const maxYawDeg = 360_000;

function toRad(clockwiseDeg: number): number {
  return clockwiseDeg === 0 ? 0 : (-clockwiseDeg * Math.PI) / 180;
}

export function readPyro(node: SkycNode | undefined, note: Note): PyroEvent[] {
  if (!node) return [];
  node.expectVersion(1);
  const events = (node.optional('events')?.items() ?? []).map(readPyroEvent);
  if (events.length > 0)
    note(
      'pyrotechnics are kept (time, channel, name of the payload), but never fired; what a payload is is not kept',
    );
  return events;
}

function readPyroEvent(node: SkycNode): PyroEvent {
  const [time, channel, payload] = node.itemsBetween(3, 3, 'an event [t, channel, payload]');
  if (!time || !channel || !payload) throw node.expected('an event');
  const number = channel.number('the number of a channel', 0, 255);
  if (!Number.isInteger(number)) throw channel.expected('the number of a channel');
  const name = typeof payload.value === 'number' ? String(payload.number('a payload')) : payload.text();
  return { tS: time.seconds(), channel: number, payload: name };
}
