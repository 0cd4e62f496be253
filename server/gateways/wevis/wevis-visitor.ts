/** One connection of the gateway between its session and the hub. Knows bytes and time as it is given them; no socket. */

import { errorText } from '../../../lib/errors.js';
import { printable } from '../../../lib/printable.js';
import {
  type WevisDefinitions,
  type WevisEvent,
  type WevisLogin,
  type WevisMessage,
  WevisSession,
  type WevisUserLimit,
  type WevisVerdict,
} from '../../../lib/protocols/wevis/index.js';
import type { Clock } from '../../../lib/time/clock.js';
import type { Ask } from '../../hub/hub-types.js';
import { Inlet, retryAfterMs } from '../inlet.js';
import type { Ending, Switchboard } from '../switchboard.js';
import { Conversation } from './conversation.js';
import type { FleetMessage } from './fleet-schema.js';
import type { FrameMaker } from './frames.js';
import { Hearing } from './hearing.js';
import { serverMessage } from './hub-messages.js';
import type { ShowNews } from './show-news.js';
import { showMessage } from './state-messages.js';
import type { UserBook } from './users.js';

/** As the hub calls it. */
export const wevisGateway = 'wevis';

/** What all connections share. */
export type WevisHouse = {
  readonly board: Switchboard;
  readonly clock: Clock;
  readonly definitions: WevisDefinitions;
  readonly users: UserBook;
  readonly limit: WevisUserLimit;
  readonly frames: FrameMaker;
  readonly news: ShowNews;
  /** For the log: somebody was not let in. */
  readonly warn: (text: string) => void;
};

export interface WevisConnection {
  /** Unique in the hub. */
  readonly id: string;
  readonly address: string;
  /** 128 hex digits, new for each. */
  readonly salt: string;
  send(bytes: Uint8Array): void;
  /** Ends the connection after what was sent. */
  close(): void;
  /** Nothing is read until `resume`; both may be called twice in a row. */
  pause(): void;
  resume(): void;
}

/** Call `open` once, `receive` with what comes, `end` when nothing more does. */
export class WevisVisitor {
  readonly #house: WevisHouse;
  readonly #connection: WevisConnection;
  readonly #session: WevisSession;
  readonly #inlet: Inlet<'bytes'>;
  readonly #conversation: Conversation;
  readonly #hearing: Hearing;
  #motd: string | undefined;
  #chargedBytes = 0;

  constructor(house: WevisHouse, connection: WevisConnection) {
    this.#house = house;
    this.#connection = connection;
    const { board, clock } = house;
    const { id } = connection;
    this.#session = this.#makeSession();
    this.#inlet = new Inlet({
      clock,
      take: () => this.#step(),
      pause: () => connection.pause(),
      resume: () => connection.resume(),
    });
    this.#hearing = new Hearing({
      ...{ hub: board.hub, memberId: id, frames: house.frames, news: house.news },
      send: (bytes) => void this.#session.sendFrame(bytes),
    });
    this.#conversation = new Conversation({
      ...{ hub: board.hub, memberId: id },
      ask: (sizeBytes, correlation) => this.#ask(sizeBytes, correlation),
      send: (messages) => this.#send(messages),
      showMessage: (variables) => showMessage(house.news.reset(variables)),
    });
  }

  open(): void {
    const { board } = this.#house;
    const { id, address } = this.#connection;
    const arrived = board.connect(
      { id, address, gateway: wevisGateway },
      { hear: (delivery) => this.#hearing.hear(delivery), end: (why) => this.#end(why) },
    );
    const known = arrived.denied ? arrived : board.hub.identify(this.#ask(0), wevisGateway);
    if (known.denied) {
      this.#session.turnAway(known.denied.reason);
      return;
    }
    this.#motd = known.motd;
    this.#session.start();
  }

  /** Bytes are borrowed for the call. */
  receive(bytes: Uint8Array): void {
    this.#session.push(bytes);
    this.#inlet.push(['bytes']);
  }

  /** The peer sends no more. */
  end(): void {
    this.#session.end();
  }

  /** Ends it; the reason is for the log. */
  close(reason: string): void {
    this.#session.close(reason);
  }

  #makeSession(): WevisSession {
    const { clock, definitions, limit } = this.#house;
    const { salt } = this.#connection;
    return new WevisSession(
      {
        send: (bytes) => this.#connection.send(bytes),
        close: () => this.#connection.close(),
        event: (event) => this.#take(event),
      },
      {
        ...{ definitions, clock, limit, salt },
        // The reference cuts every text that is not ASCII: its clients must not be thrown out for that.
        cutTexts: 'mark',
        check: (login) => this.#check(login),
        admit: (user) => this.#admit(user),
      },
    );
  }

  #ask(sizeBytes: number, correlation?: string): Ask {
    return this.#house.board.ask(this.#connection.id, sizeBytes, correlation);
  }

  #send(messages: readonly FleetMessage[]): void {
    this.#session.sendFrame(this.#house.frames.bytesOf(messages));
  }

  /** Pongs, empty frames and whatever else no question to the hub was charged with count as one message together. */
  #step(): number {
    const step = () => this.#session.step();
    // What others say to a newcomer, because it logged in, comes behind the accept: before it, it could not be sent.
    const waitMs = this.#session.user === undefined ? this.#house.board.hub.together(step) : step();
    const restBytes = this.#session.takenBytes - this.#chargedBytes;
    if (waitMs > 0 || restBytes === 0 || this.#session.isClosed) return waitMs;
    const restMs = retryAfterMs(this.#house.board.hub.charge(this.#ask(restBytes)));
    if (restMs === 0) this.#chargedBytes += restBytes;
    return restMs;
  }

  #check(login: WevisLogin): WevisVerdict {
    const { users, clock, warn } = this.#house;
    const { address } = this.#connection;
    const verdict = users.check({ ...login, address, nowMs: clock.monotonicMs() });
    if (!verdict.isGood)
      warn(`a login as "${printable(login.user.slice(0, 64))}" from ${address} was refused`);
    return verdict;
  }

  #admit(user: string): string | undefined {
    const role = this.#house.users.roleOf(user);
    const asked = { ...this.#ask(0), isCounted: true };
    return this.#house.board.hub.login(asked, { name: user, role }).denied?.reason;
  }

  #take(event: WevisEvent): void {
    const { board } = this.#house;
    const { id } = this.#connection;
    switch (event.type) {
      case 'entered':
        this.#conversation.enter(this.#motd);
        return;
      case 'message':
        this.#takeMessage(event.message);
        return;
      case 'pong':
        board.hub.setLatency(id, event.latencyMs);
        return;
      case 'failed':
        board.hub.reportError(wevisGateway, `${event.during} failed: ${errorText(event.error)}`, id);
        return;
      case 'closed':
        this.#inlet.close();
        board.disconnect(id, event.reason);
    }
  }

  #takeMessage(message: WevisMessage): void {
    const takenBytes = this.#session.takenBytes;
    const waitMs = this.#conversation.take(message, takenBytes - this.#chargedBytes);
    if (waitMs > 0) this.#session.postpone(waitMs);
    else this.#chargedBytes = takenBytes;
  }

  /** Who is late with the login is closed without a word, as the reference does. */
  #end({ what, reason }: Ending): void {
    if (what === 'expelled') this.#send([serverMessage('expelled', reason)]);
    this.#session.close(reason);
  }
}
