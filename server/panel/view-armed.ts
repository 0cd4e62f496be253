/** The bar that says who is armed, until nobody is. From the snapshot alone. */
import type { DroneView, ServerSnapshot } from '../snapshot.js';
import { countOf } from './format.js';
import { bold, type StyledLine, span } from './styled.js';
import { cleanText, displayWidth } from './text.js';

/** After one of these a drone should not be armed much longer. */
const landings: ReadonlySet<string> = new Set([
  ...['land', 'landAll', 'emergency_land', 'return_home', 'disarm', 'kill'],
]);
/** After one of these a drone is armed because somebody wanted it, without a show. */
const flights: ReadonlySet<string> = new Set(['takeoff', 'takeoff_z', 'flip']);

type Armed = { readonly still: readonly DroneView[]; readonly flying: readonly DroneView[] };

/** `still`: nothing that goes on wants them armed. `flying`: a show, or a take-off. */
export function armedDrones({ drones, phase }: ServerSnapshot): Armed {
  const armed = drones.filter(({ isArmed }) => isArmed);
  const isStill = ({ record }: DroneView) => {
    const last = record.busyWith ?? record.lastOutcome?.action ?? '';
    if (landings.has(last)) return true;
    return phase.phase === 'idle' && !flights.has(last);
  };
  return { still: armed.filter(isStill), flying: armed.filter((drone) => !isStill(drone)) };
}

/** Loud while somebody is armed whom nothing wants armed; else it only says how many fly. */
export function viewArmed(snapshot: ServerSnapshot, columns: number): StyledLine {
  const { still, flying } = armedDrones(snapshot);
  if (still.length === 0 && flying.length === 0) return [];
  if (still.length === 0) return [span(` ● ARMED: ${named(flying, columns - 11)}`, 'accent')];
  const others = flying.length > 0 ? `  (${countOf(flying.length)} fly on)` : '';
  const room = columns - displayWidth(` STILL ARMED (${still.length}): ${others} `);
  return [
    bold(` STILL ARMED (${still.length}): ${named(still, room)} `, 'alarm'),
    ...(others === '' ? [] : [span(others, 'accent')]),
  ];
}

/** As many names as there is room for, and how many more there are; who is lost comes first. */
function named(drones: readonly DroneView[], columns: number): string {
  const isLost = ({ record }: DroneView) => !record.isConnected;
  const ordered = [...drones.filter(isLost), ...drones.filter((drone) => !isLost(drone))];
  const names = ordered.map((drone) => cleanText(drone.record.id) + (isLost(drone) ? ' (lost)' : ''));
  let text = '';
  for (const [index, name] of names.entries()) {
    const longer = text === '' ? name : `${text}, ${name}`;
    const left = names.length - index - 1;
    const more = left > 0 ? ` and ${left} more` : '';
    if (index > 0 && displayWidth(longer + more) > columns) return `${text} and ${names.length - index} more`;
    text = longer;
  }
  return text;
}
