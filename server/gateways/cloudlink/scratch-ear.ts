/** What the hub has for a Scratch client, as its lines, made once for all who get the same. Knows no connection. */
import {
  type ScratchUpdate,
  writeScratchAscii,
  writeScratchLine,
} from '../../../lib/protocols/scratch-cloud/index.js';
import type { Delivery } from '../../hub/deliveries.js';
import type { HubValue } from '../../hub/hub-types.js';
import { jsonOf, scratchValueOf } from './values.js';
import { type ScratchBehaviour, scratchName, type Visit } from './visit.js';

/** What Scratch's own names of cloud variables begin with. */
const cloud = '☁ ';

/** In a room of the fleet: a variable of the room, or of one of its drones. */
export function fleetUpdate(name: string, value: HubValue): ScratchUpdate {
  return { method: 'set', name: cloud + name, value: scratchValueOf(value) };
}

/** The variable that a name means in a room of the fleet. */
export function fleetName(name: string): string {
  return name.startsWith(cloud) ? name.slice(cloud.length) : name;
}

/** `method`, and for a renaming that found nothing the old name: what became of it in the hub does not say. */
export function correlationOf(method: 'set' | 'create' | 'rename', oldName = ''): HubValue {
  return [method, oldName];
}

export function writeUpdate(behaviour: ScratchBehaviour, update: ScratchUpdate): string {
  return behaviour === 'strict' ? writeScratchLine(update) : writeScratchAscii(update);
}

/** The lines for the visitor; none where Scratch has no word for it. */
export function linesFor({ encodings, settings }: Visit, delivery: Delivery): readonly Uint8Array[] {
  if (delivery.type !== 'roomVariable' && delivery.type !== 'memberVariables') return [];
  return encodings.of(delivery, scratchName, () =>
    updatesOf(delivery, settings.scratch).map((update) => writeUpdate(settings.scratch, update)),
  );
}

type VariableDelivery = Extract<Delivery, { readonly type: 'roomVariable' | 'memberVariables' }>;

function updatesOf(delivery: VariableDelivery, behaviour: ScratchBehaviour): readonly ScratchUpdate[] {
  if (delivery.type === 'memberVariables') {
    const { name: member } = delivery.member;
    if (member === undefined) return [];
    return Object.entries(delivery.changed).map(([name, value]) => fleetUpdate(`${member}.${name}`, value));
  }
  return updateOf(delivery, behaviour);
}

function updateOf(
  { change, correlation, from, room }: Extract<Delivery, { readonly type: 'roomVariable' }>,
  behaviour: ScratchBehaviour,
): readonly ScratchUpdate[] {
  const { name } = change;
  if (change.kind === 'deleted') return behaviour === 'strict' ? [] : [{ method: 'delete', name }];
  if (change.kind === 'renamed')
    return behaviour === 'strict' ? [] : [{ method: 'rename', name, new_name: change.to }];
  if (room.isFleets) return [fleetUpdate(name, change.value)];
  const asked = from?.gateway === scratchName && Array.isArray(correlation) ? correlation : [];
  const [method, oldName] = asked;
  if (method === 'rename') return [{ method, name: String(oldName), new_name: name }];
  const value = from?.gateway === scratchName ? jsonOf(change.value) : scratchValueOf(change.value);
  return [{ method: method === 'create' ? 'create' : 'set', name, value }];
}
