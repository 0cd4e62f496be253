/** What one user who has logged in says, asked of the hub, and the answers. Knows messages; no bytes and no socket. */
import type { WevisMessage } from '../../../lib/protocols/wevis/index.js';
import { showRoom } from '../../hub/fleet-side.js';
import type { Hub } from '../../hub/hub.js';
import type { Joined } from '../../hub/room-desk.js';
import { retryAfterMs } from '../inlet.js';
import { Answers, type AnswersPort } from './answers.js';
import type { FleetMessage } from './fleet-schema.js';
import {
  enteredMessage,
  formationTopic,
  ownVariableMessage,
  roomVariableMessage,
  serverMessage,
} from './hub-messages.js';
import { namesIn, numbersIn, textIn } from './said.js';
import { droneMessage } from './state-messages.js';
import { UserCommands } from './user-commands.js';

/** What one says must fit beside who says it, and a correlation beside its answer: none is quite as large as can be, bytes. */
const largestPayloadBytes = 1024 * 1024 - 4096;

export type ConversationPort = AnswersPort & {
  readonly hub: Hub;
  readonly memberId: string;
  /** All that is known of the show. */
  readonly showMessage: (variables: Joined['variables']) => FleetMessage;
};

export class Conversation {
  readonly #port: ConversationPort;
  readonly #answers: Answers;
  readonly #commands: UserCommands;

  constructor(port: ConversationPort) {
    this.#port = port;
    this.#answers = new Answers(port);
    this.#commands = new UserCommands({ hub: port.hub, ask: port.ask, answers: this.#answers });
  }

  /** The user is in: it is told the message of the day, and of the fleet. */
  enter(motd: string | undefined): void {
    const { hub, ask, send } = this.#port;
    if (motd !== undefined) send([serverMessage('motd', motd)]);
    const joined = hub.join({ ...ask(0), isCounted: true }, showRoom);
    if (joined.denied) this.#answers.denied('', joined.denied);
    else send(this.#whatIsThere(joined));
  }

  /**
   * Does what a message asks.
   * @returns 0, or in how many ms to come again with the same message: then nothing was done.
   */
  take(message: WevisMessage, sizeBytes: number): number {
    if (message.payloadBytes > largestPayloadBytes) {
      const reason = `${message.payloadBytes} bytes in one message: at most ${largestPayloadBytes} are taken`;
      return this.#answers.refuse(message, sizeBytes, { code: 'too_large', reason });
    }
    const off = this.#port.hub.switchedOff(this.#port.memberId, message.name);
    if (off !== undefined) return this.#answers.refuse(message, sizeBytes, off.denied);
    switch (message.name) {
      case 'Join':
        return this.#join(message, sizeBytes);
      case 'Leave':
        return this.#leave(message, sizeBytes);
      case 'Say':
        return this.#say(message, sizeBytes);
      case 'Tell':
        return this.#tell(message, sizeBytes);
      case 'Formation':
        return this.#form(message, sizeBytes);
      case '_ping':
        return retryAfterMs(this.#port.hub.charge(this.#port.ask(sizeBytes)));
      default:
        return this.#commands.take(message, sizeBytes);
    }
  }

  #join(message: WevisMessage, sizeBytes: number): number {
    const { hub, ask, send } = this.#port;
    const correlation = textIn(message, 'correlation');
    const joined = hub.join(ask(sizeBytes), textIn(message, 'room'));
    if (joined.denied) return this.#answers.settle(correlation, joined);
    send(this.#whatIsThere(joined));
    this.#answers.done(correlation);
    return 0;
  }

  #leave(message: WevisMessage, sizeBytes: number): number {
    const { hub, ask } = this.#port;
    const correlation = textIn(message, 'correlation');
    const left = hub.leave(ask(sizeBytes), textIn(message, 'room'));
    if (left.denied) return this.#answers.settle(correlation, left);
    this.#answers.done(correlation);
    return 0;
  }

  #say(message: WevisMessage, sizeBytes: number): number {
    const { hub, ask } = this.#port;
    const correlation = textIn(message, 'correlation');
    const post = { room: textIn(message, 'room'), content: { value: textIn(message, 'text') } };
    return this.#answers.settle(correlation, hub.sendToRoom(ask(sizeBytes, correlation), post));
  }

  #tell(message: WevisMessage, sizeBytes: number): number {
    const { hub, ask, memberId } = this.#port;
    const [to, correlation] = [textIn(message, 'to'), textIn(message, 'correlation')];
    const named = hub.findNamed(memberId, to);
    if (named.length > 1) {
      const reason = `${named.length} are called "${to}": tell one of ${named.map(({ id }) => id).join(', ')}`;
      return this.#answers.refuse(message, sizeBytes, { code: 'name_ambiguous', reason });
    }
    const post = { to: named[0]?.id ?? to, content: { value: textIn(message, 'text') } };
    return this.#answers.settle(correlation, hub.sendPrivate(ask(sizeBytes, correlation), post));
  }

  #form(message: WevisMessage, sizeBytes: number): number {
    const { hub, ask } = this.#port;
    const names = namesIn(message);
    const [x, y, z] = [numbersIn(message, 'x'), numbersIn(message, 'y'), numbersIn(message, 'z')];
    const areAsMany = [y, z, names.length > 0 ? names : x].every(({ length }) => length === x.length);
    if (!areAsMany) {
      const reason = `a formation of ${x.length} x, ${y.length} y, ${z.length} z and ${names.length} names: as many of each are needed`;
      return this.#answers.refuse(message, sizeBytes, { code: 'bad_arguments', reason });
    }
    const content = { topic: formationTopic, value: { names, x, y, z }, isLossy: true };
    return this.#answers.settle(
      '',
      hub.sendToRoom(ask(sizeBytes), { room: textIn(message, 'room'), content }),
    );
  }

  #whatIsThere({ room, roster, variables }: Joined): readonly FleetMessage[] {
    const { hub, memberId, showMessage } = this.#port;
    const others = roster.filter(({ id }) => id !== memberId);
    const states = others.flatMap((member) => {
      const own = hub.variablesOf(memberId, member.id);
      if (member.role === 'drone') return [droneMessage(member, new Map(own))];
      return own.map(([name, value]) => ownVariableMessage(member, name, value));
    });
    const ofRoom =
      room.isFleets && room.name === showRoom
        ? [showMessage(variables)]
        : variables.map(([name, value]) => roomVariableMessage(room.name, name, value));
    return [...others.map((member) => enteredMessage(room.name, member)), ...states, ...ofRoom];
  }
}
