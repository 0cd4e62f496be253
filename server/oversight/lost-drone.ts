/** Why a drone that started is out of the show, by what it said last. Pure: a record, its part's times, and the moment. */
import type { Span } from '../../lib/show/show.js';
import type { DroneRecord } from '../fleet/drone-record.js';
import { isArmed, lastFailsafe } from '../fleet/telemetry.js';
import { isPaused } from '../show-control/missing.js';

/** After its planned take-off and before its planned landing a drone is given so long to be what it is to be, s. */
const settleS = 4;

/** What a drone says that it does while it plays its part; other words are of landings, returns and hovers. */
const ofShow = /^(stand|arm|takeoff|reach|fly)\b/;

/** A sentence without its subject; undefined while it plays its part, or nobody knows. `showS`: when it said that. */
export function whyOutOfShow(
  { telemetry, isAnswering }: Pick<DroneRecord, 'telemetry' | 'isAnswering'>,
  span: Span | undefined,
  showS: number,
): string | undefined {
  if (!span || showS < span.startS + settleS || showS > span.endS - settleS) return undefined;
  const failsafe = lastFailsafe(telemetry);
  const because = failsafe === undefined ? '' : `; ${failsafe}`;
  if (telemetry.armed !== undefined && !isArmed(telemetry)) return `its motors are off${because}`;
  const task = telemetry.last_task;
  if (!isAnswering || typeof task !== 'string' || isPaused(telemetry) || ofShow.test(task)) return undefined;
  return `it does not fly its part: ${task}${because}`;
}
