/** The bar that says who is armed, until nobody is. From the snapshot alone. */
import type { DroneView, ServerSnapshot } from '../snapshot.js';
import { armedDrones } from './armed.js';
import { countOf } from './format.js';
import { bold, type StyledLine, span } from './styled.js';
import { cleanText, displayWidth } from './text.js';

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
