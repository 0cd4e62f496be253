/** The stream of frames, cut anywhere: what is read must not depend on the cuts, nor pass a cap. Knows messages. */
import { Buffer } from 'node:buffer';
import { CorruptFrameError } from '../../lib/errors.js';
import { defaultLimits, type FrameLimits } from '../../lib/messaging/frame-decoder.js';
import type { Message } from '../../lib/messaging/message.js';
import { MessageManager } from '../../lib/messaging/message-manager.js';
import {
  attempt,
  expectSame,
  expectThat,
  type FuzzTarget,
  inPieces,
  randomOf,
  type Verdict,
} from './target.js';

const {
  createActionMessage: action,
  createRequest: request,
  createResponse: response,
  createErrorResponse: errorResponse,
  createFileMessage: file,
  createMessage,
} = MessageManager;

const kwargs = {
  battery: [12.5, 0.75],
  yaw: Number.NaN,
  mode: 'OFFBOARD',
  config: { FLIGHT: { takeoff: 1.5 } },
};
const hello = { protocol: 1, role: 'drone', id: 'clover-1', features: ['chunks'], udp: 8182 };

const valid = [
  action('telemetry', { args: [1, null], kwargs }),
  action('hello', { kwargs: hello }),
  request('id', '0042'),
  request('filetransfer', '7', { kwargs: { filepath: '/tmp/a.csv' } }),
  request('file_open', '8', { kwargs: { filepath: 'a', size: 5, sha256: 'ab'.repeat(32), transfer: 't1' } }),
  response('id', '0042', 'clover-1'),
  response('filetransfer', '7', Buffer.from('1,2,3\n')),
  errorResponse('id', '9', { code: 'refused', message: 'not here' }),
  file('animation.csv', Buffer.from('1,2,3,0,0,255,0,0\n')),
  createMessage(Buffer.from('abcd'), {
    contentType: 'binary',
    messageType: 'message',
    headers: { action: 'filechunk', transfer: 't1', offset: 16384 },
  }),
];

/** Small enough for made inputs to pass them. */
const tightLimits: FrameLimits = { maxHeaderBytes: 260, maxJsonBytes: 200, maxFileBytes: 40 };

export const frames: FuzzTarget = {
  name: 'frames',
  share: 550,
  corpus: [...valid, Buffer.concat(valid.slice(0, 3)), Buffer.concat(valid.slice(5, 9))],
  words: [
    ...['"content-length":', '"content-type":"binary"', '"content-type":"json"', '"message-type":"request"'],
    ...[
      '"message-type":"response"',
      '"action":"filetransfer"',
      '"filepath":"x"',
      '"args":null',
      '"kwargs":{}',
    ],
    ...['"content-encoding":"utf-8"', '"byteorder":"big"', '"status":"error"', '"request_id":', ',"a":NaN'],
  ],
  mend: mendFrame,
  run: (bytes) => {
    const random = randomOf(bytes);
    const limits = random.next() < 0.3 ? tightLimits : defaultLimits;
    const whole = read([bytes], limits);
    const cut = read(inPieces(bytes, random), limits);
    expectSame(cut, whole, 'another reading when cut');
    for (const message of whole.messages) checkMessage(message, limits);
    return whole.messages.length > 0 ? 'accepted' : ('refused' satisfies Verdict);
  },
};

type Reading = { readonly messages: readonly Message[]; readonly corruption: string | undefined };

function read(pieces: readonly Uint8Array[], limits: FrameLimits): Reading {
  const manager = new MessageManager(limits);
  const messages: Message[] = [];
  const next = () => attempt(() => manager.next(), CorruptFrameError);
  for (const piece of pieces) {
    manager.push(piece);
    for (let got = next(); ; got = next()) {
      if (got.error) {
        expectThat(next().error === got.error, 'it is read on after a corrupt frame');
        return { messages, corruption: got.error.message };
      }
      if (!got.value) break;
      messages.push(kept(got.value));
    }
  }
  return { messages, corruption: undefined };
}

/** With bytes of its own, in one form. */
function kept(message: Message): Message {
  return 'content' in message ? { ...message, content: Uint8Array.from(message.content) } : message;
}

/** What was taken says the same when it is written again, and passes no cap. */
function checkMessage(message: Message, limits: FrameLimits): void {
  if ('content' in message) expectThat(message.content.length <= limits.maxFileBytes, 'content over the cap');
  const bytes = encode(message);
  if (bytes) expectSame(read([bytes], defaultLimits).messages, [message], 'not the same when written again');
}

function encode(message: Message): Uint8Array | undefined {
  switch (message.type) {
    case 'action':
      return action(message.action, message);
    case 'request':
      return request(message.name, message.id, message);
    case 'response':
      return response(message.name, message.id, message.value);
    case 'fileResponse':
      return response(message.name, message.id, message.content);
    case 'file':
      return file(message.filepath, message.content);
    case 'errorResponse':
      return errorResponse(message.name, message.id, message);
    default:
      return undefined;
  }
}

/** Sets the length of the first header, and of all behind it, in a header without objects of its own. */
export function mendFrame(bytes: Uint8Array): Uint8Array {
  const text = Buffer.from(bytes).toString('latin1');
  const end = text.indexOf('}', 2) + 1;
  if (end === 0) return bytes;
  const header = text
    .slice(2, end)
    .replace(/("content-length":)[^,}]*/, (_all, key: string) => `${key}${text.length - end}`);
  const length = Buffer.from([(header.length >> 8) & 0xff, header.length & 0xff]).toString('latin1');
  return Buffer.from(length + header + text.slice(end), 'latin1');
}
