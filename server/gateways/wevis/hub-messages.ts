/** What the hub has for a member, as messages. Pure; state of drones and of the show is told elsewhere. */
import type { Delivery, PresenceDelivery } from '../../hub/deliveries.js';
import type { Content, HubValue, Member } from '../../hub/hub-types.js';
import type { FleetMessage } from './fleet-schema.js';
import { isNumbers, jsonOf, labelOf, linesOf, sendable, spoken, textOf } from './values.js';

/** Topic of the points that pass through a room. */
export const formationTopic = 'formation';

type Of<Type extends Delivery['type']> = Extract<Delivery, { type: Type }>;

/** Somebody is in a room. */
export function enteredMessage(room: string, member: Member): FleetMessage {
  const { id, role } = member;
  const fields = { room: sendable(room), member: labelOf(member), id: sendable(id), role };
  return { name: 'Entered', fields };
}

/** A variable of a room. */
export function roomVariableMessage(room: string, name: string, value: HubValue): FleetMessage {
  return variable({ room, owner: '', variable: name, was: '', value: jsonOf(value) });
}

/** A variable of a member. */
export function ownVariableMessage(member: Member, name: string, value: HubValue): FleetMessage {
  return variable({ room: '', owner: labelOf(member), variable: name, was: '', value: jsonOf(value) });
}

/** A word of the server to one of its users. */
export function serverMessage(topic: string, text: string): FleetMessage {
  const fields = { sender: '', topic, form: 'text', text: sendable(text), correlation: '' };
  return { name: 'Told', fields };
}

/** The same for all who get it. */
export function messagesOf(
  delivery: PresenceDelivery | Of<'roomMessage'> | Of<'privateMessage'> | Of<'roomVariable'>,
): readonly FleetMessage[] {
  switch (delivery.type) {
    case 'joined':
    case 'changed':
      return [enteredMessage(delivery.room.name, delivery.member)];
    case 'left':
      return [left(delivery.room.name, delivery.member, { cause: delivery.cause, text: '' })];
    case 'renamed':
      return renamed(delivery);
    case 'roomMessage':
      return [roomMessage(delivery)];
    case 'privateMessage':
      return [privateMessage(delivery)];
    case 'roomVariable':
      return [roomVariable(delivery)];
  }
}

/** `you` are not in the room any more, and have not asked for that. */
export function removedMessage({ room, cause, reason }: Of<'removed'>, you: Member): FleetMessage {
  return left(room.name, you, { cause, text: sendable(reason) });
}

type Leaving = { readonly cause: string; readonly text: string };

function left(room: string, member: Member, why: Leaving): FleetMessage {
  const fields = { room: sendable(room), member: labelOf(member), id: sendable(member.id), ...why };
  return { name: 'Left', fields };
}

function renamed({ room, member, before }: Of<'renamed'>): readonly FleetMessage[] {
  const why = { cause: 'renamed', text: labelOf(member) };
  return [left(room.name, { ...member, name: before }, why), enteredMessage(room.name, member)];
}

function roomMessage({ room, from, content }: Of<'roomMessage'>): FleetMessage {
  const sender = senderOf(from);
  const points = content.topic === formationTopic ? pointsOf(content.value) : undefined;
  if (points !== undefined)
    return { name: 'Formation', fields: { room: sendable(room.name), sender, ...points } };
  return { name: 'Said', fields: { room: sendable(room.name), sender, ...saying(content) } };
}

function privateMessage({ from, content, correlation }: Of<'privateMessage'>): FleetMessage {
  const answer = from === undefined && content.topic === 'answer' ? answerOf(content.value) : undefined;
  const asked = { correlation: textOf(correlation) };
  if (answer !== undefined) return { name: 'Answer', fields: { ...asked, ...answer } };
  return { name: 'Told', fields: { sender: senderOf(from), ...saying(content), ...asked } };
}

function roomVariable({ room, change }: Of<'roomVariable'>): FleetMessage {
  if (change.kind === 'renamed')
    return variable({ room: room.name, owner: '', variable: change.to, was: change.name, value: '' });
  const value = change.kind === 'deleted' ? '' : jsonOf(change.value);
  return variable({ room: room.name, owner: '', variable: change.name, was: '', value });
}

function variable(fields: Extract<FleetMessage, { name: 'Variable' }>['fields']): FleetMessage {
  const { room, variable: name, was } = fields;
  const named = { room: sendable(room), variable: sendable(name), was: sendable(was) };
  return { name: 'Variable', fields: { ...fields, ...named } };
}

function senderOf(from: Member | undefined): string {
  return from === undefined ? '' : labelOf(from);
}

function saying({ topic, value }: Content) {
  return { topic: sendable(String(topic ?? '')), ...spoken(value) };
}

/** Anybody may send anything under that topic: what are no points is a message like others. */
function pointsOf(value: HubValue) {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array || Array.isArray(value))
    return undefined;
  const { names, x, y, z } = value as { readonly [key: string]: HubValue };
  if (!areFloats(x) || !areFloats(y) || !areFloats(z)) return undefined;
  return { names: linesOf(names), x, y, z };
}

/** Numbers that 32-bit floats can say. */
function areFloats(value: HubValue | undefined): value is readonly number[] {
  return (
    isNumbers(value) && value.every((each) => Number.isFinite(Math.fround(each)) || !Number.isFinite(each))
  );
}

/** What a command of the fleet answers. */
function answerOf(value: HubValue) {
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array || Array.isArray(value))
    return undefined;
  const { ok, code, text, answer } = value as { readonly [key: string]: HubValue };
  if (typeof ok !== 'boolean') return undefined;
  return { ok: ok ? 1 : 0, code: textOf(code), text: textOf(text ?? answer) };
}
