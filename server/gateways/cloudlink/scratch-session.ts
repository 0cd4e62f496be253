/** One Scratch client: obeys its messages by either server's rules. Knows no socket; others hear of it through the hub. */
import { Buffer } from 'node:buffer';
import type { JsonValue, Packet } from '../../../lib/protocols/cloudlink/index.js';
import {
  isScratchMessage,
  isStrictValue,
  type LooseMessage,
  readLoose,
  readStrict,
  type StrictMessage,
  scratchCloseCodes,
  scratchSecurityWarning,
} from '../../../lib/protocols/scratch-cloud/index.js';
import type { Delivery } from '../../hub/deliveries.js';
import type { Denial } from '../../hub/hub-types.js';
import type { Incoming, Session } from './conversation.js';
import { correlationOf } from './scratch-ear.js';
import { ScratchRoom } from './scratch-room.js';
import type { Visit } from './visit.js';

type LooseUpdate = Extract<LooseMessage, { readonly newName: string | undefined }>;

export class ScratchSession implements Session {
  readonly #visit: Visit;
  readonly #room: ScratchRoom;

  /** It has just been identified. */
  constructor(visit: Visit) {
    this.#visit = visit;
    this.#room = new ScratchRoom(visit);
  }

  hear(delivery: Delivery): void {
    this.#room.hear(delivery);
  }

  tooLarge(reason: string): void {
    this.#violated(reason);
  }

  failed(): void {
    this.#violated('internal server error');
  }

  end(reason: string): void {
    this.#violated(reason);
  }

  take(packet: Packet, { isBinary, sizeBytes }: Omit<Incoming, 'text'>): void {
    this.#room.begin(sizeBytes);
    if (this.#visit.bringsLogin) this.#warn();
    else if (this.#visit.settings.needsUserAgent && !this.#visit.userAgent)
      this.#visit.wire.close(scratchCloseCodes.unidentified, 'say in a User-Agent header what you are');
    else if (this.#visit.settings.scratch === 'cloudlink') this.#takeLoosely(packet);
    else if (!isBinary) this.#takeStrictly(packet);
  }

  /** Whoever wrote the client must learn of it. */
  #warn(): void {
    this.#visit.wire.send(Buffer.from(scratchSecurityWarning));
    this.#visit.wire.close(scratchCloseCodes.security, 'closed for your security');
  }

  #takeStrictly(packet: Packet): void {
    const { name: joined } = this.#room;
    if (packet.kind !== 'object') this.#violated('not an object of JSON');
    else this.#obeyStrictly(readStrict(packet.object), joined !== undefined);
  }

  #obeyStrictly(message: StrictMessage, isJoined: boolean): void {
    if (message.kind === 'violation') this.#visit.wire.close(message.code, message.reason);
    else if (message.kind === 'handshake') {
      if (isJoined) this.#violated('a second handshake');
      else this.#room.enter(message.user, message.room);
    } else if (!isJoined) this.#violated('a handshake must come first');
    else if (message.kind === 'set') this.#set(message.name, message.value);
  }

  #set(name: string, value: JsonValue | undefined): void {
    if (this.#room.isFleets) this.#cue(name, value);
    else if (isStrictValue(value)) {
      const denied = this.#room.change({ wish: { kind: 'set', name, value } });
      if (denied?.code === 'variables_full') this.#violated(denied.reason);
      else this.#report(denied, name);
    }
  }

  #violated(reason: string): void {
    this.#visit.wire.close(scratchCloseCodes.generic, reason);
  }

  #takeLoosely(packet: Packet): void {
    if (packet.kind === 'noObject') this.#visit.wire.close(1000, '');
    else if (packet.kind === 'object' && isScratchMessage(packet.object)) {
      const isHandshake = packet.object.method === 'handshake';
      const isJoined = this.#room.name !== undefined;
      if (isHandshake !== isJoined) this.#obeyLoosely(readLoose(packet.object));
    }
  }

  #obeyLoosely(message: LooseMessage): void {
    const { wire } = this.#visit;
    if (message.kind === 'violation') {
      wire.send(Buffer.from(message.text));
      wire.close(message.code, message.reason);
    } else if (message.kind === 'handshake') this.#room.enter(message.user, message.room);
    else if (message.kind === 'ignored') return;
    else if (message.room !== this.#room.name)
      wire.close(scratchCloseCodes.unavailable, `Invalid room ID: ${message.room}`);
    else if (!this.#room.isFleets) this.#update(message);
    else if (message.kind === 'set') this.#cue(message.name, message.value);
  }

  #update(message: LooseUpdate): void {
    const denied = this.#change(message);
    if (denied?.code !== 'variable_unknown') this.#report(denied, message.name);
  }

  /** Everybody gets a copy, the sender too. */
  #change({ kind, name, newName, value }: LooseUpdate): Denial | undefined {
    switch (kind) {
      case 'delete':
        return this.#room.change({ wish: { kind, name }, echo: true });
      case 'rename':
        return newName === undefined ? undefined : this.#rename(name, newName);
      case 'set':
      case 'create': {
        if (value === undefined) return undefined;
        const post = {
          wish: { kind: 'set', name, value },
          echo: true,
          dropUnchanged: kind === 'set',
        } as const;
        return this.#room.change(post, correlationOf(kind));
      }
    }
  }

  /** What was not there is there afterwards, and empty. */
  #rename(name: string, newName: string): Denial | undefined {
    const denied = this.#room.change({ wish: { kind: 'rename', name, to: newName }, echo: true });
    if (denied?.code !== 'variable_unknown') return denied;
    const wish = { kind: 'set', name: newName, value: '' } as const;
    return this.#room.change({ wish, echo: true }, correlationOf('rename', name));
  }

  #cue(name: string, value: JsonValue | undefined): void {
    if (typeof value === 'string' || typeof value === 'number') this.#room.fireCue(name, value);
  }

  #report(denied: Denial | undefined, name: string): void {
    if (denied !== undefined) this.#room.report(`variable "${name}": ${denied.reason}`);
  }
}
