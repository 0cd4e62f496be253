/**
 * Rooms on the wire: the names of requests and messages, nouns and events as kwargs and back. Knows no connection.
 *
 * A client's requests are `room_enter {token}`, which says who it is, then `room_join {room, hidden, closes_with_owner}`,
 * `room_leave {room}`, `room_list`, `room_kick {room, member}`, `room_send {room, name, value, correlation, echo}`,
 * `private_send {to, room, name, value, correlation}`, `set_variable {room, kind, name, value | to}`,
 * `set_own_variables {values}`, `rename {name}`, `room_commands` and `room_command {name, args}`.
 * The server pushes `room_event {type, …}`, and asks `room_telemetry {members, rooms}`: what has changed since the last one
 * that was answered, so that a slow reader gets newer values in place of older ones. Values are as in message-value.ts.
 */
import { RefusedError } from '../../errors.js';
import { type MessageValue, toWire } from '../definitions/message-value.js';
import { MessageValueError } from '../definitions/message-value-error.js';
import type { Json } from '../json.js';
import type { Kwargs } from '../message.js';
import type { KwargsReader } from './kwargs-reader.js';
import type {
  RoomEvent,
  RoomInfo,
  RoomMember,
  RosterEntry,
  Values,
  VariableChange,
  VariableWish,
} from './room-types.js';

/** The message that carries an event. */
export const eventAction = 'room_event';
/** The request by which changed variables are handed over. */
export const telemetryRequest = 'room_telemetry';

export function wireValue(value: MessageValue): Json {
  return toWire(value, 'a value');
}

export function wireValues(values: Values): { [key: string]: Json } {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, wireValue(value)]));
}

export function wireMember({ id, name, role, gateway, latencyMs }: RoomMember): { [key: string]: Json } {
  return { id, name: name ?? null, role, gateway, latency_ms: latencyMs ?? null };
}

export function readMember(reader: KwargsReader): RoomMember {
  return {
    id: reader.text('id'),
    name: reader.optionalText('name'),
    role: reader.text('role'),
    gateway: reader.text('gateway'),
    latencyMs: reader.optionalNumber('latency_ms'),
  };
}

export function wireRoom(room: RoomInfo): { [key: string]: Json } {
  const { id, name, ownerId, isHidden, closesWithOwner, isFleets } = room;
  const flags = { hidden: isHidden, closes_with_owner: closesWithOwner, fleets: isFleets };
  return { id, name, owner: ownerId ?? null, ...flags };
}

export function readRoom(reader: KwargsReader): RoomInfo {
  return {
    id: reader.text('id'),
    name: reader.text('name'),
    ownerId: reader.optionalText('owner'),
    isHidden: reader.flag('hidden'),
    closesWithOwner: reader.flag('closes_with_owner'),
    isFleets: reader.flag('fleets'),
  };
}

export function wireWish(wish: VariableWish | VariableChange): { [key: string]: Json } {
  const { kind, name } = wish;
  if ('value' in wish) return { kind, name, value: wireValue(wish.value) };
  return 'to' in wish ? { kind, name, to: wish.to } : { kind, name };
}

export function readWish(reader: KwargsReader): VariableWish {
  const name = reader.text('name');
  switch (reader.text('kind')) {
    case 'set':
      return { kind: 'set', name, value: reader.value('value') };
    case 'rename':
      return { kind: 'rename', name, to: reader.text('to') };
    case 'delete':
      return { kind: 'delete', name };
    default:
      throw new RefusedError('bad_arguments', '"kind" must be set, rename or delete');
  }
}

/** Told of a value that can not be sent, and was left out. */
export type OnUnsendable = (text: string) => void;

/** As `wireValues`, without those that can not be sent: one of them must not cost the others. */
export function sendableValues(values: Values, onUnsendable: OnUnsendable): { [key: string]: Json } {
  const entries = Object.entries(values).flatMap(([name, value]): [string, Json][] => {
    try {
      return [[name, toWire(value, `the variable "${name}"`)]];
    } catch (error) {
      if (!(error instanceof MessageValueError)) throw error;
      onUnsendable(error.message);
      return [];
    }
  });
  return Object.fromEntries(entries);
}

/**
 * An event as kwargs; undefined parts are null.
 * @throws MessageValueError for a message or a change that can not be sent.
 */
export function wireEvent(event: RoomEvent, onUnsendable: OnUnsendable): Kwargs {
  const { type } = event;
  switch (event.type) {
    case 'entered':
      return { type, room: wireRoom(event.room), variables: sendableValues(event.variables, onUnsendable) };
    case 'roster':
      return {
        type,
        room: event.room,
        members: event.members.map((entry) => wireEntry(entry, onUnsendable)),
      };
    case 'joined':
      return { type, room: wireRoom(event.room), ...wireEntry(event, onUnsendable) };
    case 'left':
      return { type, room: wireRoom(event.room), member: wireMember(event.member), cause: event.cause };
    case 'renamed': {
      const before = event.before ?? null;
      return { type, room: wireRoom(event.room), member: wireMember(event.member), before };
    }
    case 'changed':
      return { type, room: wireRoom(event.room), member: wireMember(event.member) };
    case 'removed':
      return { type, room: wireRoom(event.room), cause: event.cause, reason: event.reason };
    case 'message':
      return { type, ...wireMessage(event) };
    case 'ended':
      return { type, code: event.code, reason: event.reason };
    case 'variable':
      return { type, room: event.room, from: wireSender(event.from), change: wireWish(event.change) };
  }
}

/** @throws RefusedError for what is no event. */
export function readEvent(reader: KwargsReader): RoomEvent {
  const type = reader.text('type');
  if (type === 'message') return readMessage(reader);
  if (type === 'ended') return { type, code: reader.text('code'), reason: reader.text('reason') };
  if (type === 'roster')
    return { type, room: reader.text('room'), members: reader.objects('members').map(readEntry) };
  if (type === 'variable') {
    const change = readChange(reader.object('change'));
    return { type, room: reader.text('room'), from: readSender(reader), change };
  }
  const room = readRoom(reader.object('room'));
  if (type === 'entered') return { type, room, variables: reader.values('variables') };
  if (type === 'removed') return { type, room, cause: reader.text('cause'), reason: reader.text('reason') };
  return readPresence(reader, type, room);
}

function readPresence(reader: KwargsReader, type: string, room: RoomInfo): RoomEvent {
  const member = readMember(reader.object('member'));
  switch (type) {
    case 'joined':
      return { type, room, member, variables: reader.values('variables') };
    case 'left':
      return { type, room, member, cause: reader.text('cause') };
    case 'renamed':
      return { type, room, member, before: reader.optionalText('before') };
    case 'changed':
      return { type, room, member };
    default:
      throw new RefusedError('bad_arguments', `an event of the unknown type "${type.slice(0, 40)}"`);
  }
}

function wireEntry({ member, variables }: RosterEntry, onUnsendable: OnUnsendable): { [key: string]: Json } {
  return { member: wireMember(member), variables: sendableValues(variables, onUnsendable) };
}

function readEntry(reader: KwargsReader): RosterEntry {
  return { member: readMember(reader.object('member')), variables: reader.values('variables') };
}

function wireSender(from: RoomMember | undefined): Json {
  return from === undefined ? null : wireMember(from);
}

function readSender(reader: KwargsReader): RoomMember | undefined {
  const from = reader.optionalObject('from');
  return from && readMember(from);
}

type MessageEvent = Extract<RoomEvent, { type: 'message' }>;

function wireMessage(event: MessageEvent): { [key: string]: Json } {
  const { room, isPrivate, from, name, value, correlation } = event;
  return {
    room: room ?? null,
    private: isPrivate,
    from: wireSender(from),
    name: name ?? null,
    value: wireValue(value),
    correlation: correlation === undefined ? null : wireValue(correlation),
  };
}

function readMessage(reader: KwargsReader): MessageEvent {
  return {
    type: 'message',
    room: reader.optionalText('room'),
    isPrivate: reader.flag('private'),
    from: readSender(reader),
    name: reader.optionalText('name'),
    value: reader.value('value'),
    correlation: reader.optionalValue('correlation'),
  };
}

function readChange(reader: KwargsReader): VariableChange {
  const name = reader.text('name');
  const kind = reader.text('kind');
  if (kind === 'renamed') return { kind, name, to: reader.text('to') };
  if (kind === 'deleted') return { kind, name };
  if (kind === 'set' || kind === 'created') return { kind, name, value: reader.value('value') };
  throw new RefusedError('bad_arguments', `a variable that was "${kind.slice(0, 40)}"`);
}
