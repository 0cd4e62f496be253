/**
 * CloudLink and Scratch, one connection an input, over a hub with a fleet in it; frames are parted by a NUL. What must hold
 * is what holds for every gateway. Knows no socket.
 */
import { Buffer } from 'node:buffer';
import { Conversation } from '../../server/gateways/cloudlink/conversation.js';
import { Directory, memberIdOf } from '../../server/gateways/cloudlink/directory.js';
import { Encodings } from '../../server/gateways/cloudlink/encodings.js';
import { LineBatch } from '../../server/gateways/cloudlink/line-batch.js';
import { cloudlinkName, type ScratchBehaviour } from '../../server/gateways/cloudlink/visit.js';
import { World } from './gateways.js';
import { expectThat, type FuzzTarget, type Verdict } from './target.js';

const handles = { snowflake: '7530034363346624512', uuid: 'ec9fa43e-eb99-438a-84f3-466006dce465' };

/** How many of a fleet's values are made at most: each is made only when it is sent. */
const maxSlow = 1000;

function talk(bytes: Uint8Array, scratch: ScratchBehaviour): Verdict {
  const world = new World();
  const { board, clock } = world;
  const memberId = memberIdOf(handles);
  const directory = new Directory();
  directory.add(handles);
  let isOpen = true;
  const conversation = new Conversation({
    ...{ hub: board.hub, clock, directory, memberId, address: '127.0.0.1', bringsLogin: false },
    ...{ encodings: new Encodings(), batch: new LineBatch(clock), userAgent: undefined },
    settings: { motd: 'hello', warnIfMultipleUsernameMatches: true, scratch, needsUserAgent: false },
    wire: {
      send: (frame) => expectThat(Buffer.from(frame).toString().length > 0, 'an empty frame is sent'),
      sendSlowly: (frames) => {
        for (let made = 0; made < maxSlow && !frames.next().done; made++);
      },
      close: () => {
        isOpen = false;
      },
    },
    ask: (sizeBytes, correlation) => board.ask(memberId, sizeBytes, correlation),
  });
  board.connect(
    { id: memberId, gateway: cloudlinkName, address: '127.0.0.1' },
    {
      hear: (delivery) => isOpen && conversation.hear(delivery),
      end: ({ reason }) => conversation.end(reason),
    },
  );
  for (const text of Buffer.from(bytes).toString('utf8').split('\u0000'))
    if (isOpen) conversation.take({ text, isBinary: false, sizeBytes: Buffer.byteLength(text) });
  board.disconnect(memberId, 'over');
  return world.check(false);
}

const frames = (...messages: readonly object[]): Uint8Array =>
  Buffer.from(messages.map((message) => JSON.stringify(message)).join('\u0000'));

const hello = { cmd: 'handshake', val: { language: 'Scratch', version: '0.2.0' }, listener: 'h' };
const named = { cmd: 'setid', val: 'ann', listener: 'u' };

export const cloudlink: FuzzTarget = {
  name: 'cloudlink',
  share: 100,
  corpus: [
    frames(
      hello,
      named,
      { cmd: 'link', val: ['show', 'lobby'] },
      { cmd: 'gmsg', val: '/cue red', rooms: 'show' },
    ),
    frames(
      hello,
      named,
      { cmd: 'gvar', name: 'x', val: [1, 'é'], rooms: ['default'], listener: 7 },
      { cmd: 'ping' },
    ),
    frames(
      hello,
      named,
      { cmd: 'pmsg', id: ['ann', handles.uuid], val: { a: 1 } },
      { cmd: 'unlink', val: '' },
    ),
    frames(
      named,
      { cmd: 'link', val: 'show' },
      { cmd: 'pmsg', id: 'drone-1', val: { command: 'land' }, rooms: 'show' },
    ),
    frames(named, { cmd: 'direct', id: 'ann', val: 1 }, { cmd: 'pvar', id: 'ann', name: 'y', val: 2 }),
    frames(named, { cmd: 'cue', val: { name: 'red' } }, { cmd: 'operate', val: { operation: 'start' } }),
  ],
  words: [
    '"cmd":"link"',
    '"rooms":"show"',
    '"/start"',
    '"listener":true',
    '"val":null',
    'drone:drone-1',
    '"__proto__":{}',
  ],
  run: (bytes) => talk(bytes, 'strict'),
};

const scratchTalks = [
  frames(
    { method: 'handshake', user: 'ann', project_id: 'show' },
    { method: 'set', user: 'ann', project_id: 'show', name: '☁ cue', value: 'red' },
  ),
  frames(
    { method: 'handshake', user: 'ann', project_id: 17 },
    { method: 'create', user: 'ann', project_id: '17', name: '☁ a', value: 1 },
    { method: 'set', user: 'ann', project_id: '17', name: '☁ a', value: '2' },
    { method: 'rename', user: 'ann', project_id: '17', name: '☁ a', new_name: '☁ b' },
    { method: 'delete', user: 'ann', project_id: '17', name: '☁ b' },
  ),
];

export const scratch: FuzzTarget = {
  name: 'scratch',
  share: 100,
  corpus: scratchTalks,
  words: [
    '"method":"set"',
    '"project_id":"left"',
    '☁ cue',
    '\n',
    '"value":1e999',
    '"name":"☁ drone-1.armed"',
  ],
  run: (bytes) => {
    talk(bytes, 'cloudlink');
    return talk(bytes, 'strict');
  },
};
