/** Conversations of the port over a real hub, with wires of memory: what each client was sent, and how it was closed. */

import { Conversation } from '../../../../server/gateways/cloudlink/conversation.js';
import { Directory, memberIdOf } from '../../../../server/gateways/cloudlink/directory.js';
import { Encodings } from '../../../../server/gateways/cloudlink/encodings.js';
import { LineBatch } from '../../../../server/gateways/cloudlink/line-batch.js';
import type { Settings, Shared, Wire } from '../../../../server/gateways/cloudlink/visit.js';
import { Switchboard } from '../../../../server/gateways/switchboard.js';
import type { HubConfig } from '../../../../server/hub/policies.js';
import { FakeClock } from '../../../support/fake-clock.js';

export type RigOptions = Partial<Settings> & { readonly hub?: HubConfig };

export class Rig {
  readonly clock = new FakeClock();
  readonly board: Switchboard;
  readonly errors: string[] = [];
  readonly #shared: Shared;
  #count = 0;

  constructor({ hub, ...settings }: RigOptions = {}) {
    this.board = new Switchboard(this.clock, hub);
    this.board.hub.listen('rig', (event) => {
      if (event.type === 'error') this.errors.push(`${event.source}: ${event.text}`);
    });
    this.#shared = {
      ...{ hub: this.board.hub, clock: this.clock, directory: new Directory() },
      ...{ encodings: new Encodings(), batch: new LineBatch(this.clock) },
      settings: {
        ...{ motd: undefined, warnIfMultipleUsernameMatches: true, scratch: 'strict', needsUserAgent: false },
        ...settings,
      },
    };
  }

  connect(options: { readonly bringsLogin?: boolean } = {}): Peer {
    this.#count += 1;
    return new Peer(this.board, this.#shared, { number: this.#count, ...options });
  }

  /** A CL4 client that has said something and, with a name, set it; what it was told is forgotten. */
  cl4(name?: string): Peer {
    const peer = this.connect();
    peer.say({ cmd: 'ping' });
    if (name !== undefined) peer.say({ cmd: 'setid', val: name });
    peer.take();
    return peer;
  }

  /** A Scratch client after its handshake; what it was told is forgotten. */
  scratch(project: string, user = 'ada'): Peer {
    const peer = this.connect();
    peer.say({ method: 'handshake', user, project_id: project });
    peer.take();
    return peer;
  }
}

export class Peer implements Wire {
  readonly user: { readonly id: string; readonly uuid: string };
  readonly memberId: string;
  readonly #board: Switchboard;
  readonly #shared: Shared;
  readonly #conversation: Conversation;
  #sent: string[] = [];
  closed: { readonly code: number; readonly reason: string } | undefined;

  constructor(
    board: Switchboard,
    shared: Shared,
    making: { readonly number: number; readonly bringsLogin?: boolean },
  ) {
    this.#board = board;
    this.#shared = shared;
    const handles = { snowflake: `10${making.number}`, uuid: `uuid-${making.number}` };
    this.user = { id: handles.snowflake, uuid: handles.uuid };
    this.memberId = memberIdOf(handles);
    this.#conversation = new Conversation({
      ...shared,
      ...{
        memberId: this.memberId,
        address: '192.0.2.7',
        bringsLogin: making.bringsLogin ?? false,
        userAgent: undefined,
        wire: this,
      },
      ask: (sizeBytes, correlation) => board.ask(this.memberId, sizeBytes, correlation),
    });
    const arrival = { id: this.memberId, gateway: 'cloudlink', address: '192.0.2.7' };
    const { denied } = board.connect(arrival, {
      hear: (delivery) => this.#conversation.hear(delivery),
      end: ({ reason }) => this.#conversation.end(reason),
    });
    if (denied) throw new Error(denied.reason);
    shared.directory.add(handles);
  }

  /** The user object that others see. */
  as(username: string): object {
    return { id: this.user.id, username, uuid: this.user.uuid };
  }

  say(message: object | string, isBinary = false): number {
    const text = typeof message === 'string' ? message : JSON.stringify(message);
    return this.#conversation.take({ text, isBinary, sizeBytes: Buffer.byteLength(text) });
  }

  /** The texts that it was sent since the last time. */
  take(): readonly string[] {
    const sent = this.#sent;
    this.#sent = [];
    return sent;
  }

  /** The same as objects. */
  told(): readonly unknown[] {
    return this.take().map((text): unknown => JSON.parse(text));
  }

  /** Says it, and what it is told at once. */
  ask(message: object | string): readonly unknown[] {
    this.say(message);
    return this.told();
  }

  leave(): void {
    this.#shared.directory.remove({ snowflake: this.user.id, uuid: this.user.uuid });
    this.#board.disconnect(this.memberId, 'left');
  }

  send(frame: Uint8Array): void {
    if (this.closed === undefined) this.#sent.push(new TextDecoder().decode(frame));
  }

  sendSlowly(frames: Iterator<Uint8Array>): void {
    for (let next = frames.next(); !next.done; next = frames.next()) this.send(next.value);
  }

  close(code: number, reason: string): void {
    if (this.closed !== undefined) return;
    this.closed = { code, reason };
    this.leave();
  }
}
