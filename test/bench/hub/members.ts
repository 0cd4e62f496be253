/**
 * The members, in a process of their own: raw connections that come in, then only count what they get, so that what is
 * measured is the server. One of them speaks.
 */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { connectRooms } from '../../../lib/messaging/index.js';
import {
  encodeClientMessage,
  type LacewingClientMessage,
  lacewingFirstByte,
  lacewingRevision,
} from '../../../lib/protocols/lacewing/index.js';
import { encodeWevisMessage, readWevisDefinitions, wevisProof } from '../../../lib/protocols/wevis/index.js';
import { benchToken, type Fanout, type Kind, type MembersOptions, room, textBytes } from './kinds.js';

/** A connection that is in the room. `onMessage`: of each that somebody has sent; `got`: all frames but pings. */
type Member = { got: number; onMessage: () => void; send: (text: string) => void };

type Join = (port: number, index: number) => Promise<Member>;

const wevis = readWevisDefinitions(
  readFileSync(new URL('../../../../shows/fleet.wevis', import.meta.url), 'utf8'),
  'fleet.wevis',
);

const joins: Readonly<Record<Kind, Join>> = {
  ws: (port) => joinSocket(port, (text) => text),
  cloudlink: (port) =>
    joinSocket(port, (text) => JSON.stringify({ cmd: 'gmsg', val: text }), '{"cmd":"handshake"}'),
  scratch: (port, index) =>
    joinSocket(
      port,
      (text) => scratchSays({ method: 'set', name: '☁ x', value: text }),
      scratchSays({ method: 'handshake', user: `member${index}` }),
    ),
  tcp: async (port) => tcpMember(await dial(port), { send: () => undefined, scan: (bytes) => bytes.length }),
  wevis: joinWevis,
  lacewing: joinLacewing,
  native: joinNative,
};

function scratchSays(message: object): string {
  return JSON.stringify({ ...message, project_id: room });
}

async function joinSocket(port: number, frameOf: (text: string) => string, first?: string): Promise<Member> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}`, { perMessageDeflate: false });
  await once(socket, 'open');
  const member: Member = { got: 0, onMessage: () => undefined, send: (text) => socket.send(frameOf(text)) };
  socket.on('message', () => {
    member.got++;
    member.onMessage();
  });
  if (first !== undefined) socket.send(first);
  return member;
}

async function dial(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  return socket;
}

type Speech = {
  readonly send: (text: string) => void;
  /** How many bytes of these are whole frames; tells of each but pings, and whether a member has sent it. */
  readonly scan: (bytes: Buffer, got: (isSaid: boolean) => void) => number;
};

function tcpMember(socket: Socket, { send, scan }: Speech): Member {
  const member: Member = { got: 0, onMessage: () => undefined, send };
  let rest: Buffer = Buffer.alloc(0);
  socket.on('data', (chunk) => {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const whole = scan(bytes, (isSaid) => {
      member.got++;
      if (isSaid) member.onMessage();
    });
    rest = bytes.subarray(whole);
  });
  return member;
}

async function joinWevis(port: number): Promise<Member> {
  const socket = await dial(port);
  const [welcome] = (await once(socket, 'data')) as [Buffer];
  const salt = welcome.subarray(12).toString();
  const login = { password: wevisProof('bench', salt), username: 'bench', version: '' };
  const encode = (name: string, values: { readonly [key: string]: string }) =>
    encodeWevisMessage(wevis.named(name), values);
  socket.write(encode('_login', login));
  const said = wevis.named('Said').id;
  return tcpMember(socket, {
    send: (text) => socket.write(encode('Say', { room: 'show', text, correlation: '' })),
    scan: (bytes, tell) =>
      walk(bytes, wevisFrameBytes, (at) => {
        const id = bytes.readUInt32LE(at + 4);
        if (id === wevisPing) socket.write(wevisPong);
        else tell(id === said);
      }),
  });
}

const wevisPing = 1;
const wevisPong = Uint8Array.of(4, 0, 0, 0, 2, 0, 0, 0);

function wevisFrameBytes(bytes: Buffer, at: number): number {
  return bytes.length - at < 8 ? Number.POSITIVE_INFINITY : 4 + bytes.readUInt32LE(at);
}

async function joinLacewing(port: number, index: number): Promise<Member> {
  const socket = await dial(port);
  const say = (message: LacewingClientMessage) => socket.write(encodeClientMessage(message));
  socket.write(Uint8Array.of(lacewingFirstByte));
  say({ type: 'connect', revision: lacewingRevision });
  await once(socket, 'data');
  say({ type: 'setName', name: `member ${index}` });
  await once(socket, 'data');
  say({ type: 'joinChannel', name: room, isHidden: false, isAutoClose: false });
  const content = (text: string) => ({ variant: 0, subchannel: 1, isObject: false, data: Buffer.from(text) });
  return tcpMember(socket, {
    send: (text) => say({ type: 'channelMessage', channelId: channels.bench, content: content(text) }),
    scan: (bytes, tell) =>
      walk(bytes, lacewingFrameBytes, (at) => {
        const type = (bytes[at] ?? 0) >> 4;
        if (type === lacewingPing) say({ type: 'pong' });
        else tell(type === lacewingChannelMessage);
      }),
  });
}

/** The gateway numbers channels from 0; `show` is the first that it knows. */
const channels = { bench: 0 };

const lacewingPing = 11;
const lacewingChannelMessage = 2;

/** Source: the size's three forms, one byte, FE and u16, FF and u32, all without the header. */
function lacewingFrameBytes(bytes: Buffer, at: number): number {
  if (bytes.length - at < 6)
    return bytes.length - at >= 2 && (bytes[at + 1] ?? 0) < 4
      ? 2 + (bytes[at + 1] ?? 0)
      : Number.POSITIVE_INFINITY;
  const first = bytes[at + 1] ?? 0;
  if (first < 254) return 2 + first;
  return first === 254 ? 4 + bytes.readUInt16LE(at + 2) : 6 + bytes.readUInt32LE(at + 2);
}

/** By the library's own client: what it does with each message counts too. */
async function joinNative(port: number): Promise<Member> {
  const client = await connectRooms({ host: '127.0.0.1', port, token: benchToken, timeoutMs: 60_000 });
  const joined = await client.join(room);
  const member: Member = {
    got: 0,
    onMessage: () => undefined,
    send: (text) => void joined.say(text, { echo: true }),
  };
  client.onMessage(undefined, () => {
    member.got++;
    member.onMessage();
  });
  return member;
}

/** Calls `see` for each whole frame, and says how many bytes they were. */
function walk(
  bytes: Buffer,
  sizeOf: (bytes: Buffer, at: number) => number,
  see: (at: number) => void,
): number {
  let at = 0;
  for (let size = sizeOf(bytes, at); at + size <= bytes.length; size = sizeOf(bytes, at)) {
    see(at);
    at += size;
  }
  return at;
}

/** Joins all, and measures when there is something to send. Ends when it is told to. */
export async function runMembers(options: MembersOptions): Promise<void> {
  const members = await joinAll(options);
  await settled(members);
  process.send?.({ ready: true });
  if (options.messages > 0) process.send?.({ fanout: await measure(members, options) });
}

async function joinAll({ kind, port, members: count }: MembersOptions): Promise<Member[]> {
  const join = joins[kind];
  const members: Member[] = [];
  for (let from = 0; from < count; from += 20) {
    const batch = Array.from({ length: Math.min(20, count - from) }, (_, at) => join(port, from + at));
    members.push(...(await Promise.all(batch)));
  }
  return members;
}

/** Until nothing has come for a while. */
async function settled(members: readonly Member[]): Promise<void> {
  const total = () => members.reduce((sum, { got }) => sum + got, 0);
  for (let before = -1, now = total(); now !== before; now = total()) {
    before = now;
    await sleep(500);
  }
}

function textOf(index: number): string {
  return String(index).padEnd(textBytes, '.');
}

/** The first message tells who gets the others: not every protocol sends the speaker its own. */
async function measure(members: readonly Member[], options: MembersOptions): Promise<Fanout> {
  const [speaker] = members;
  if (speaker === undefined) throw new Error('nobody is there to speak');
  const heard = new Set<Member>();
  for (const member of members) member.onMessage = () => heard.add(member);
  speaker.send(textOf(0));
  await settled(members);
  return say(speaker, [...heard], options);
}

/** So many are under way at a time; each is done when the last has it. */
async function say(
  speaker: Member,
  receivers: readonly Member[],
  { messages, window }: MembersOptions,
): Promise<Fanout> {
  const sentMs: number[] = [];
  const latenciesMs: number[] = [];
  const missing = new Array<number>(messages).fill(receivers.length);
  const startedMs = performance.now();
  await new Promise<void>((resolve) => {
    const speak = () => {
      if (sentMs.length >= messages) return;
      sentMs.push(performance.now());
      speaker.send(textOf(sentMs.length));
    };
    const arrived = (message: number) => {
      missing[message] = (missing[message] ?? 0) - 1;
      if (missing[message] !== 0) return;
      latenciesMs.push(performance.now() - (sentMs[message] ?? Number.NaN));
      if (latenciesMs.length === messages) resolve();
      else speak();
    };
    for (const receiver of receivers) {
      let seen = 0;
      receiver.onMessage = () => arrived(seen++);
    }
    for (let begun = 0; begun < window; begun++) speak();
  });
  return { receivers: receivers.length, seconds: (performance.now() - startedMs) / 1000, latenciesMs };
}
