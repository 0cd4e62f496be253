/** The messages of a Lacewing client as frames, and back. Knows no stream. */
import { Buffer } from 'node:buffer';
import { FieldReader, lastText, u8, u16 } from './fields.js';
import type { LacewingFrame } from './frames.js';
import type { LacewingClientMessage, LacewingContent } from './messages.js';

const codes = {
  request: 0,
  serverMessage: 1,
  channelMessage: 2,
  peerMessage: 3,
  udpHello: 7,
  channelMaster: 8,
  pong: 9,
  implementation: 10,
} as const;

/** What an Object message has more in its code than the Binary one. */
const objectOffset = 3;

const requests = { connect: 0, setName: 1, joinChannel: 2, leaveChannel: 3, listChannels: 4 } as const;

const hiddenFlag = 1;
const autoCloseFlag = 2;

/** @throws CorruptFrameError for an id or subchannel that does not fit its field. */
export function writeClientMessage(message: LacewingClientMessage): LacewingFrame {
  switch (message.type) {
    case 'connect':
      return request(requests.connect, lastText(message.revision));
    case 'setName':
      return request(requests.setName, lastText(message.name));
    case 'joinChannel': {
      const flags = (message.isHidden ? hiddenFlag : 0) | (message.isAutoClose ? autoCloseFlag : 0);
      return request(requests.joinChannel, u8(flags), lastText(message.name));
    }
    case 'leaveChannel':
      return request(requests.leaveChannel, u16(message.channelId));
    case 'listChannels':
      return request(requests.listChannels);
    case 'serverMessage':
      return carry(codes.serverMessage, message.content);
    case 'channelMessage':
      return carry(codes.channelMessage, message.content, u16(message.channelId));
    case 'peerMessage':
      return carry(codes.peerMessage, message.content, u16(message.channelId), u16(message.peerId));
    case 'udpHello':
      return plain(codes.udpHello);
    case 'channelMaster':
      return plain(codes.channelMaster, u16(message.channelId), u8(message.action), u16(message.peerId));
    case 'pong':
      return plain(codes.pong);
    case 'implementation':
      return plain(codes.implementation, lastText(message.text));
    case 'unknown':
      return message;
  }
}

function plain(code: number, ...fields: readonly Uint8Array[]): LacewingFrame {
  return { code, variant: 0, body: Buffer.concat(fields) };
}

function request(kind: number, ...fields: readonly Uint8Array[]): LacewingFrame {
  return plain(codes.request, u8(kind), ...fields);
}

function carry(binaryCode: number, content: LacewingContent, ...ids: readonly Uint8Array[]): LacewingFrame {
  const { variant, subchannel, isObject, data } = content;
  const code = isObject ? binaryCode + objectOffset : binaryCode;
  return { code, variant, body: Buffer.concat([u8(subchannel), ...ids, data]) };
}

/**
 * What a client's frame says. Bytes behind the fields are ignored; a type or request that is not known is `unknown`.
 * @throws CorruptFrameError when fields are missing.
 */
export function readClientMessage(frame: LacewingFrame): LacewingClientMessage {
  const { code, variant, body } = frame;
  const fields = new FieldReader(body, 'message');
  switch (code) {
    case codes.request:
      return readRequest(frame, new FieldReader(body, 'request'));
    case codes.serverMessage:
    case codes.serverMessage + objectOffset:
    case codes.channelMessage:
    case codes.channelMessage + objectOffset:
    case codes.peerMessage:
    case codes.peerMessage + objectOffset:
      return readCarried(code, variant, fields);
    case codes.udpHello:
      return { type: 'udpHello' };
    case codes.channelMaster:
      return {
        type: 'channelMaster',
        channelId: fields.u16(),
        action: fields.u8(),
        peerId: fields.u16(),
      };
    case codes.pong:
      return { type: 'pong' };
    case codes.implementation:
      return { type: 'implementation', text: fields.lastText() };
    default:
      return { type: 'unknown', code, variant, body };
  }
}

function readRequest({ code, variant, body }: LacewingFrame, fields: FieldReader): LacewingClientMessage {
  switch (fields.u8()) {
    case requests.connect:
      return { type: 'connect', revision: fields.lastText() };
    case requests.setName:
      return { type: 'setName', name: fields.lastText() };
    case requests.joinChannel: {
      const flags = fields.u8();
      const isHidden = (flags & hiddenFlag) !== 0;
      const isAutoClose = (flags & autoCloseFlag) !== 0;
      return { type: 'joinChannel', isHidden, isAutoClose, name: fields.lastText() };
    }
    case requests.leaveChannel:
      return { type: 'leaveChannel', channelId: fields.u16() };
    case requests.listChannels:
      return { type: 'listChannels' };
    default:
      return { type: 'unknown', code, variant, body };
  }
}

function readCarried(code: number, variant: number, fields: FieldReader): LacewingClientMessage {
  const isObject = code > codes.peerMessage;
  const subchannel = fields.u8();
  const content = (): LacewingContent => ({ variant, subchannel, isObject, data: fields.rest() });
  switch (isObject ? code - objectOffset : code) {
    case codes.serverMessage:
      return { type: 'serverMessage', content: content() };
    case codes.channelMessage:
      return { type: 'channelMessage', channelId: fields.u16(), content: content() };
    default: {
      const [channelId, peerId] = [fields.u16(), fields.u16()];
      return { type: 'peerMessage', channelId, peerId, content: content() };
    }
  }
}
