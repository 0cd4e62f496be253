/** The flight plan of a drone's part of a show. Knows no settings of the drone: what it holds is what it flies. */

import { lightTrack } from '../lights.js';
import { expectDuration, expectNearby } from '../limits.js';
import type { FlightPlan, PlanStep } from '../model.js';
import { type Path, pieceCount } from '../path.js';
import { pathOf } from '../path-builder.js';
import type { Span } from '../show.js';
import { yawAt } from '../yaw.js';
import { armingS, type ShowPart } from './show-part.js';

/** Wait at the last point before the autopilot lands, s. Source: clever-show's land_delay. */
const landDelayS = 1;

/** The landing is a moment; as a step it lasts this, s. */
const landStepS = 0.1;

/** Less than this from where it stands is standing, m. Source: clever-show's animation splitter. */
const stillM = 0.01;

/**
 * Bytecode that goes on for so long after the path, s, has no end, and ends with the flight. Long enough for a show of
 * lights alone.
 */
const lightsAfterS = 600;

/**
 * Stands with its lights on until it moves, with motors running `armingS` before that; follows its trajectory; lands a
 * little after it has stopped moving. Plan time is the show's own time plus the part's lead.
 * @throws ShowError for places and times that no drone can be asked for, and lights that can not be read.
 */
export function planOfPart({ common, show }: ShowPart): FlightPlan {
  const { leadS } = common;
  const path = shiftPath(pathOf(show.trajectory), leadS);
  const flight = flightSpan(path);
  const endOfFlightS = flight ? flight.endS + landDelayS + landStepS : 0;
  const endOfPathS = path.breaksS.at(-1) ?? 0;
  const track = lightTrack(show.lights, endOfPathS + lightsAfterS);
  const lights = { ...track, timesS: track.timesS.map((tS) => tS + leadS) };
  const yaw = { ...show.yaw, timesS: show.yaw.timesS.map((tS) => tS + leadS) };
  const endOfLightsS = lights.timesS.at(-1) ?? 0;
  const isEndless = show.lights.kind === 'bytecode' && endOfLightsS >= endOfPathS + lightsAfterS;
  const durationS = Math.max(endOfFlightS, endOfPathS, isEndless ? 0 : endOfLightsS);
  expectNearby(pointsOf(path));
  expectDuration(durationS);
  const start = flight && {
    positionM: pointAt(path, 0),
    yawRad: yawAt(yaw, flight.startS),
    delayS: flight.startS - armingS,
  };
  return {
    animationId: common.title,
    variant: 'fly',
    steps: stepsOf(flight, durationS),
    ...{ path, yaw, lights, durationS, start },
    lowestZM: flight ? lowestZ(path) : Number.NaN,
  };
}

/** Where a part flies, and from its take-off to its landing; undefined when it never does. Plan times, s. */
export function flightOfPart({
  common,
  show,
}: ShowPart): { readonly path: Path; readonly span: Span } | undefined {
  const path = shiftPath(pathOf(show.trajectory), common.leadS);
  const span = flightSpan(path);
  return span && { path, span: { startS: span.startS, endS: span.endS + landDelayS } };
}

/** The same with the motors off throughout: only the lights play. */
export function lightsOnly(plan: FlightPlan): FlightPlan {
  return { ...plan, steps: [{ kind: 'stand', startS: 0, endS: plan.durationS }] };
}

/** From when a path leaves where it begins to when it is where it ends; undefined when it never does. */
function flightSpan(path: Path): Span | undefined {
  const pieces = pieceCount(path);
  const points = path.controlM.length / 3;
  let first = 0;
  while (first < pieces && staysAt(path, first, 0)) first++;
  if (first === pieces) return undefined;
  let last = pieces - 1;
  while (last > first && staysAt(path, last, points - 1)) last--;
  return { startS: path.breaksS[first] ?? 0, endS: path.breaksS[last + 1] ?? 0 };
}

/** Whether all control points of a piece, and so the piece, are where one point of the path is. */
function staysAt(path: Path, piece: number, point: number): boolean {
  const at = pointAt(path, point);
  for (let i = path.firstPoint[piece] ?? 0; i < (path.firstPoint[piece + 1] ?? 0); i++) {
    const { x, y, z } = pointAt(path, i);
    if (Math.abs(x - at.x) > stillM || Math.abs(y - at.y) > stillM || Math.abs(z - at.z) > stillM)
      return false;
  }
  return true;
}

function stepsOf(flight: Span | undefined, durationS: number): PlanStep[] {
  if (!flight) return durationS > 0 ? [{ kind: 'stand', startS: 0, endS: durationS }] : [];
  const armS = flight.startS - armingS;
  const landS = flight.endS + landDelayS;
  const steps: PlanStep[] = [
    { kind: 'stand', startS: 0, endS: armS },
    { kind: 'arm', startS: armS, endS: flight.startS },
    { kind: 'fly', startS: flight.startS, endS: landS },
    { kind: 'land', startS: landS, endS: landS + landStepS },
    { kind: 'stand', startS: landS + landStepS, endS: durationS },
  ];
  return steps.filter(({ kind, startS, endS }) => kind !== 'stand' || endS > startS);
}

function shiftPath(path: Path, byS: number): Path {
  return { ...path, breaksS: path.breaksS.map((tS) => tS + byS) };
}

function pointAt({ controlM }: Path, point: number) {
  return { x: controlM[3 * point] ?? 0, y: controlM[3 * point + 1] ?? 0, z: controlM[3 * point + 2] ?? 0 };
}

function pointsOf(path: Path) {
  return Array.from({ length: path.controlM.length / 3 }, (_, i) => pointAt(path, i));
}

function lowestZ({ controlM }: Path): number {
  let lowest = Number.POSITIVE_INFINITY;
  for (let i = 2; i < controlM.length; i += 3) lowest = Math.min(lowest, controlM[i] ?? 0);
  return lowest;
}
