/** A message of a room as a program gets it, read by the definitions. Knows no room and no connection. */
import { Buffer } from 'node:buffer';
import type { MessageDefinitions, MessageFields } from '../definitions/message-definitions.js';
import type { MessageValue } from '../definitions/message-value.js';
import { formatJson } from '../json.js';
import type { RoomEvent, RoomMember } from './room-types.js';
import { wireValue } from './wire.js';

export type RoomMessage = {
  /** Through which room it came; undefined: directly. */
  readonly room: string | undefined;
  readonly isPrivate: boolean;
  /** Undefined: the server. */
  readonly from: RoomMember | undefined;
  readonly name: string | undefined;
  readonly value: MessageValue;
  /** The arguments, checked, lists of floats as typed arrays; undefined for a message that is not defined. */
  readonly fields: MessageFields | undefined;
  /** The sender's own token, to be given back in an answer. */
  readonly correlation: MessageValue | undefined;
};

/** @throws MessageValueError when it is defined and does not fit. */
export function readRoomMessage(
  event: Extract<RoomEvent, { type: 'message' }>,
  definitions: MessageDefinitions | undefined,
): RoomMessage {
  const { type: _, ...message } = event;
  const { name, value } = message;
  const isDefined = name !== undefined && definitions?.has(name) === true;
  return { ...message, fields: isDefined ? definitions.read(name, value) : undefined };
}

/** How much of an inbox it takes, bytes, about. */
export function messageBytes({ value }: RoomMessage): number {
  return Buffer.byteLength(formatJson(wireValue(value)));
}
