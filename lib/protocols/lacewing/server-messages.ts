/** The messages of a Lacewing server as frames. Knows no stream; they are read in `read-server-message.ts`. */
import { Buffer } from 'node:buffer';
import { lastText, shortText, u8, u16 } from './fields.js';
import type { LacewingFrame } from './frames.js';
import type { LacewingContent, LacewingPeer, LacewingServerMessage } from './messages.js';

export const serverCodes = {
  response: 0,
  serverMessage: 1,
  channelMessage: 2,
  peerMessage: 3,
  serverChannelMessage: 4,
  peer: 9,
  udpWelcome: 10,
  ping: 11,
  implementationRequest: 12,
} as const;

/** What an Object message has more in its code than the Binary one; clients count otherwise. */
export const serverObjectOffset = 4;

export const responses = {
  connect: 0,
  setName: 1,
  joinChannel: 2,
  leaveChannel: 3,
  listChannels: 4,
} as const;

/** The bit of a peer's flags, and of those of a join, that says master. */
export const masterFlag = 1;

/** @throws CorruptFrameError for a name of more than 255 bytes, and for an id or subchannel that does not fit. */
export function writeServerMessage(message: LacewingServerMessage): LacewingFrame {
  switch (message.type) {
    case 'serverMessage':
      return carry(serverCodes.serverMessage, message.content);
    case 'channelMessage':
    case 'peerMessage':
      return carry(serverCodes[message.type], message.content, u16(message.channelId), u16(message.senderId));
    case 'serverChannelMessage':
      return carry(serverCodes.serverChannelMessage, message.content, u16(message.channelId));
    case 'peer': {
      const { id, name, isMaster } = message.peer;
      return plain(serverCodes.peer, u16(message.channelId), u16(id), flags(isMaster), lastText(name));
    }
    case 'peerLeft':
      return plain(serverCodes.peer, u16(message.channelId), u16(message.peerId));
    case 'udpWelcome':
    case 'ping':
    case 'implementationRequest':
      return plain(serverCodes[message.type]);
    case 'unknown':
      return message;
    default:
      return plain(serverCodes.response, ...responseFields(message));
  }
}

type Response = Extract<
  LacewingServerMessage,
  { readonly type: `${string}${'Accepted' | 'Denied' | 'Joined'}` | 'channelLeft' | 'channelList' }
>;

function responseFields(message: Response): readonly Uint8Array[] {
  switch (message.type) {
    case 'connectAccepted':
      return [...success(responses.connect), u16(message.clientId), lastText(message.welcome)];
    case 'connectDenied':
      return [...failure(responses.connect), lastText(message.reason)];
    case 'nameAccepted':
      return [...success(responses.setName), shortText(message.name)];
    case 'nameDenied':
      return [...failure(responses.setName), shortText(message.name), lastText(message.reason)];
    case 'channelJoined': {
      const { isMaster, name, channelId, peers } = message;
      const head = [flags(isMaster), shortText(name), u16(channelId)];
      return [...success(responses.joinChannel), ...head, ...peers.flatMap(peerFields)];
    }
    case 'joinDenied':
      return [...failure(responses.joinChannel), shortText(message.name), lastText(message.reason)];
    case 'channelLeft':
      return [...success(responses.leaveChannel), u16(message.channelId)];
    case 'leaveDenied':
      return [...failure(responses.leaveChannel), u16(message.channelId), lastText(message.reason)];
    case 'channelList':
      return [
        ...success(responses.listChannels),
        ...message.channels.flatMap(({ peerCount, name }) => [u16(peerCount), shortText(name)]),
      ];
    case 'listDenied':
      return [...failure(responses.listChannels), lastText(message.reason)];
  }
}

function peerFields({ id, isMaster, name }: LacewingPeer): readonly Uint8Array[] {
  return [u16(id), flags(isMaster), shortText(name)];
}

function success(kind: number): readonly Uint8Array[] {
  return [u8(kind), u8(1)];
}

function failure(kind: number): readonly Uint8Array[] {
  return [u8(kind), u8(0)];
}

function flags(isMaster: boolean): Uint8Array {
  return u8(isMaster ? masterFlag : 0);
}

function plain(code: number, ...fields: readonly Uint8Array[]): LacewingFrame {
  return { code, variant: 0, body: Buffer.concat(fields) };
}

function carry(binaryCode: number, content: LacewingContent, ...ids: readonly Uint8Array[]): LacewingFrame {
  const { variant, subchannel, isObject, data } = content;
  const code = isObject ? binaryCode + serverObjectOffset : binaryCode;
  return { code, variant, body: Buffer.concat([u8(subchannel), ...ids, data]) };
}
