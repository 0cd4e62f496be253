/** One CL4 member: answers its messages, command by command. Knows no socket; others hear of it through the hub. */
import {
  type Cl4Command,
  type Cl4Message,
  type Cl4Reading,
  type Cl4Requests,
  clientIp,
  clientObject,
  isCl4Command,
  isJsonObject,
  type JsonValue,
  motdMessage,
  type Packet,
  readCl4Message,
  readCl4Request,
  serverVersion,
  statusDetails,
} from '../../../lib/protocols/cloudlink/index.js';
import type { CommandArguments, CommandDefinition } from '../../hub/commands.js';
import type { Delivery } from '../../hub/deliveries.js';
import { framesFor } from './cl4-ear.js';
import { Cl4Rooms } from './cl4-rooms.js';
import { Cl4Talk } from './cl4-talk.js';
import { Cl4Voice } from './cl4-voice.js';
import type { Session } from './conversation.js';
import { jsonOf } from './values.js';
import type { Visit } from './visit.js';

type Handlers = { readonly [Command in Cl4Command]: (message: Cl4Requests[Command]) => void };

export class Cl4Session implements Session {
  readonly #visit: Visit;
  readonly #voice: Cl4Voice;
  readonly #rooms: Cl4Rooms;
  readonly #motd: string | undefined;
  readonly #handlers: Handlers;
  #hasShakenHands = false;

  /** `motd`: the hub's. It has just been identified. */
  constructor(visit: Visit, motd: string | undefined) {
    this.#visit = visit;
    this.#voice = new Cl4Voice(visit);
    this.#rooms = new Cl4Rooms(this.#voice);
    this.#motd = visit.settings.motd ?? motd;
    const talk = new Cl4Talk(this.#voice, this.#rooms);
    this.#handlers = {
      handshake: (message) => this.#handshake(message),
      ping: (message) => this.#voice.status(100, message),
      setid: (message) => this.#setId(message),
      gmsg: (message) => talk.gmsg(message),
      gvar: (message) => talk.gvar(message),
      pmsg: (message) => talk.pmsg(message),
      pvar: (message) => talk.pvar(message),
      direct: (message) => talk.direct(message),
      link: (message) => this.#rooms.link(message),
      unlink: (message) => this.#rooms.unlink(message),
    };
    const denied = this.#rooms.enterDefault();
    if (denied !== undefined) this.#voice.status(108, undefined, { details: denied.reason });
  }

  hear(delivery: Delivery): void {
    if (delivery.type === 'removed') this.#rooms.putOut(delivery.room.name);
    for (const frame of framesFor(this.#visit, delivery)) this.#visit.wire.send(frame);
  }

  tooLarge(reason: string): void {
    this.#voice.status(113, undefined, { details: reason });
  }

  failed(): void {
    this.#voice.status(105);
  }

  end(reason: string): void {
    this.#visit.wire.close(1000, reason);
  }

  take(packet: Packet, { sizeBytes }: { readonly sizeBytes: number }): void {
    this.#voice.begin(sizeBytes);
    if (packet.kind === 'empty') this.#voice.status(106, undefined, { details: statusDetails.emptyPacket });
    else if (packet.kind === 'noJson')
      this.#voice.status(114, undefined, { details: statusDetails.jsonError(packet.fault) });
    else if (packet.kind === 'noObject') this.#visit.wire.close(1000, '');
    else this.#checked(readCl4Message(packet.object), (message) => this.#obey(message));
  }

  /** Hands on what was read well; says what is wrong with the rest. */
  #checked<Message>(reading: Cl4Reading<Message>, next: (message: Message) => void): void {
    if (reading.errors === undefined) next(reading.message);
    else this.#voice.status(101, undefined, { details: reading.errors });
  }

  #obey(message: Cl4Message): void {
    const { cmd } = message;
    const { hub, memberId } = this.#visit;
    const command = isCl4Command(cmd) ? undefined : hub.commands.find(({ name }) => name === cmd);
    if (!isCl4Command(cmd) && command === undefined)
      this.#voice.status(109, undefined, { details: statusDetails.invalidCommand(cmd) });
    else if (hub.switchedOff(memberId, cmd) !== undefined)
      this.#voice.status(110, undefined, { details: statusDetails.disabledCommand(cmd) });
    else if (isCl4Command(cmd)) this.#handle(message, cmd);
    else if (command !== undefined) void this.#run(message, command);
  }

  #handle<Command extends Cl4Command>(message: Cl4Message, command: Command): void {
    this.#checked(readCl4Request(message, command), (request) => this.#handlers[command](request));
  }

  #handshake(message: Cl4Message): void {
    const voice = this.#voice;
    if (!this.#hasShakenHands) {
      this.#hasShakenHands = true;
      voice.say(clientIp(this.#visit.address));
      voice.say(serverVersion());
      if (this.#motd !== undefined) voice.say(motdMessage(this.#motd));
      voice.say(clientObject(voice.user));
      for (const room of this.#rooms.names) this.#rooms.list(room);
    }
    voice.status(100, message);
  }

  #setId(message: Cl4Requests['setid']): void {
    const voice = this.#voice;
    const { hub } = this.#visit;
    if (voice.self?.name !== undefined) {
      voice.status(107, message, { val: voice.user });
      return;
    }
    const { denied } = hub.login(voice.ask(), { name: message.val, role: 'guest' });
    if (denied !== undefined) {
      voice.deny(denied, message);
      return;
    }
    for (const room of this.#rooms.names) this.#rooms.list(room);
    voice.status(100, message, { val: voice.user });
  }

  /** A command of the hub: `val` is its arguments. How long it takes is its affair; others are answered meanwhile. */
  async #run(message: Cl4Message, command: CommandDefinition): Promise<void> {
    const args = argumentsOf(message.val, command);
    const outcome = await this.#visit.hub.run(this.#voice.ask(message.listener), command.name, args);
    if (outcome.denied) this.#voice.status(108, message, { details: outcome.denied.reason });
    else {
      const answer = outcome.answer ?? undefined;
      this.#voice.status(100, message, { val: answer === undefined ? undefined : jsonOf(answer) });
    }
  }
}

/** An object holds them by name; where there is one alone, its value will do. */
function argumentsOf(val: JsonValue | undefined, { args }: CommandDefinition): CommandArguments {
  const [only, ...others] = Object.keys(args);
  const isSingle = only !== undefined && others.length === 0;
  const isNamed = isJsonObject(val) && !(isSingle && args[only] === 'json' && !Object.hasOwn(val, only));
  if (isNamed) return val;
  return isSingle && val !== undefined ? { [only]: val } : {};
}
