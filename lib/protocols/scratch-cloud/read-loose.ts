/** Reads what Scratch clients send as Python's CloudLink does: few rules, any value. Knows no room and no variable. */
import type { JsonObject, JsonValue } from '../cloudlink/json.js';
import { pythonText } from '../cloudlink/python-text.js';
import { type FieldRule, type Schema, type SchemaErrors, schemaErrors } from '../cloudlink/schema.js';
import { scratchCloseCodes } from './messages.js';

const text: FieldRule = { type: 'string' };
const projectId: FieldRule = { type: ['string', 'integer', 'float', 'boolean'] };

const defaults: Schema = {
  ...{ method: text, name: text, new_name: text },
  value: { type: ['string', 'integer', 'float', 'boolean', 'dict', 'list', 'set'] },
  project_id: projectId,
  user: { type: 'string', minLength: 1, maxLength: 20 },
};

export type LooseMessage =
  | { readonly kind: 'handshake'; readonly user: string; readonly room: string }
  | ({ readonly kind: 'set' | 'create' | 'rename' | 'delete' } & LooseUpdate)
  | { readonly kind: 'ignored' }
  /** The text is sent, then the connection ends. */
  | { readonly kind: 'violation'; readonly text: string; readonly code: number; readonly reason: string };

type LooseUpdate = {
  readonly room: string;
  readonly name: string;
  readonly value: JsonValue | undefined;
  readonly newName: string | undefined;
};

/** Whether an object is a message of this protocol, whatever its method. */
export function isScratchMessage(object: JsonObject): boolean {
  return schemaErrors(object, defaults, ['method']) === undefined;
}

/** `object` has passed `isScratchMessage`. */
export function readLoose(object: JsonObject): LooseMessage {
  const { method, project_id: project, user, name, new_name: newName, value } = object;
  switch (method) {
    case 'handshake': {
      const errors = schemaErrors(object, { user: text, project_id: projectId }, ['user', 'project_id']);
      if (errors !== undefined || typeof user !== 'string') return violation(errors);
      return { kind: 'handshake', user, room: String(project) };
    }
    case 'set':
    case 'create':
    case 'rename':
    case 'delete': {
      const errors = schemaErrors(object, { name: text, project_id: projectId }, ['name', 'project_id']);
      if (errors !== undefined || typeof name !== 'string') return violation(errors);
      const update = { name, value, newName: typeof newName === 'string' ? newName : undefined };
      return { kind: method, room: String(project), ...update };
    }
    default:
      return { kind: 'ignored' };
  }
}

function violation(errors: SchemaErrors = {}): LooseMessage {
  const reason = 'Validation failed';
  return {
    kind: 'violation',
    text: `${reason}: ${pythonText(errors)}`,
    code: scratchCloseCodes.generic,
    reason,
  };
}
