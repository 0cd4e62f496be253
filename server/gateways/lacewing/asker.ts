/** How a client of the Lacewing gateway asks the hub, and how it is told no. Knows no question. */
import {
  type LacewingContent,
  type LacewingEvent,
  type LacewingSession,
  makeContent,
} from '../../../lib/protocols/lacewing/index.js';
import type { Ask, Denial, DenialCode } from '../../hub/hub-types.js';
import { retryAfterMs } from '../inlet.js';
import type { House } from './house.js';

/** An event of the session, by its type. */
export type Told<Type extends LacewingEvent['type']> = Extract<LacewingEvent, { readonly type: Type }>;

type Denials = { readonly denied?: Denial | undefined };

/** Nobody is told of these: who has just left, or was never there, is no news to the sender. */
const quietCodes: ReadonlySet<DenialCode> = new Set(['not_in_room', 'member_unknown', 'not_connected']);

/** What came over the wire for an event beside its data, bytes: about. */
export const headBytes = 8;

export class Asker {
  readonly house: House;
  readonly memberId: string;
  readonly session: LacewingSession;

  constructor(house: House, memberId: string, session: LacewingSession) {
    this.house = house;
    this.memberId = memberId;
    this.session = session;
  }

  ask(sizeBytes = headBytes): Ask {
    return this.house.board.ask(this.memberId, sizeBytes);
  }

  askFor({ data }: LacewingContent): Ask {
    return this.ask(headBytes + data.length);
  }

  /** Counts what reaches no question to the hub. */
  charge(sizeBytes = headBytes): number {
    return retryAfterMs(this.house.board.hub.charge(this.ask(sizeBytes)));
  }

  /** To a question that waits for an answer; one that was too early is not answered yet. */
  deny(denied: Denial): number {
    const waitMs = retryAfterMs({ denied });
    if (waitMs === 0) this.session.deny(denied.reason);
    return waitMs;
  }

  /** Of a rule of this gateway, so that it is counted. */
  denyAs(code: DenialCode, reason: string): number {
    return this.charge() || this.deny({ code, reason });
  }

  /** To what the protocol has no answer for. */
  told({ denied }: Denials, isBlasted = false): number {
    const waitMs = retryAfterMs({ denied });
    if (denied === undefined || isBlasted) return waitMs;
    return waitMs > 0 ? waitMs : this.warn(denied.code, denied.reason);
  }

  warn(code: DenialCode, reason: string): number {
    if (!quietCodes.has(code)) this.session.deliver({ type: 'serverMessage', content: makeContent(reason) });
    return 0;
  }
}
