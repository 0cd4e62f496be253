/** Reads what one drone does in a VVIZ file. Knows its part of the JSON; no file and no other drone. */
import type { LightProgram, SlotShow, Trajectory } from '../show.js';
import type { JsonNode } from './json-node.js';
import { roundToMicroseconds } from './number-table.js';
import { linearLights, noYaw, sampledSlot, sampledTrajectory } from './samples.js';

/** `startS`: the show time of the drones' first place. */
export type Rates = { readonly startS: number; readonly positionHz: number; readonly colorHz: number };

/** `lost`: what the performance has and the model does not take. */
type Performance = {
  readonly slot: string;
  readonly part: SlotShow;
  readonly lost: ReadonlySet<string>;
};

/** Samples nearer than this follow one another in no time, s. */
const leastStepS = 0.001;

/** @throws ShowError with the path of the value that is wrong. */
export function readPerformance(entry: JsonNode, rates: Rates): Performance {
  const agent = entry.member('agentDescription');
  const lost = new Set<string>();
  const trajectory = readTraversal(agent, rates, lost);
  const lights = readLights(entry.member('payloadDescription'), rates, lost);
  return { slot: readSlot(entry), part: sampledSlot({ trajectory, lights, yaw: noYaw }), lost };
}

/** A number becomes `drone-N`. */
function readSlot(entry: JsonNode): string {
  const id = entry.member('id');
  if (typeof id.value === 'string') return id.value;
  if (Number.isSafeInteger(id.value)) return `drone-${id.value}`;
  throw id.error('a whole number or a text');
}

function readTraversal(agent: JsonNode, { startS, positionHz }: Rates, lost: Set<string>): Trajectory {
  const timesS = [startS];
  let [x, y, z] = [agent.number('homeX'), agent.number('homeY'), agent.number('homeZ')];
  const positionsM = [x, 0 - z, y];
  let atS = startS;
  let turns = (agent.optionalNumber('homeH') ?? 0) !== 0;
  for (const sample of agent.member('agentTraversal').items()) {
    const [dx, dy, dz] = [sample.number('dx'), sample.number('dy'), sample.number('dz')];
    const stepS = sample.optionalNumber('dt') ?? 1 / positionHz;
    turns ||= (sample.optionalNumber('dh') ?? 0) !== 0;
    if (stepS === 0 && dx === 0 && dy === 0 && dz === 0) continue;
    if (stepS < leastStepS) throw sample.member('dt').error(`at least ${leastStepS} s`);
    atS += stepS;
    x += dx;
    y += dy;
    z += dz;
    timesS.push(roundToMicroseconds(atS));
    positionsM.push(x, 0 - z, y);
  }
  if (turns) lost.add('the heading is not taken');
  return sampledTrajectory(Float64Array.from(timesS), Float64Array.from(positionsM));
}

/** The first light; all others are told. */
function readLights(payloads: JsonNode, rates: Rates, lost: Set<string>): LightProgram {
  let lights: LightProgram | undefined;
  for (const payload of payloads.value === undefined ? [] : payloads.items()) {
    const type = payload.member('type');
    if (typeof type.value !== 'string') throw type.error('a text such as "Light"');
    if (type.value !== 'Light') lost.add(`payloads of type ${type.value} are not taken`);
    else if (lights) lost.add('lights after the first are not taken');
    else lights = readColors(payload.member('payloadActions'), rates, lost);
  }
  if (!lights) lost.add('there is no light, the drone stays dark');
  return lights ?? { kind: 'linear', timesS: new Float64Array(), colors: new Uint8Array() };
}

function readColors(actions: JsonNode, { startS, colorHz }: Rates, lost: Set<string>): LightProgram {
  const timesS: number[] = [];
  const colors: number[] = [];
  let frame = 0;
  let next = 0;
  for (const action of actions.items()) {
    frame += readFrames(action, 'frames', timesS.length === 0 ? 0 : 1) ?? next;
    next = readFrames(action, 'duration', 1) ?? 1;
    timesS.push(roundToMicroseconds(startS + frame / colorHz));
    for (const channel of ['r', 'g', 'b']) colors.push(readChannel(action, channel));
    if ((action.optionalNumber('w') ?? 0) !== 0) lost.add('the white channel is not taken');
  }
  return linearLights(Float64Array.from(timesS), Uint8Array.from(colors));
}

/** `frames` since the colour before, or the `duration` of this one in frames. */
function readFrames(action: JsonNode, key: 'frames' | 'duration', least: number): number | undefined {
  const frames = action.optionalNumber(key);
  if (frames === undefined || frames >= least) return frames;
  throw action.member(key).error(`at least ${least}`);
}

function readChannel(action: JsonNode, channel: string): number {
  const value = action.number(channel);
  if (value >= 0 && value <= 255) return Math.round(value);
  throw action.member(channel).error('0 to 255');
}
