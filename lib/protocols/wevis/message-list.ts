/** The messages two wevis peers have in common: each with its id and the layout of its bytes. Knows no stream. */
import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { ConfigError } from '../../errors.js';
import type { ArgumentType } from './argument-types.js';
import {
  type MessageDefinition,
  type MessageSchema,
  messageDefinitionsOf,
  parseMessageDefinitions,
} from './definitions.js';
import { WevisValueError } from './errors.js';

/** A message as it lies in bytes. */
export type WevisLayout = {
  readonly name: string;
  readonly id: number;
  /** In wire order: sorted by code point. */
  readonly arguments: readonly { readonly name: string; readonly type: ArgumentType }[];
  /** One slot for each argument, bytes. */
  readonly fixedBytes: number;
  /** Some argument has bytes behind the slots. */
  readonly isVariable: boolean;
};

/** The protocol's own messages, whose ids are 1 to 6. Source: wevis 0.0.4. */
const builtIns: MessageSchema = {
  _ping: {},
  _pong: {},
  _welcome: { salt: 'str' },
  _login: { password: 'str', username: 'str', version: 'str' },
  _loginReject: { reason: 'str' },
  _loginAccept: {},
};

/** Id of the first message that is not the protocol's own. */
const firstUserId = 7;

/** Digits of the fingerprint: enough to tell lists apart, short enough to be read out. */
const fingerprintDigits = 16;

/** What a version text begins with that says which definitions its client has. */
const schemaPrefix = 'schema:';

/** A list of messages, unchangeable: the protocol's own and the users', with sequential ids in the given order. */
export class WevisDefinitions {
  /** The users' messages in order of their ids. */
  readonly messages: readonly WevisLayout[];
  /** What was read, but hardly meant. */
  readonly notes: readonly string[];
  /** 16 hex digits that differ when names, types or the order of the messages do. */
  readonly fingerprint: string;
  readonly #byId: readonly WevisLayout[];
  readonly #byName: ReadonlyMap<string, WevisLayout>;

  /** @throws ConfigError when a name is taken by the protocol itself. */
  constructor(messages: readonly MessageDefinition[], notes: readonly string[] = []) {
    const taken = messages.find(({ name }) => Object.hasOwn(builtIns, name));
    if (taken)
      throw new ConfigError(`message "${taken.name}" already defined: it is one of the protocol's own`);
    this.#byId = [...messageDefinitionsOf(builtIns), ...messages].map(layOut);
    this.#byName = new Map(this.#byId.map((layout) => [layout.name, layout]));
    this.messages = this.#byId.slice(firstUserId - 1);
    this.notes = notes;
    const text = this.messages.map(lineOf).join('\n');
    this.fingerprint = createHash('sha256').update(text).digest('hex').slice(0, fingerprintDigits);
  }

  withId(id: number): WevisLayout | undefined {
    return this.#byId[id - 1];
  }

  /** @throws WevisValueError when no message has that name. */
  named(name: string): WevisLayout {
    const layout = this.#byName.get(name);
    if (layout) return layout;
    const known = this.messages.map((message) => message.name).join(', ');
    throw new WevisValueError(
      `no message is called "${name}"; ${known ? `known are ${known}` : 'none is defined'}`,
    );
  }

  /** @throws WevisValueError when no message has that name, or the protocol itself has it. */
  userMessage(name: string): WevisLayout {
    const layout = this.named(name);
    if (layout.id >= firstUserId) return layout;
    throw new WevisValueError(`"${name}" is the protocol's own: it is sent when it is due`);
  }
}

/**
 * Definitions from a text (`Name argument=type …` a line) or an object (`{ Name: { argument: 'type' } }`).
 * @param source What the text is called in errors, a file's name for example.
 * @throws ConfigError that names line or message and what is expected.
 */
export function readWevisDefinitions(from: string | MessageSchema, source?: string): WevisDefinitions {
  if (typeof from !== 'string') return new WevisDefinitions(messageDefinitionsOf(from));
  const { messages, notes } = parseMessageDefinitions(from, source);
  return new WevisDefinitions(messages, notes);
}

/** The version text that tells a server which definitions a client has; any other text says nothing of them. */
export function schemaVersion({ fingerprint }: WevisDefinitions): string {
  return schemaPrefix + fingerprint;
}

/** Whether a version text says that its client has other definitions than these. */
export function hasOtherSchema(version: string, definitions: WevisDefinitions): boolean {
  return version.startsWith(schemaPrefix) && version !== schemaVersion(definitions);
}

function layOut({ name, argumentTypes }: MessageDefinition, index: number): WevisLayout {
  const sorted = [...argumentTypes].sort(([a], [b]) => compareCodePoints(a, b));
  return {
    name,
    id: index + 1,
    arguments: sorted.map(([argument, type]) => ({ name: argument, type })),
    fixedBytes: sorted.reduce((sum, [, type]) => sum + slotBytes(type), 0),
    isVariable: sorted.some(([, type]) => isVariableType(type)),
  };
}

/** Bytes of an argument's slot: a float itself, an int itself, a truth as an int, or the count of what lies behind. */
export function slotBytes(type: ArgumentType): number {
  return type === 'float' ? 8 : 4;
}

export function isVariableType(type: ArgumentType): boolean {
  return type !== 'int' && type !== 'float' && type !== 'bool';
}

/** UTF-8 sorts by code point; texts of JavaScript do not, above U+FFFF. */
function compareCodePoints(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

function lineOf(layout: WevisLayout): string {
  return [layout.name, ...layout.arguments.map(({ name, type }) => `${name}=${type}`)].join(' ');
}
