/** A small Lacewing server on loopback: sessions on real sockets, and rooms as the protocol means them. */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { errorCode } from '../../../../lib/errors.js';
import {
  LacewingDoor,
  type LacewingEvent,
  type LacewingLimits,
  type LacewingListedChannel,
  type LacewingPeer,
  type LacewingServerMessage,
  type LacewingSession,
  packDelivery,
  Uint16Pool,
} from '../../../../lib/protocols/lacewing/index.js';
import { SystemClock } from '../../../../lib/time/adapters/system-clock.js';

type Room = {
  readonly id: number;
  readonly name: string;
  readonly isHidden: boolean;
  readonly isAutoClose: boolean;
  readonly master: LacewingSession;
  readonly members: Set<LacewingSession>;
};

type Carried = Extract<LacewingEvent, { readonly type: 'channelMessage' | 'peerMessage' }>;

/** The rooms, as a hub would have them. */
class Rooms {
  readonly #ids = new Uint16Pool();
  readonly #rooms = new Map<number, Room>();

  answer(session: LacewingSession, event: LacewingEvent): void {
    if (event.type === 'connectAsked') session.approveConnect('hello');
    if (event.type === 'nameAsked') this.#rename(session, event.name);
    if (event.type === 'joinAsked') this.#join(session, event);
    if (event.type === 'listAsked') session.approveList(this.#list());
    if (event.type === 'kickAsked') this.#kick(session, event);
    if (event.type === 'channelMessage' || event.type === 'peerMessage') this.#relay(session, event);
    if (event.type === 'closed') for (const id of session.channels) this.#leave(session, id);
    if (event.type === 'leaveAsked') {
      session.approveLeave();
      this.#leave(session, event.channelId);
    }
  }

  #list(): LacewingListedChannel[] {
    const visible = [...this.#rooms.values()].filter(({ isHidden }) => !isHidden);
    return visible.map(({ name, members }) => ({ name, peerCount: members.size }));
  }

  #rename(session: LacewingSession, name: string): void {
    const rooms = [...session.channels].flatMap((id) => this.#rooms.get(id) ?? []);
    if (rooms.some((room) => isTaken(room, name, session))) {
      session.deny('Name already taken');
      return;
    }
    session.approveName(name);
    for (const room of rooms)
      say(room, session, { type: 'peer', channelId: room.id, peer: peerOf(room, session) });
  }

  #join(session: LacewingSession, ask: Extract<LacewingEvent, { readonly type: 'joinAsked' }>): void {
    const found = [...this.#rooms.values()].find(({ name }) => name === ask.name);
    const isIn = found?.members.has(session) === true;
    if (isIn || (found && isTaken(found, session.name ?? '', session))) {
      session.deny(isIn ? 'Already part of channel' : 'Name already taken');
      return;
    }
    const room = found ?? this.#create(session, ask);
    const peers = [...room.members].map((member) => peerOf(room, member));
    room.members.add(session);
    session.approveJoin({ channelId: room.id, name: room.name, isMaster: room.master === session, peers });
    say(room, session, { type: 'peer', channelId: room.id, peer: peerOf(room, session) });
  }

  #create(master: LacewingSession, ask: Extract<LacewingEvent, { readonly type: 'joinAsked' }>): Room {
    const { name, isHidden, isAutoClose } = ask;
    const room = {
      id: this.#ids.take() ?? 0,
      name,
      isHidden,
      isAutoClose,
      master,
      members: new Set<never>(),
    };
    this.#rooms.set(room.id, room);
    return room;
  }

  #leave(session: LacewingSession, id: number): void {
    const room = this.#rooms.get(id);
    if (!room?.members.delete(session)) return;
    say(room, session, { type: 'peerLeft', channelId: id, peerId: session.clientId ?? 0 });
    if (room.isAutoClose && room.master === session) {
      for (const member of room.members) member.deliver({ type: 'channelLeft', channelId: id });
      room.members.clear();
    }
    if (room.members.size > 0) return;
    this.#rooms.delete(id);
    this.#ids.release(id);
  }

  #kick(session: LacewingSession, { channelId, peerId }: { channelId: number; peerId: number }): void {
    const room = this.#rooms.get(channelId);
    const peer = [...(room?.members ?? [])].find(({ clientId }) => clientId === peerId);
    if (room?.master !== session || !peer) return;
    peer.deliver({ type: 'channelLeft', channelId });
    this.#leave(peer, channelId);
  }

  #relay(session: LacewingSession, event: Carried): void {
    const room = this.#rooms.get(event.channelId);
    const { type, channelId, content, isBlasted } = event;
    const packet = packDelivery({ type, channelId, senderId: session.clientId ?? 0, content });
    for (const member of room?.members ?? []) {
      const isMeant = event.type === 'channelMessage' || member.clientId === event.peerId;
      if (isMeant && member !== session) member.deliverPacked(packet, { isBlasted });
    }
  }
}

function isTaken(room: Room, name: string, by: LacewingSession): boolean {
  return [...room.members].some((member) => member !== by && member.name === name);
}

function peerOf(room: Room, member: LacewingSession): LacewingPeer {
  return { id: member.clientId ?? 0, name: member.name ?? '', isMaster: room.master === member };
}

function say(
  room: Room,
  from: LacewingSession,
  message: Extract<LacewingServerMessage, { type: 'peer' | 'peerLeft' }>,
) {
  const packet = packDelivery(message);
  for (const member of room.members) if (member !== from) member.deliverPacked(packet);
}

export type Relay = {
  readonly port: number;
  readonly events: LacewingEvent[];
  readonly sessions: LacewingSession[];
  readonly stop: () => Promise<void>;
};

type RelayOptions = { readonly limits?: Partial<LacewingLimits>; readonly hasUdp?: boolean };

/** Another test may have the UDP half of a port whose TCP half is free: then another one will do. */
export async function startRelay(options: RelayOptions = {}): Promise<Relay> {
  for (let tries = 1; ; tries++)
    try {
      return await tryRelay(options);
    } catch (error) {
      if (errorCode(error) !== 'EADDRINUSE' || tries === 10) throw error;
    }
}

async function tryRelay({ limits = {}, hasUdp = true }: RelayOptions): Promise<Relay> {
  const door = new LacewingDoor({ clock: new SystemClock(), limits });
  const rooms = new Rooms();
  const [events, sessions, sockets]: [LacewingEvent[], LacewingSession[], Set<Socket>] = [[], [], new Set()];
  const udp = createSocket('udp4');
  const tcp = createServer((socket) => {
    sockets.add(socket);
    const session = door.open(socket.remoteAddress ?? '', {
      send: (bytes) => socket.write(bytes),
      sendDatagram: (bytes, port) => udp.send(bytes, port, socket.remoteAddress),
      end: () => socket.end(),
      tell: (event) => {
        events.push(event);
        rooms.answer(session, event);
      },
    });
    sessions.push(session);
    socket.on('data', (chunk) => session.push(chunk));
    socket.on('error', (error) => session.end(error.message));
    socket.on('close', () => {
      sockets.delete(socket);
      session.end();
    });
  });
  tcp.listen(0, '127.0.0.1');
  await once(tcp, 'listening');
  const address = tcp.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  udp.bind(hasUdp ? port : 0, '127.0.0.1');
  try {
    await once(udp, 'listening');
  } catch (error) {
    tcp.close();
    throw error;
  }
  udp.on('message', (bytes, from) => door.takeDatagram(bytes, from));
  const stop = async () => {
    for (const socket of sockets) socket.destroy();
    udp.close();
    tcp.close();
    await once(tcp, 'close');
  };
  return { port, events, sessions, stop };
}
