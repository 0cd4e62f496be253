/** What the frames of a Lacewing server say, those of the servers that stray from the letter too. Knows no stream. */
import { FieldReader, readUtf8 } from './fields.js';
import type { LacewingFrame } from './frames.js';
import type {
  LacewingContent,
  LacewingListedChannel,
  LacewingPeer,
  LacewingServerMessage,
} from './messages.js';
import { masterFlag, responses, serverCodes, serverObjectOffset } from './server-messages.js';

/**
 * What a server's frame says. Bytes behind the fields are ignored; a type or response that is not known is `unknown`.
 * @throws CorruptFrameError when fields are missing.
 */
export function readServerMessage(frame: LacewingFrame): LacewingServerMessage {
  const { code, variant, body } = frame;
  switch (code) {
    case serverCodes.response:
      return readResponse(frame);
    case serverCodes.peer:
      return readPeer(new FieldReader(body, 'peer'));
    case serverCodes.udpWelcome:
      return { type: 'udpWelcome' };
    case serverCodes.ping:
      return { type: 'ping' };
    case serverCodes.implementationRequest:
      return { type: 'implementationRequest' };
    default:
      return code <= serverCodes.serverChannelMessage + serverObjectOffset
        ? readCarried(code, variant, new FieldReader(body, 'message'))
        : { type: 'unknown', code, variant, body };
  }
}

function readPeer(fields: FieldReader): LacewingServerMessage {
  const [channelId, peerId] = [fields.u16(), fields.u16()];
  if (fields.leftBytes === 0) return { type: 'peerLeft', channelId, peerId };
  const isMaster = readIsMaster(fields);
  return { type: 'peer', channelId, peer: { id: peerId, isMaster, name: fields.lastText() } };
}

function readCarried(code: number, variant: number, fields: FieldReader): LacewingServerMessage {
  const isObject = code > serverObjectOffset;
  const subchannel = fields.u8();
  const content = (): LacewingContent => ({ variant, subchannel, isObject, data: fields.rest() });
  const binaryCode = isObject ? code - serverObjectOffset : code;
  if (binaryCode === serverCodes.serverMessage) return { type: 'serverMessage', content: content() };
  const channelId = fields.u16();
  if (binaryCode === serverCodes.serverChannelMessage)
    return { type: 'serverChannelMessage', channelId, content: content() };
  const type = binaryCode === serverCodes.channelMessage ? 'channelMessage' : 'peerMessage';
  return { type, channelId, senderId: fields.u16(), content: content() };
}

function readResponse({ code, variant, body }: LacewingFrame): LacewingServerMessage {
  const fields = new FieldReader(body, 'response');
  const kind = fields.u8();
  const isSuccess = fields.u8() !== 0;
  switch (kind) {
    case responses.connect:
      if (!isSuccess) return { type: 'connectDenied', reason: readReason(fields) };
      return { type: 'connectAccepted', clientId: fields.u16(), welcome: fields.lastText() };
    case responses.setName: {
      const name = fields.shortText();
      return isSuccess
        ? { type: 'nameAccepted', name }
        : { type: 'nameDenied', name, reason: readReason(fields) };
    }
    case responses.joinChannel:
      return isSuccess ? readJoined(fields) : readJoinDenied(fields);
    case responses.leaveChannel: {
      const channelId = fields.u16();
      return isSuccess
        ? { type: 'channelLeft', channelId }
        : { type: 'leaveDenied', channelId, reason: readReason(fields) };
    }
    case responses.listChannels:
      return isSuccess
        ? { type: 'channelList', channels: readList(fields) }
        : { type: 'listDenied', reason: readReason(fields) };
    default:
      return { type: 'unknown', code, variant, body };
  }
}

function readJoined(fields: FieldReader): LacewingServerMessage {
  const isMaster = readIsMaster(fields);
  const [name, channelId] = [fields.shortText(), fields.u16()];
  const peers: LacewingPeer[] = [];
  while (fields.leftBytes > 0)
    peers.push({ id: fields.u16(), isMaster: readIsMaster(fields), name: fields.shortText() });
  return { type: 'channelJoined', isMaster, name, channelId, peers };
}

/**
 * One server has an empty flags byte before the name's length. It is told by what follows: a length that fits; with an
 * empty name instead it would be the first letter of the reason, and no reason has that many letters behind it.
 */
function readJoinDenied(fields: FieldReader): LacewingServerMessage {
  const nextLength = fields.peek(1) ?? 0;
  const hasFlags = fields.peek() === 0 && nextLength > 0 && nextLength <= fields.leftBytes - 2;
  if (hasFlags) fields.u8();
  const name = fields.shortText();
  return { type: 'joinDenied', name, reason: readReason(fields) };
}

function readList(fields: FieldReader): readonly LacewingListedChannel[] {
  const channels: LacewingListedChannel[] = [];
  while (fields.leftBytes > 0) channels.push({ peerCount: fields.u16(), name: fields.shortText() });
  return channels;
}

function readIsMaster(fields: FieldReader): boolean {
  return (fields.u8() & masterFlag) !== 0;
}

/** Some servers end a denial with an id or with bytes that nobody meant: what is no text is no reason. */
function readReason(fields: FieldReader): string {
  const reason = readUtf8(fields.rest());
  return /[\p{Cc}\ufffd]/u.test(reason) ? '' : reason;
}
