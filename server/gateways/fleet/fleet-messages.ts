/**
 * Messages to the fleet that are commands: a text that begins with `/`, or an object with a key `command`, sent to a room
 * of the fleet (it concerns that room's drones) or to a drone. Each is answered privately. Knows the hub and the fleet's
 * commands; no protocol.
 */
import { errorCode, errorText, RefusedError } from '../../../lib/errors.js';
import { isCommand, isOperation, operations } from '../../../lib/operations/catalogue.js';
import { showRoom } from '../../hub/fleet-side.js';
import type { Hub } from '../../hub/hub.js';
import type { HubEvent } from '../../hub/hub-events.js';
import type { HubValue, Member } from '../../hub/hub-types.js';
import { readWords } from './cues.js';
import type { FleetCommands } from './fleet-commands.js';
import { type Body, bodyFor, bodyOfValues } from './operation-body.js';

type Message = Extract<HubEvent, { type: 'message' }>;

/** A command that was read: its word, and its arguments or the rest of the text behind it. */
type Command =
  | { readonly word: string; readonly rest: string }
  | { readonly word: string; readonly body: Body };

/** `command` of a message's value; undefined: it is none. */
function readCommand(value: HubValue): Command | undefined {
  if (typeof value === 'string') {
    const [, word, rest = ''] = /^\/(\S*)(?:\s+(.*))?$/su.exec(value.trim()) ?? [];
    // Whoever shouts /STOP means it; and whatever begins so is answered.
    return word === undefined ? undefined : { word: word.toLowerCase(), rest: rest.trim() };
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof Uint8Array)
    return undefined;
  const { command, ...body } = value as { readonly [key: string]: HubValue };
  return typeof command === 'string' ? { word: command, body: bodyOfValues(body) } : undefined;
}

/** Listens in the hub until the server ends. */
export function answerFleetMessages(hub: Hub, commands: FleetCommands): void {
  hub.listen('fleet commands', (event) => {
    if (event.type !== 'message' || event.from === undefined) return;
    const whom = targetOf(event);
    const command = whom === undefined ? undefined : readCommand(event.content.value);
    if (whom === undefined || command === undefined) return;
    void answer({ hub, commands, event, from: event.from, command, whom });
  });
}

/** Which drones a message's place means: none for a room or a member that is not the fleet's. */
function targetOf({ room, to }: Message): Body | undefined {
  if (to !== undefined) return to.role === 'drone' && to.name !== undefined ? { ids: [to.name] } : undefined;
  if (room === undefined || !room.isFleets) return undefined;
  return room.name === showRoom ? { all: true } : { select: `@${room.name}` };
}

type Asked = {
  readonly hub: Hub;
  readonly commands: FleetCommands;
  readonly event: Message;
  readonly from: Member;
  readonly command: Command;
  readonly whom: Body;
};

/** Never rejects. */
async function answer(asked: Asked): Promise<void> {
  const { hub, command, event, from } = asked;
  const { word } = command;
  const reply = (value: { readonly [key: string]: HubValue }) =>
    hub.fleet.sendTo(from.id, { topic: 'answer', value: { command: word, ...value } }, event.correlation);
  try {
    reply({ ok: true, answer: await run(asked) });
  } catch (error) {
    reply({ ok: false, code: errorCode(error), text: errorText(error) });
  }
}

async function run({ hub, commands, from, command, whom }: Asked): Promise<HubValue> {
  const off = hub.switchedOff(from.id, command.word);
  if (off !== undefined) throw new RefusedError(off.denied.code, off.denied.reason);
  if (command.word === 'cue') return commands.cue(from, cueName(command));
  const body = bodyFor(concernsDrones(command.word) ? whom : {}, bodyOf(command));
  return commands.operate({ member: from, operation: command.word, body });
}

function cueName(command: Command): string {
  if ('rest' in command) return command.rest;
  const { name } = command.body;
  if (typeof name === 'string' || typeof name === 'number') return String(name);
  throw new RefusedError('bad_arguments', 'name must be the name of a cue');
}

function concernsDrones(word: string): boolean {
  return isOperation(word) && operations[word].target !== 'none';
}

function bodyOf(command: Command): Body {
  if ('body' in command) return command.body;
  const { word, rest } = command;
  if (rest === '' || !isOperation(word) || !isCommand(word)) return {};
  return readWords(word, rest.split(/\s+/)) as Body;
}
