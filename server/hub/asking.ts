/** What holds for every question to the hub: who asks is there, may ask by now, and not too much. Knows no question. */

import { Buffer } from 'node:buffer';
import type { HookChain } from './hooks.js';
import { type Ask, type Denied, deny, type Outcome } from './hub-types.js';
import { foldName, type MemberBook, type MemberEntry } from './member-book.js';
import type { Outbox } from './outbox.js';
import type { HubLimits, Policies } from './policies.js';
import type { RoomBook } from './room-book.js';

/** What the parts of the hub share. */
export type HubParts = {
  readonly members: MemberBook;
  readonly rooms: RoomBook;
  readonly hooks: HookChain;
  readonly outbox: Outbox;
  readonly policies: Policies;
};

export function limitsOf(parts: HubParts, entry: MemberEntry): HubLimits {
  return parts.policies.of(entry.info.gateway).limits;
}

/** The member that asks, at whatever stage; what it asks is counted, and not served when it is too much. */
export function chargedAsker(parts: HubParts, ask: Ask): Outcome<{ asker: MemberEntry }> {
  const asker = parts.members.get(ask.by);
  if (asker === undefined) return deny('not_connected', `there is no member ${ask.by}`);
  if (asker.door === undefined)
    return deny('not_allowed', 'drones ask nothing here: the fleet speaks for them');
  const { maxMessageBytes } = limitsOf(parts, asker);
  if (ask.sizeBytes > maxMessageBytes)
    return deny('too_large', `${ask.sizeBytes} bytes in one message: at most ${maxMessageBytes} are taken`);
  if (ask.isCounted) return { asker };
  const retryAfterMs = Math.max(
    asker.messages.waitMs(1, ask.nowMs),
    asker.bytes.waitMs(ask.sizeBytes, ask.nowMs),
    busyMs(asker, ask),
  );
  if (retryAfterMs > 0) {
    const reason = `too many messages or bytes: wait ${retryAfterMs} ms`;
    return { denied: { code: 'too_fast', reason, retryAfterMs } };
  }
  asker.messages.take(1);
  asker.bytes.take(ask.sizeBytes);
  return { asker };
}

/** Nobody waits who acts, or has not said yet what it is: that has a time limit. */
function busyMs({ info, isIdentified }: MemberEntry, ask: Ask): number {
  return isIdentified && info.role !== 'operator' ? (ask.busyMs ?? 0) : 0;
}

/** The member that asks, when it has said all that its gateway wants to know first. */
export function admittedAsker(parts: HubParts, ask: Ask): Outcome<{ asker: MemberEntry }> {
  const charged = chargedAsker(parts, ask);
  if (charged.denied) return charged;
  const { asker } = charged;
  if (!asker.isIdentified) return deny('not_identified', 'say first which protocol you speak');
  if (!asker.isLoggedIn && parts.policies.of(asker.info.gateway).needsLogin)
    return deny('login_required', 'log in first');
  return { asker };
}

/** Whether it was not disconnected while somebody else was asked. */
export function isStillThere(parts: HubParts, entry: MemberEntry): boolean {
  return parts.members.get(entry.info.id) === entry;
}

/** What a member is told that was disconnected while a hook was asked about it. */
export function goneMeanwhile(entry: MemberEntry): Denied {
  return deny('not_connected', `member ${entry.info.id} was disconnected meanwhile`);
}

/** Why a member or a room can not be called so for its length, if it can not. */
export function longName(name: string, { maxNameBytes }: HubLimits): Denied | undefined {
  const bytes = Buffer.byteLength(name);
  if (bytes <= maxNameBytes) return undefined;
  return deny('bad_name', `a name of ${bytes} bytes: at most ${maxNameBytes} are taken`);
}

/** Whether `asker` must not be called `name` beside `other`. */
export function clashes(parts: HubParts, asker: MemberEntry, name: string, other: MemberEntry): boolean {
  const { nameClash } = parts.policies.of(asker.info.gateway);
  if (other.info.name === undefined || nameClash === 'allowed') return false;
  return nameClash === 'exact' ? other.info.name === name : foldName(other.info.name) === foldName(name);
}

export function nameTaken(name: string): Denied {
  return deny('name_taken', `the name "${name}" is taken`);
}

export function shareRoom(one: MemberEntry, other: MemberEntry): boolean {
  for (const room of one.rooms) if (other.rooms.has(room)) return true;
  return false;
}
