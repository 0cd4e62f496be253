/**
 * One client of the Lacewing gateway from its arrival to its end: bytes and datagrams go to its session, its events to its
 * questions one at a time, and what the hub delivers to the client. Knows no socket.
 */
import type {
  LacewingClientMessage,
  LacewingEvent,
  LacewingSession,
} from '../../../lib/protocols/lacewing/index.js';
import type { Delivery } from '../../hub/deliveries.js';
import type { Denial } from '../../hub/hub-types.js';
import { Inlet } from '../inlet.js';
import { Asker } from './asker.js';
import { type House, lacewingGateway, type VisitorWire } from './house.js';
import { Questions } from './questions.js';

export class LacewingVisitor {
  readonly #house: House;
  readonly #memberId: string;
  readonly #wire: VisitorWire;
  readonly #session: LacewingSession;
  readonly #asker: Asker;
  readonly #questions: Questions;
  readonly #inlet: Inlet<LacewingEvent>;
  #isDatagram = false;
  #dropped = 0;

  /** `memberId`: unique in the hub. */
  constructor(house: House, memberId: string, wire: VisitorWire) {
    this.#house = house;
    this.#memberId = memberId;
    this.#wire = wire;
    this.#inlet = new Inlet<LacewingEvent>({
      clock: house.clock,
      take: (event) => this.#questions.serve(event),
      pause: () => this.#hold(),
      resume: () => this.#release(),
    });
    this.#session = house.door.open(wire.address, {
      send: (bytes) => wire.write(bytes),
      sendDatagram: (bytes, port) => wire.blast(bytes, port),
      end: () => wire.end(),
      tell: (event) => this.#tell(event),
    });
    this.#asker = new Asker(house, memberId, this.#session);
    this.#questions = new Questions(this.#asker, this.#arrive());
  }

  get session(): LacewingSession {
    return this.#session;
  }

  /** Bytes of its stream. */
  push(bytes: Uint8Array): void {
    this.#session.push(bytes);
  }

  /** The stream has ended, or broke. */
  end(why: string): void {
    this.#session.end(why);
  }

  /** A datagram of its own, from its address. What is too much is dropped: datagrams may get lost. */
  takeDatagram(message: LacewingClientMessage, port: number): void {
    if (!('content' in message) && this.#asker.charge() > 0) {
      this.#dropped++;
      return;
    }
    this.#isDatagram = true;
    try {
      this.#session.takeDatagram(message, port);
    } finally {
      this.#isDatagram = false;
    }
  }

  /** Why not, if not. A client that was not heard yet does not listen: it is told when it asks. */
  #arrive(): Denial | undefined {
    const { board } = this.#house;
    const arrival = { id: this.#memberId, gateway: lacewingGateway, address: this.#wire.address };
    const arrived = board.connect(arrival, {
      hear: (delivery) => this.#hear(delivery),
      end: ({ reason }) => this.#session.disconnect(reason),
    });
    return arrived.denied;
  }

  #hold(): void {
    this.#session.hold();
    this.#wire.pause();
  }

  #release(): void {
    this.#wire.resume();
    this.#session.release();
  }

  #tell(event: LacewingEvent): void {
    if (event.type === 'closed') this.#closed(event.reason);
    else if (event.type === 'latency') this.#house.board.hub.setLatency(this.#memberId, event.latencyMs);
    else if (event.type === 'udpReady') return;
    else if (!this.#isDatagram) this.#inlet.push([event]);
    else if (this.#questions.serve(event) > 0) this.#dropped++;
  }

  #closed(reason: string): void {
    const { board, channels } = this.#house;
    this.#inlet.close();
    for (const id of this.#session.channels) {
      const channel = channels.byId(id);
      if (channel !== undefined) channels.leave(channel, this.#memberId);
    }
    board.disconnect(this.#memberId, reason);
    this.#wire.closed(reason, this.#dropped);
  }

  #hear(delivery: Delivery): void {
    const { channels, packer } = this.#house;
    const receiver = { memberId: this.#memberId, channels: this.#session.channels };
    const packed = packer.pack(delivery, receiver);
    if (packed === undefined) return;
    const { packet, isLossy } = packed;
    const { message } = packet;
    // What is behind its own leaving is none of its business any more.
    if ('channelId' in message && !this.#session.channels.has(message.channelId)) return;
    if (message.type === 'channelLeft') {
      const channel = channels.byId(message.channelId);
      if (channel !== undefined) channels.leave(channel, this.#memberId);
    }
    if (isLossy && this.#session.deliverPacked(packet, { isBlasted: true })) return;
    this.#session.deliverPacked(packet);
  }
}
