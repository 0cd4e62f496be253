/** How the commands of one CL4 member ask the hub and answer the client. Knows no command. */
import { Buffer } from 'node:buffer';
import {
  type Cl4Message,
  type Listener,
  type ServerMessage,
  type StatusExtras,
  type StatusId,
  statusDetails,
  statusMessage,
  type UserObject,
  writeJson,
} from '../../../lib/protocols/cloudlink/index.js';
import type { Ask, Denial, DenialCode, Member } from '../../hub/hub-types.js';
import { userOf } from './directory.js';
import type { Visit } from './visit.js';

/** What the client is told of a denial; all others are E:108. */
const statuses: { readonly [code in DenialCode]?: StatusId } = {
  already_logged_in: 107,
  command_disabled: 110,
  id_taken: 112,
  login_required: 111,
  member_unknown: 103,
  name_taken: 112,
  too_large: 113,
};

export class Cl4Voice {
  readonly visit: Visit;
  #sizeBytes = 0;

  constructor(visit: Visit) {
    this.visit = visit;
  }

  /** A message of this size is being answered. */
  begin(sizeBytes: number): void {
    this.#sizeBytes = sizeBytes;
  }

  /** Part of the message that is being answered; it was charged as a whole. */
  ask(listener?: Listener): Ask {
    return { ...this.visit.ask(this.#sizeBytes, listener), isCounted: true };
  }

  /** Undefined: it has left. */
  get self(): Member | undefined {
    return this.visit.hub.member(this.visit.memberId);
  }

  get user(): UserObject {
    return userOf(this.self ?? { id: this.visit.memberId, name: undefined });
  }

  say(message: ServerMessage): void {
    this.visit.wire.send(Buffer.from(writeJson(message)));
  }

  /** `message`: the one that is answered, whose listener goes back. */
  status(id: StatusId, message?: Cl4Message, extras: StatusExtras = {}): void {
    this.say(statusMessage(id, { ...extras, listener: message?.listener }));
  }

  deny({ code, reason }: Denial, message: Cl4Message): void {
    this.status(statuses[code] ?? 108, message, { details: reason });
  }

  /** As `deny`, of a question about a room. */
  denyAt(room: string, denial: Denial, message: Cl4Message): void {
    if (denial.code !== 'not_in_room') this.deny(denial, message);
    else this.status(115, message, { details: statusDetails.roomNotJoined(room) });
  }

  /** Whether it has a username; if not, it is told that this needs one. */
  hasName(message: Cl4Message): boolean {
    if (this.self?.name !== undefined) return true;
    this.status(111, message, { details: statusDetails.usernameRequired });
    return false;
  }
}
