/** What a Lacewing session does with each message of a client, as a pure verdict. Knows no line and no time. */
import { contentFault } from './content.js';
import { type LacewingClientMessage, type LacewingContent, lacewingRevision } from './messages.js';
import { nameFault } from './names.js';
import type { LacewingAsk, LacewingEvent } from './session-events.js';

export type SessionState = {
  readonly isConnected: boolean;
  readonly name: string | undefined;
  readonly channels: ReadonlySet<number>;
  readonly maxVariant: number;
};

export type Verdict =
  /** The session ends; the reason is said to the client. */
  | { readonly fatal: string }
  /** To be asked; with a denial, refused by the rules of the protocol alone. The id of a Connect is not known yet. */
  | { readonly ask: LacewingAsk; readonly denial?: string }
  | { readonly tell: LacewingEvent };

/** The verdict on one message, which came in a datagram when `isBlasted`. */
export function judge(message: LacewingClientMessage, isBlasted: boolean, state: SessionState): Verdict {
  if (message.type === 'connect') return judgeConnect(message.revision, state);
  if (!state.isConnected) return { fatal: 'The first message must be Connect.' };
  switch (message.type) {
    case 'setName':
      return askOrDeny({ type: 'nameAsked', name: message.name }, nameFault(message.name));
    case 'joinChannel': {
      const { name, isHidden, isAutoClose } = message;
      const fault = state.name === undefined ? 'Set a name first.' : nameFault(name);
      return askOrDeny({ type: 'joinAsked', name, isHidden, isAutoClose }, fault);
    }
    case 'leaveChannel': {
      const isIn = state.channels.has(message.channelId);
      const fault = isIn ? undefined : 'You are not in this channel.';
      return askOrDeny({ type: 'leaveAsked', channelId: message.channelId }, fault);
    }
    case 'listChannels':
      return { ask: { type: 'listAsked' } };
    case 'serverMessage':
    case 'channelMessage':
    case 'peerMessage':
      return judgeCarried(message, isBlasted, state);
    case 'channelMaster':
      return judgeMaster(message, state);
    case 'implementation':
      return { tell: { type: 'implementation', text: message.text } };
    default:
      return ignore(message.type === 'unknown' ? `a message of type ${message.code}` : message.type);
  }
}

function judgeConnect(revision: string, { isConnected }: SessionState): Verdict {
  const ask = { type: 'connectAsked', clientId: 0 } as const;
  if (isConnected) return { ask, denial: 'You are already connected.' };
  const isKnown = revision === lacewingRevision;
  return isKnown ? { ask } : { ask, denial: `Version mismatch: this server speaks ${lacewingRevision}.` };
}

function askOrDeny(ask: LacewingAsk, denial: string | undefined): Verdict {
  return denial === undefined ? { ask } : { ask, denial };
}

type Carried = Extract<LacewingClientMessage, { readonly content: LacewingContent }>;

function judgeCarried(message: Carried, isBlasted: boolean, state: SessionState): Verdict {
  const fault = contentFault(message.content, state.maxVariant);
  if (fault !== undefined) return ignore(fault);
  if (message.type !== 'serverMessage' && !state.channels.has(message.channelId))
    return ignore(`a message to channel ${message.channelId}, which it is not in`);
  return { tell: { ...message, isBlasted } };
}

function judgeMaster(
  { channelId, action, peerId }: Extract<LacewingClientMessage, { readonly type: 'channelMaster' }>,
  { channels }: SessionState,
): Verdict {
  if (action !== 0) return ignore(`the action ${action} of a channel's master`);
  if (!channels.has(channelId)) return ignore(`a kick from channel ${channelId}, which it is not in`);
  return { tell: { type: 'kickAsked', channelId, peerId } };
}

function ignore(what: string): Verdict {
  return { tell: { type: 'ignored', what } };
}
