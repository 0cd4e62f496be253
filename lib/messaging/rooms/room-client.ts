/**
 * The client's side of rooms over a connection that somebody else opened: joins, sends, receives, and knows who is where.
 * Knows neither sockets nor what becomes of events. Longer than most files: it is one face, and each method is short.
 */
import { DisconnectedError, RefusedError, type StarlingError } from '../../errors.js';
import type { Cancel } from '../../time/clock.js';
import { type MessageValue, toWire } from '../definitions/message-value.js';
import type { Kwargs } from '../message.js';
import { readCommandInfo, readListedRoom } from './client-answers.js';
import { ClientLink, type ClientLinkOptions, type RoomNews, type WaitOptions } from './client-link.js';
import type { Wanted } from './inbox.js';
import { KwargsReader } from './kwargs-reader.js';
import type { Listener } from './listeners.js';
import {
  type AnswerOptions,
  Room,
  type RoomPeer,
  type RoomSendOptions,
  type RouteOptions,
  type SentContent,
} from './room.js';
import type { RoomMessage } from './room-message.js';
import type { CommandInfo, ListedRoom, RoomMember, RoomWish, Values, VariableWish } from './room-types.js';
import { readMember, wireValue, wireValues, wireWish } from './wire.js';

const defaultAnswerMs = 5000;

export type RoomClientOptions = ClientLinkOptions & {
  /** Shows who it is. */
  readonly token: string;
};

/** What is asked: how, given its token, and whose answer counts. */
type Question = { readonly send: (correlation: string) => Promise<void>; readonly isOf: Wanted };

/** Every method that asks the server rejects with RemoteError, whose code says why it refused, or with what ended the connection. */
export class RoomClient implements RoomPeer {
  /** The server's message of the day. */
  readonly motd: string | undefined;
  readonly #options: ClientLinkOptions;
  readonly #link: ClientLink;
  readonly #rooms = new Map<string, Room>();
  #me: RoomMember;
  #asked = 0;

  private constructor(link: ClientLink, options: ClientLinkOptions, entered: KwargsReader) {
    this.#link = link;
    this.#options = options;
    this.#me = readMember(entered.object('you'));
    this.motd = entered.optionalText('motd');
    link.onNews((news) => this.#follow(news));
    void link.closed.then(() => {
      for (const room of this.#rooms.values()) room.end();
    });
  }

  /**
   * Says who it is; the connection is closed when that fails.
   * @throws RemoteError with the server's code, RequestTimeoutError (5 s unless told otherwise), CancelledError,
   * DisconnectedError.
   */
  static async enter(options: RoomClientOptions & WaitOptions): Promise<RoomClient> {
    const { token, timeoutMs = defaultAnswerMs, signal, connection } = options;
    const link = new ClientLink(options);
    try {
      const answer = await link.request('room_enter', { token }, { timeoutMs, signal });
      return new RoomClient(link, options, new KwargsReader('the answer to room_enter', answer));
    } catch (error) {
      connection.close('it could not enter');
      throw error;
    }
  }

  /** Oneself. */
  get me(): RoomMember {
    return this.#me;
  }

  /** Those it is in. */
  get rooms(): readonly Room[] {
    return [...this.#rooms.values()];
  }

  /** Resolves, never rejects, with why nothing comes any more, this client's own `close` included. */
  get closed(): Promise<StarlingError> {
    return this.#link.closed;
  }

  /** Messages that were neither received nor had a callback, and had to make room for newer ones. */
  get dropped(): number {
    return this.#link.inbox.dropped;
  }

  /** Makes the room where there is none. Resolves when it is known who is in it, and all last values. */
  async join(room: string, wish: RoomWish = {}): Promise<Room> {
    const { isHidden = false, closesWithOwner = false } = wish;
    await this.#link.request('room_join', { room, hidden: isHidden, closes_with_owner: closesWithOwner });
    const joined = this.#rooms.get(room);
    if (joined) return joined;
    throw new RefusedError('not_in_room', `put out of the room "${room}" as soon as it was joined`);
  }

  /** The rooms that can be joined and are not hidden, and those it is in. */
  async list(): Promise<readonly ListedRoom[]> {
    const answer = new KwargsReader('the answer to room_list', await this.#link.request('room_list'));
    return answer.objects('rooms').map(readListedRoom);
  }

  /** A new name for oneself. */
  async rename(name: string): Promise<void> {
    const answer = await this.#link.request('rename', { name });
    this.#me = readMember(new KwargsReader('the answer to rename', answer).object('you'));
    this.#link.views.replaceMember(this.#me);
  }

  /** One's own variables, for all who share a room. */
  async setVariables(values: Values): Promise<void> {
    await this.#link.request('set_own_variables', { values: wireValues(values) });
    this.#link.views.changeMember(this.#me.id, values);
  }

  /** Last values of a member that shares a room; one's own as well. */
  variablesOf(memberId: string): ReadonlyMap<string, MessageValue> {
    return this.#link.views.variablesOf(memberId);
  }

  /** The server's commands. */
  async commands(): Promise<readonly CommandInfo[]> {
    const answer = await this.#link.request('room_commands');
    return new KwargsReader('the answer to room_commands', answer).objects('commands').map(readCommandInfo);
  }

  /** Runs one of them. @returns What it gives; null for nothing. */
  async run(name: string, args: Values = {}, options: AnswerOptions = {}): Promise<MessageValue> {
    const answer = await this.#link.request('room_command', { name, args: wireValues(args) }, options);
    return new KwargsReader('the answer to room_command', { answer }).value('answer');
  }

  /** @returns The time to the server and back, ms. @throws RequestTimeoutError (5 s unless told otherwise). */
  async ping({ timeoutMs = defaultAnswerMs }: WaitOptions = {}): Promise<number> {
    const { clock, connection } = this.#options;
    const sentMs = clock.monotonicMs();
    await connection.getResponse('ping', { kwargs: { sent: clock.utcMs() / 1000 }, timeoutMs });
    return clock.monotonicMs() - sentMs;
  }

  /** Directly: to one who shares a room, came in the same way, or is a drone. */
  async sendPrivate(
    to: string,
    content: SentContent,
    options: RoomSendOptions & RouteOptions = {},
  ): Promise<void> {
    const kwargs = { to, room: options.room ?? null, ...this.#contentOf(content, options) };
    await this.#link.request('private_send', kwargs, options);
  }

  /**
   * Sends a private message and waits for the one that gives its token back: the answer of a drone or the server to a
   * command, or somebody's `reply`.
   * @throws RequestTimeoutError (5 s unless told otherwise), CancelledError; else as all methods.
   */
  async ask(
    to: string,
    content: SentContent,
    options: AnswerOptions & RouteOptions = {},
  ): Promise<RoomMessage> {
    const send = (correlation: string) => this.sendPrivate(to, content, { ...options, correlation });
    const isOf: Wanted = ({ from }) => from === undefined || from.id === to;
    return this.#answered(`ask ${content.name ?? to}`, { send, isOf }, options);
  }

  /** Answers a message to its sender alone. @throws RefusedError when the server sent it. */
  async reply(message: RoomMessage, content: SentContent): Promise<void> {
    const { from, room, correlation } = message;
    if (from === undefined) throw new RefusedError('no_sender', 'nobody can be answered: the server sent it');
    await this.sendPrivate(from.id, content, { room, correlation });
  }

  /**
   * The next message of the name, of one of the names, or (undefined) any; what came earlier and was not asked for comes
   * first. Callbacks get it as well.
   * @throws RequestTimeoutError, CancelledError; whatever ended the connection.
   */
  receive(names?: string | readonly string[], options: WaitOptions = {}): Promise<RoomMessage> {
    const wanted = typeof names === 'string' ? [names] : names;
    const isWanted: Wanted = ({ name }) =>
      wanted === undefined || (name !== undefined && wanted.includes(name));
    return this.#link.wait(isWanted, `receive ${wanted?.join(', ') ?? 'a message'}`, options);
  }

  /** Calls back for each message of the name, or (undefined) each message, from now on. */
  onMessage(name: string | undefined, callback: Listener<RoomMessage>): Cancel {
    return this.#link.onMessage(name, callback);
  }

  /** Hears what happens beside messages, from now on. */
  onNews(listener: Listener<RoomNews>): Cancel {
    return this.#link.onNews(listener);
  }

  /** Ends the connection: who still waits gets an error. */
  close(): void {
    this.#link.end(new DisconnectedError('this client was closed'));
    this.#options.connection.close('closed');
  }

  /** `Room.send`, by the room's name. */
  async sendToRoom(
    room: string,
    content: SentContent,
    options: RoomSendOptions & { readonly echo: boolean },
  ): Promise<void> {
    const kwargs = { room, echo: options.echo, ...this.#contentOf(content, options) };
    await this.#link.request('room_send', kwargs, options);
  }

  /** `Room.command`, by the room's name. */
  async command(room: string, value: MessageValue, options: AnswerOptions = {}): Promise<RoomMessage> {
    const send = (correlation: string) =>
      this.sendToRoom(room, { value }, { ...options, correlation, echo: false });
    const isOf: Wanted = ({ from }) => from === undefined;
    return this.#answered(`a command to ${room}`, { send, isOf }, options);
  }

  /** `Room.kick`, by the room's name. */
  async kick(room: string, member: string): Promise<void> {
    await this.#link.request('room_kick', { room, member });
  }

  /** Of `Room`, by the room's name. */
  async changeVariable(room: string, wish: VariableWish): Promise<void> {
    await this.#link.request('set_variable', { room, ...wireWish(wish) });
  }

  /** `Room.leave`, by the room's name. */
  async leave(room: string): Promise<void> {
    await this.#link.request('room_leave', { room });
  }

  /** Sends with a token of its own, and waits for the message that gives it back. */
  async #answered(what: string, { send, isOf }: Question, options: AnswerOptions): Promise<RoomMessage> {
    this.#asked += 1;
    const correlation = `${this.#me.id}/${this.#asked}`;
    const { timeoutMs = defaultAnswerMs, signal } = options;
    const giveUp = new AbortController();
    const onAbort = () => giveUp.abort();
    signal?.addEventListener('abort', onAbort, { once: true });
    const isWanted: Wanted = (message) => message.correlation === correlation && isOf(message);
    const answer = this.#link.wait(isWanted, what, { timeoutMs, signal: giveUp.signal });
    // Whichever fails first is told; the other must not end the program.
    answer.catch(() => undefined);
    try {
      await send(correlation);
      return await answer;
    } finally {
      giveUp.abort();
      signal?.removeEventListener('abort', onAbort);
    }
  }

  #contentOf({ name, value }: SentContent, { correlation }: RoomSendOptions): Kwargs {
    const { definitions } = this.#options;
    const isTyped = name !== undefined && definitions !== undefined;
    const sent = isTyped ? definitions.fit(name, value) : value;
    return {
      name: name ?? null,
      value: toWire(sent, name ?? 'the message'),
      correlation: correlation === undefined ? null : wireValue(correlation),
    };
  }

  #follow(news: RoomNews): void {
    if (news.type === 'entered') {
      const { name } = news.room;
      const view = this.#link.views.get(name);
      if (view) this.#rooms.set(name, new Room(this, view));
    }
    if (news.type !== 'removed') return;
    this.#rooms.get(news.room.name)?.end();
    this.#rooms.delete(news.room.name);
  }
}
