/** The requests of a member, each as what it asks of the host and what it is answered. Knows no connection and no order. */
import { RefusedError } from '../../errors.js';
import type { MessageDefinitions } from '../definitions/message-definitions.js';
import type { Json } from '../json.js';
import type { KwargsReader } from './kwargs-reader.js';
import type { Asked, Content, HostOutcome, RoomHost } from './room-host.js';
import type { RoomEvent, Values } from './room-types.js';
import { readWish, wireMember, wireRoom, wireValue } from './wire.js';

/** A request that came. */
export type RoomCall = {
  readonly host: RoomHost;
  readonly asked: Asked;
  readonly reader: KwargsReader;
  readonly definitions: MessageDefinitions | undefined;
  /** Which room it names. */
  readonly room: () => string;
  /** Tells the member, before it is answered. */
  readonly tell: (event: RoomEvent) => void;
};

type Answered = HostOutcome<{ readonly answer: Json }>;

/** By name; `room_join` and `room_command` are the connection's own. They throw RefusedError for what can not be read. */
export const roomRequests: { readonly [name: string]: (call: RoomCall) => Answered } = {
  room_enter: ({ host, asked, reader }) =>
    answered(host.enter(asked, reader.text('token')), ({ you, motd }) => ({
      you: wireMember(you),
      motd: motd ?? null,
    })),
  room_leave: ({ host, asked, room, tell }) =>
    answered(host.leave(asked, room()), (left) => {
      tell({ type: 'removed', room: left.room, cause: 'left', reason: '' });
      return null;
    }),
  room_list: ({ host, asked }) =>
    answered(host.list(asked), ({ rooms }) => ({
      rooms: rooms.map(({ room, memberCount }) => ({ room: wireRoom(room), members: memberCount })),
    })),
  room_kick: ({ host, asked, reader, room }) =>
    answered(host.kick(asked, room(), reader.text('member')), () => null),
  room_send: (call) => {
    const content = { ...contentOf(call), echo: call.reader.flag('echo') };
    return answered(call.host.sendToRoom(call.asked, call.room(), content), () => null);
  },
  private_send: (call) => {
    const { host, asked, reader } = call;
    const content = { ...contentOf(call), room: reader.optionalText('room') };
    return answered(host.sendPrivate(asked, reader.text('to'), content), () => null);
  },
  set_variable: ({ host, asked, reader, room }) =>
    answered(host.changeVariable(asked, room(), readWish(reader)), () => null),
  set_own_variables: ({ host, asked, reader }) =>
    answered(host.setOwnVariables(asked, reader.values('values')), () => null),
  rename: ({ host, asked, reader }) =>
    answered(host.rename(asked, reader.text('name')), ({ member }) => ({ you: wireMember(member) })),
  room_commands: ({ host, asked }) =>
    answered(host.commands(asked), ({ commands }) => ({
      commands: commands.map((command) => ({ ...command, args: { ...command.args } })),
    })),
};

type CommandCall = Pick<RoomCall, 'host' | 'asked'> & {
  readonly name: string;
  readonly args: Values;
  readonly denied?: undefined;
};

/** @throws RefusedError for what can not be read. */
export function readCommand({ host, asked, reader }: RoomCall): CommandCall {
  return { host, asked, name: reader.text('name'), args: reader.values('args') };
}

export async function runCommand({ host, asked, name, args }: CommandCall): Promise<Answered> {
  const outcome = await host.run(asked, name, args);
  return answered(outcome, ({ answer }) => wireValue(answer));
}

/** A message that is defined has to fit. */
function contentOf({ reader, definitions }: RoomCall): Content {
  const name = reader.optionalText('name');
  const value = reader.value('value');
  if (name === '') throw new RefusedError('bad_arguments', '"name" must not be empty');
  if (name !== undefined && definitions?.has(name)) definitions.read(name, value);
  return { name, value };
}

function answered<Result extends object>(
  outcome: HostOutcome<Result>,
  answerOf: (result: Result) => Json,
): Answered {
  return outcome.denied ? outcome : { answer: answerOf(outcome) };
}
