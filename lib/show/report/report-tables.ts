/** The tables of the report: key figures, drones, limits. Knows a survey and limits; no page around them. */
import type { ShowLimits } from '../validate/limits.js';
import type { CheckStats } from '../validate/result.js';
import { statRows } from './check-text.js';
import { type Html, html } from './html.js';
import type { DroneSurvey } from './survey.js';
import { clockTime, measure } from './words.js';

/** The extremes of the show, as tiles. */
export function factCards(stats: CheckStats): Html {
  const cards = statRows(stats).map(
    ([name = '', value = '', more = '']) =>
      html`<div><span>${name}</span><b>${value}</b><span>${more}</span></div>`,
  );
  return html`<section class="facts">${cards}</section>`;
}

/** Name and value, a row each. */
export function pairTable(rows: readonly (readonly string[])[]): Html {
  return html`<table class="pairs"><tbody>${rows.map(([name = '', value = '']) => html`<tr><td>${name}</td><td>${value}</td></tr>`)}</tbody></table>`;
}

/** A row a drone; what breaks a limit is marked. */
export function droneTable(drones: readonly DroneSurvey[], limits: ShowLimits): Html {
  return html`<table><thead><tr><th>Drone</th><th>Pad x, y (m)</th><th>First action</th><th>Flight</th><th>Flat</th><th>Up</th><th>Down (m/s)</th><th>Accel. (m/s²)</th><th>Height (m)</th><th>Nearest (m)</th><th class="words">to, at</th></tr></thead><tbody>
${drones.map((drone) => droneRow(drone, limits))}
</tbody></table>`;
}

function droneRow(drone: DroneSurvey, limits: ShowLimits): Html {
  const { slot, homeM, firstAction, nearest } = drone;
  const action = firstAction.kind === 'none' ? 'none' : `${firstAction.kind} ${clockTime(firstAction.tS)}`;
  const near = nearest
    ? html`${number(nearest.distanceM, nearest.distanceM < limits.minDistanceM)}<td class="words">${nearest.slot}, ${clockTime(nearest.tS)}</td>`
    : html`<td>–</td><td class="words"></td>`;
  return html`<tr><td>${slot}</td><td>${homeM.x.toFixed(2)}, ${homeM.y.toFixed(2)}</td><td>${action}</td><td>${clockTime(drone.flightS)}</td>${[
    number(drone.maxSpeedXYMPerS, drone.maxSpeedXYMPerS > limits.maxSpeedXYMPerS),
    number(drone.maxSpeedUpMPerS, drone.maxSpeedUpMPerS > limits.maxSpeedUpMPerS),
    number(drone.maxSpeedDownMPerS, drone.maxSpeedDownMPerS > limits.maxSpeedDownMPerS),
    number(drone.maxAccelerationMPerS2, drone.maxAccelerationMPerS2 > limits.maxAccelerationMPerS2),
    number(drone.greatestM.z, drone.greatestM.z > limits.maxAltitudeM),
  ]}${near}</tr>\n`;
}

function number(value: number, isOver: boolean): Html {
  return isOver ? html`<td class="over">${measure(value, '')}</td>` : html`<td>${measure(value, '')}</td>`;
}

/** All that hold, and those that are not checked. */
export function limitTable(limits: ShowLimits): Html {
  const polygon = (corners: readonly unknown[] | undefined) =>
    corners ? `a polygon of ${corners.length} corners` : 'not checked';
  const rows = [
    ['least distance in the air', measure(limits.minDistanceM, 'm')],
    ['least distance on the ground', measure(limits.minPadDistanceM, 'm')],
    ['greatest speed over ground', measure(limits.maxSpeedXYMPerS, 'm/s')],
    ['greatest climb', measure(limits.maxSpeedUpMPerS, 'm/s')],
    ['greatest descent', measure(limits.maxSpeedDownMPerS, 'm/s')],
    ['greatest acceleration', measure(limits.maxAccelerationMPerS2, 'm/s²')],
    [
      'greatest jerk',
      limits.maxJerkMPerS3 === undefined ? 'not checked' : measure(limits.maxJerkMPerS3, 'm/s³'),
    ],
    ['greatest step of the velocity', measure(limits.maxVelocityStepMPerS, 'm/s')],
    ['greatest rate of turn', measure(limits.maxYawRateDegPerS, '°/s')],
    ['greatest height', measure(limits.maxAltitudeM, 'm')],
    ['ground clearance', measure(limits.groundClearanceM, 'm')],
    ['longest time in the air', clockTime(limits.maxFlightS)],
    ['geofence', polygon(limits.geofence)],
    ['audience', polygon(limits.audience)],
    ['least distance from the audience', measure(limits.minAudienceDistanceM, 'm')],
    ['braking', measure(limits.brakingMPerS2, 'm/s²')],
    ['least distance when all hold or fly home', measure(limits.minEscapeDistanceM, 'm')],
    ['speed on the way home', measure(limits.returnSpeedMPerS, 'm/s')],
    ['landing speed', measure(limits.landingSpeedMPerS, 'm/s')],
    ['farthest from the pad before the start', measure(limits.maxStartDistanceM, 'm')],
  ];
  const half = Math.ceil(rows.length / 2);
  return html`<div class="two">${pairTable(rows.slice(0, half))}${pairTable(rows.slice(half))}</div>`;
}
