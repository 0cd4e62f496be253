/** Reads what Scratch clients send by the strict rules of TurboWarp's server. Knows no room and no variable. */
import type { JsonObject, JsonValue } from '../cloudlink/json.js';
import { scratchCloseCodes } from './messages.js';
import { isStrictUser, roomOfProject } from './values.js';

export type StrictMessage =
  | { readonly kind: 'handshake'; readonly user: string; readonly room: string }
  /** Ordinary rooms take the value only when `isStrictValue`. */
  | { readonly kind: 'set'; readonly name: string; readonly value: JsonValue | undefined }
  /** What this server does not do, and nobody is told. */
  | { readonly kind: 'ignored' }
  /** The connection ends. */
  | { readonly kind: 'violation'; readonly code: number; readonly reason: string };

export function readStrict(object: JsonObject): StrictMessage {
  const { method, name, value } = object;
  switch (method) {
    case 'handshake':
      return readHandshake(object);
    case 'set':
    case 'create':
      if (typeof name !== 'string') return violation('a variable must have a name');
      return { kind: 'set', name, value };
    case 'rename':
    case 'delete':
      return { kind: 'ignored' };
    default:
      return violation('unknown method');
  }
}

function readHandshake(object: JsonObject): StrictMessage {
  const { project_id: projectId, user } = object;
  const room = roomOfProject(projectId);
  if (room === undefined) return violation('project_id must have 1 to 999 characters');
  if (isStrictUser(user)) return { kind: 'handshake', user, room };
  const reason = 'user must be 1 to 20 letters, digits, - and _';
  return { kind: 'violation', code: scratchCloseCodes.username, reason };
}

function violation(reason: string): StrictMessage {
  return { kind: 'violation', code: scratchCloseCodes.generic, reason };
}
