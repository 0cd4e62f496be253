/** What the hub has for a CL4 member, as CL4 messages, made once for all who get the same. Knows no connection. */
import {
  directMessage,
  globalMessage,
  globalVariable,
  type Listener,
  privateMessage,
  type ServerMessage,
  userChange,
  writeJson,
} from '../../../lib/protocols/cloudlink/index.js';
import type { Delivery } from '../../hub/deliveries.js';
import type { HubValue, Member } from '../../hub/hub-types.js';
import { memberVariable } from './cl4-rooms.js';
import { variableMark } from './cl4-talk.js';
import { userOf } from './directory.js';
import { valOf } from './values.js';
import { cloudlinkName, type Visit } from './visit.js';

type DeliveryOf<Type extends Delivery['type']> = Extract<Delivery, { readonly type: Type }>;

/** The frames for the visitor; none where CL4 has no word for it. */
export function framesFor(visit: Visit, delivery: Delivery): readonly Uint8Array[] {
  const { encodings, memberId } = visit;
  const encode = (form: string, make: () => readonly ServerMessage[]) =>
    encodings.of(delivery, `${cloudlinkName} ${form}`, () => make().map(writeJson));
  switch (delivery.type) {
    case 'roomMessage': {
      const form = roomMessageForm(delivery, memberId);
      return encode(form, () => [roomMessage(delivery, form)]);
    }
    case 'roomVariable': {
      const isOwn = delivery.from?.id === memberId;
      return encode(isOwn ? 'own' : 'all', () => roomVariable(delivery, isOwn));
    }
    case 'memberVariables': {
      const room = sharedRoom(visit, delivery.member);
      return room === undefined ? [] : encode(`in ${room}`, () => memberVariables(delivery, room));
    }
    case 'privateMessage':
      return encode('', () => [privateOne(delivery)]);
    case 'joined':
    case 'left':
    case 'renamed':
      return encode('', () => presence(delivery));
    case 'changed':
    case 'removed':
      return [];
  }
}

/** With a listener of CL4's own, only the sender learns of which room it was. */
function roomMessageForm({ from, correlation }: DeliveryOf<'roomMessage'>, memberId: string) {
  if (from?.gateway !== cloudlinkName || correlation === undefined) return 'all';
  return from.id === memberId ? 'own' : 'others';
}

function roomMessage(delivery: DeliveryOf<'roomMessage'>, form: 'all' | 'own' | 'others'): ServerMessage {
  const { content, from, room } = delivery;
  const val = valOf(content.value);
  const listener = form === 'own' ? listenerOf(delivery.correlation) : undefined;
  if (from?.gateway === cloudlinkName && content.marks?.[variableMark] === true)
    return globalVariable({ name: String(content.topic), val, room: room.name, listener });
  return globalMessage({ val, room: form === 'others' ? undefined : room.name, listener });
}

/** CL4 knows neither renaming nor deleting: who holds the old value keeps it. */
function roomVariable({ change, correlation, room }: DeliveryOf<'roomVariable'>, isOwn: boolean) {
  if (change.kind === 'renamed' || change.kind === 'deleted') return [];
  const { name, value } = change;
  const listener = isOwn ? listenerOf(correlation) : undefined;
  return [globalVariable({ name, val: valOf(value), room: room.name, listener })];
}

function memberVariables({ member, changed }: DeliveryOf<'memberVariables'>, room: string) {
  const { name: memberName } = member;
  if (memberName === undefined) return [];
  return Object.entries(changed).map(([name, value]) =>
    memberVariable({ member: memberName, name, value, room }),
  );
}

/** The first of the visitor's rooms that the member is in too. */
function sharedRoom({ hub, memberId }: Visit, member: Member): string | undefined {
  const theirs = hub.roomsOf(member.id);
  return hub.roomsOf(memberId).find(({ id }) => theirs.some((room) => room.id === id))?.name;
}

/** Through no room, and from the server, it is direct. */
function privateOne({ content, from, room, correlation }: DeliveryOf<'privateMessage'>): ServerMessage {
  const val = valOf(content.value);
  const origin = from === undefined ? undefined : userOf(from);
  if (origin === undefined || room === undefined)
    return directMessage({ val, origin, listener: listenerOf(correlation) });
  const name = typeof content.topic === 'string' ? content.topic : undefined;
  return privateMessage({ name, val, origin, room: room.name });
}

/** Nobody is seen before it has a username: what is a login to the hub is a coming here. */
function presence(delivery: DeliveryOf<'joined' | 'left' | 'renamed'>): readonly ServerMessage[] {
  const { member, room, type } = delivery;
  if (member.name === undefined) return [];
  const now = userOf(member);
  if (type !== 'renamed') return [userChange(type === 'joined' ? 'add' : 'remove', room.name, now)];
  const { before } = delivery;
  const added = userChange('add', room.name, now);
  if (before === undefined) return [added];
  return [userChange('remove', room.name, userOf({ id: member.id, name: before })), added];
}

function listenerOf(correlation: HubValue | undefined): Listener | undefined {
  const isOne =
    typeof correlation === 'string' || typeof correlation === 'boolean' || Number.isFinite(correlation);
  return isOne ? (correlation as Listener) : undefined;
}
