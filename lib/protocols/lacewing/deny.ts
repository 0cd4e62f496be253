/** The denial that belongs to each question of a Lacewing client. Knows no session. */
import type { LacewingServerMessage } from './messages.js';
import { cutName } from './names.js';
import type { LacewingAsk } from './session-events.js';

/** The answer with the reason; a name that is too long for an answer is cut. */
export function denialOf(ask: LacewingAsk, reason: string): LacewingServerMessage {
  switch (ask.type) {
    case 'connectAsked':
      return { type: 'connectDenied', reason };
    case 'nameAsked':
      return { type: 'nameDenied', name: cutName(ask.name), reason };
    case 'joinAsked':
      return { type: 'joinDenied', name: cutName(ask.name), reason };
    case 'leaveAsked':
      return { type: 'leaveDenied', channelId: ask.channelId, reason };
    case 'listAsked':
      return { type: 'listDenied', reason };
  }
}
