/** One joined room as a program sees it: who is in it, its last values, and what can be done in it. Knows no wire. */

import { RefusedError } from '../../errors.js';
import type { SentValue } from '../definitions/message-definitions.js';
import type { MessageValue } from '../definitions/message-value.js';
import type { RoomMessage } from './room-message.js';
import type { RoomInfo, RoomMember, VariableWish } from './room-types.js';
import type { RoomView } from './room-views.js';

export type RoomSendOptions = {
  /** Comes with one's own copy, and with a private message; whoever answers gives it back. */
  readonly correlation?: MessageValue | undefined;
  /** Default: the connection's. */
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
};

/** `room`: through which both are; without it directly. */
export type RouteOptions = { readonly room?: string | undefined };

export type AnswerOptions = Omit<RoomSendOptions, 'correlation'>;

/** What a room needs of its client. */
export interface RoomPeer {
  sendToRoom(room: string, content: SentContent, options: RoomSendOptions & { echo: boolean }): Promise<void>;
  sendPrivate(to: string, content: SentContent, options: RoomSendOptions & RouteOptions): Promise<void>;
  ask(to: string, content: SentContent, options: AnswerOptions & RouteOptions): Promise<RoomMessage>;
  command(room: string, value: MessageValue, options: AnswerOptions): Promise<RoomMessage>;
  variablesOf(memberId: string): ReadonlyMap<string, MessageValue>;
  kick(room: string, memberId: string): Promise<void>;
  changeVariable(room: string, wish: VariableWish): Promise<void>;
  leave(room: string): Promise<void>;
}

/** A message without a name holds any value; one with a defined name has to fit. */
export type SentContent = { readonly name?: string | undefined; readonly value: SentValue };

/**
 * Kept up to date until `isOpen` is false: after leaving, being put out, or the end of the connection. Every method that
 * asks the server rejects with RemoteError, whose code and text say why it was refused, or whatever ended the connection.
 */
export class Room {
  readonly name: string;
  readonly #peer: RoomPeer;
  readonly #view: RoomView;
  #isOpen = true;

  constructor(peer: RoomPeer, view: RoomView) {
    this.name = view.info.name;
    this.#peer = peer;
    this.#view = view;
  }

  get info(): RoomInfo {
    return this.#view.info;
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** In the order they came. */
  get members(): readonly RoomMember[] {
    return [...this.#view.members.values()];
  }

  member(id: string): RoomMember | undefined {
    return this.#view.members.get(id);
  }

  /** Names need not be unique. */
  named(name: string): readonly RoomMember[] {
    return this.members.filter((member) => member.name === name);
  }

  /** Last values of the room. */
  get variables(): ReadonlyMap<string, MessageValue> {
    return this.#view.variables;
  }

  /** Last values of one in it. */
  variablesOf(memberId: string): ReadonlyMap<string, MessageValue> {
    return this.#peer.variablesOf(memberId);
  }

  /** To all others in it; to oneself too with `echo`. @throws MessageValueError when it does not fit. */
  send(
    name: string,
    value: SentValue = {},
    options: RoomSendOptions & { echo?: boolean } = {},
  ): Promise<void> {
    return this.#peer.sendToRoom(this.name, { name, value }, { ...options, echo: options.echo ?? false });
  }

  /** As `send`, without a name: `say('/cue red')`. */
  say(value: MessageValue, options: RoomSendOptions & { echo?: boolean } = {}): Promise<void> {
    return this.#peer.sendToRoom(this.name, { value }, { ...options, echo: options.echo ?? false });
  }

  /** To one in it. */
  sendPrivate(to: string, content: SentContent, options: RoomSendOptions = {}): Promise<void> {
    return this.#peer.sendPrivate(to, content, { ...options, room: this.name });
  }

  /** As `RoomClient.ask`, through this room. */
  ask(to: string, content: SentContent, options: AnswerOptions = {}): Promise<RoomMessage> {
    return this.#peer.ask(to, content, { ...options, room: this.name });
  }

  /**
   * A command to a room of the fleet (`'/cue red'`, or an object with a key `command`): resolves with the server's answer.
   * @throws RequestTimeoutError (5 s unless told otherwise), CancelledError; else as all methods.
   */
  command(value: MessageValue, options: AnswerOptions = {}): Promise<RoomMessage> {
    return this.#peer.command(this.name, value, options);
  }

  /** For the room's owner and operators. */
  kick(memberId: string): Promise<void> {
    return this.#peer.kick(this.name, memberId);
  }

  /** Told to all others; `variables` has it when it resolves. */
  async setVariable(name: string, value: MessageValue): Promise<void> {
    await this.#peer.changeVariable(this.name, { kind: 'set', name, value });
  }

  async renameVariable(name: string, to: string): Promise<void> {
    await this.#peer.changeVariable(this.name, { kind: 'rename', name, to });
  }

  async deleteVariable(name: string): Promise<void> {
    await this.#peer.changeVariable(this.name, { kind: 'delete', name });
  }

  async leave(): Promise<void> {
    if (!this.#isOpen) throw new RefusedError('not_in_room', `not in the room "${this.name}" any more`);
    await this.#peer.leave(this.name);
  }

  /** Its client says: nothing comes of it any more. */
  end(): void {
    this.#isOpen = false;
  }
}
