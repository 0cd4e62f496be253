/** Commands of the hub, called by a message to the server, and their answers. Pure. */
import { type LacewingContent, readContent } from '../../../lib/protocols/lacewing/index.js';
import type { CommandArguments } from '../../hub/commands.js';
import type { Denial, HubValue } from '../../hub/hub-types.js';
import { jsonText } from './crossing.js';

export type CommandCall = {
  readonly command: string;
  readonly args: CommandArguments;
  /** The caller's own, given back. */
  readonly id: HubValue;
};

type Ended = { readonly denied?: Denial | undefined; readonly answer?: HubValue | undefined };

/** `{"command": NAME, "args": {…}, "id": …}`, as an Object message or as a text; undefined for anything else. */
export function readCommandCall(content: LacewingContent): CommandCall | undefined {
  const value = jsonOf(content);
  if (!isObject(value)) return undefined;
  const { command, args = {}, id = null } = value;
  if (typeof command !== 'string' || !isObject(args)) return undefined;
  return { command, args, id };
}

/** `{"command": NAME, "id": …, "ok": true, "answer": …}`, or with `ok` false `code` and `text`. */
export function answerText({ command, id }: CommandCall, { denied, answer = null }: Ended): string {
  if (denied === undefined) return jsonText({ command, id, ok: true, answer });
  return jsonText({ command, id, ok: false, code: denied.code, text: denied.reason });
}

function jsonOf(content: LacewingContent): HubValue | undefined {
  const value = readContent(content);
  if (typeof value === 'object' && !(value instanceof Uint8Array)) return value.json as HubValue;
  if (typeof value !== 'string') return undefined;
  try {
    return JSON.parse(value) as HubValue;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isObject(value: HubValue | undefined): value is CommandArguments {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array)
  );
}
