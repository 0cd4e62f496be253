/**
 * The serving end of one connection: takes its requests to a host, in order and no faster than the host lets it, and pushes
 * what the host has for it. Knows the wire; no rule of rooms and no other connection.
 */
import { Buffer } from 'node:buffer';
import { DisconnectedError, errorText, QueueFullError, RefusedError } from '../../errors.js';
import type { Clock } from '../../time/clock.js';
import type { ConnectionManager } from '../connection-manager.js';
import type { MessageDefinitions } from '../definitions/message-definitions.js';
import { MessageValueError } from '../definitions/message-value-error.js';
import type { Endpoint } from '../endpoint.js';
import { formatJson, isJsonObject, type Json } from '../json.js';
import { KwargsReader } from './kwargs-reader.js';
import { PacedQueue } from './paced-queue.js';
import type { Asked, HostOutcome, JoinedRoom, RoomHost } from './room-host.js';
import { type RoomCall, readCommand, roomRequests, runCommand } from './room-requests.js';
import type { RoomEvent, RosterEntry } from './room-types.js';
import { TelemetryFeed } from './telemetry-feed.js';
import { eventAction, telemetryRequest, wireEvent } from './wire.js';

/** Requests of one peer that wait for their turn: more than a client of ours ever has without an answer. */
const maxWaiting = 256;

/** And bytes of them, with room for what one of ours may have sent meanwhile. */
const maxWaitingBytes = 8 * 1024 * 1024;

/** Members that are told in one piece when a room is joined. */
const rosterPiece = 200;

export type ServeRoomsOptions = {
  readonly connection: ConnectionManager;
  readonly endpoint: Endpoint;
  readonly clock: Clock;
  /** Messages of these names have to fit; all others are carried as they are. */
  readonly definitions?: MessageDefinitions | undefined;
  /** Something was not sent, or taken: for the log. */
  readonly onProblem: (text: string) => void;
  /** The peer is to be cut, and why. */
  readonly onFlood: (reason: string) => void;
};

export class ServedRooms {
  /** Changed variables go this way: a slow reader gets the newest. */
  readonly telemetry: TelemetryFeed;
  readonly #options: ServeRoomsOptions;
  readonly #host: RoomHost;
  readonly #queue: PacedQueue;

  /** Answers the requests of `endpoint`, which is this connection's alone. */
  constructor(host: RoomHost, options: ServeRoomsOptions) {
    const { connection, endpoint, clock, onFlood, onProblem } = options;
    this.#options = options;
    this.#host = host;
    this.#queue = new PacedQueue({
      ...{ clock, maxWaiting, maxBytes: maxWaitingBytes },
      onFlood: () =>
        onFlood(
          `more than ${maxWaiting} requests or ${maxWaitingBytes} bytes wait: it does not wait for its answers`,
        ),
    });
    this.telemetry = new TelemetryFeed({
      send: (kwargs) =>
        connection.getResponse(telemetryRequest, { kwargs, timeoutMs: Number.POSITIVE_INFINITY }),
      onUnsendable: (text) => this.#unsendable(text),
      onEnd: (error) => {
        if (!(error instanceof DisconnectedError))
          onProblem(`it gets no more changed variables: ${errorText(error)}`);
      },
    });
    for (const [name, handle] of Object.entries(roomRequests))
      endpoint.requestCallback(name, (_, ...args) => this.#answer(name, args.at(-1), handle));
    endpoint.requestCallback('room_join', (_, ...args) => this.#join(args.at(-1)));
    endpoint.requestCallback('room_command', (_, ...args) => this.#run(args.at(-1)));
  }

  /** Sends an event; nothing when the link is gone. */
  push(event: RoomEvent): void {
    if (event.type === 'left' && event.cause === 'disconnected') this.telemetry.forgetMember(event.member.id);
    if (event.type === 'removed') this.telemetry.forgetRoom(event.room.name);
    try {
      const kwargs = wireEvent(event, (text) => this.#unsendable(text));
      this.#options.connection.sendMessage(eventAction, { kwargs });
    } catch (error) {
      if (error instanceof MessageValueError) this.#unsendable(`"${event.type}": ${error.message}`);
      // A full queue has ended the link already, which whoever owns it is told.
      else if (!(error instanceof DisconnectedError || error instanceof QueueFullError)) throw error;
    }
  }

  /** Nobody asks any more. */
  close(): void {
    this.#queue.close();
  }

  #unsendable(text: string): void {
    this.#options.onProblem(`it was not told: ${text}`);
  }

  #answer(
    name: string,
    kwargs: Json | undefined,
    handle: (call: RoomCall) => HostOutcome<{ readonly answer: Json }>,
  ): unknown {
    const read = (): RoomCall => this.#callOf(name, kwargs);
    const granted = this.#queue.ask(
      () => this.#host.together(() => this.#charged(kwargs, () => handle(read()))),
      () => sizeOf(kwargs),
    );
    return granted instanceof Promise ? granted.then(({ answer }) => answer) : granted.answer;
  }

  /** What the room holds goes out before the answer, and before whatever happens in it later. */
  #join(kwargs: Json | undefined): unknown {
    return this.#answer('room_join', kwargs, ({ host, asked, reader, room }) => {
      const wish = { isHidden: reader.flag('hidden'), closesWithOwner: reader.flag('closes_with_owner') };
      const joined = host.join(asked, room(), wish);
      if (joined.denied) return joined;
      this.#tellRoom(joined);
      return { answer: null };
    });
  }

  #tellRoom({ room, roster, variables }: JoinedRoom): void {
    this.telemetry.forgetRoom(room.name);
    for (const { member } of roster) this.telemetry.forgetMember(member.id);
    this.push({ type: 'entered', room, variables });
    for (let at = 0; at < roster.length; at += rosterPiece) {
      const members: readonly RosterEntry[] = roster.slice(at, at + rosterPiece);
      this.push({ type: 'roster', room: room.name, members });
    }
  }

  async #run(kwargs: Json | undefined): Promise<Json> {
    const { answer } = await this.#queue.run(async () => {
      const read = this.#charged(kwargs, () => readCommand(this.#callOf('room_command', kwargs)));
      return read.denied ? read : runCommand(read);
    }, sizeOf(kwargs));
    return answer;
  }

  #callOf(name: string, kwargs: Json | undefined): RoomCall {
    const reader = new KwargsReader(name, kwargs);
    const correlation = reader.optionalValue('correlation');
    const asked: Asked = { sizeBytes: sizeOf(kwargs), ...(correlation !== undefined && { correlation }) };
    const { definitions } = this.#options;
    const tell = (event: RoomEvent) => this.push(event);
    return { host: this.#host, asked, reader, definitions, tell, room: () => reader.text('room') };
  }

  /** A request that can not be read, or does not fit, is counted as well. */
  #charged<Result extends object>(
    kwargs: Json | undefined,
    question: () => HostOutcome<Result>,
  ): HostOutcome<Result> {
    try {
      return question();
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      const charged = this.#host.charge({ sizeBytes: sizeOf(kwargs) });
      return { denied: charged.denied ?? { code: error.code, reason: error.message } };
    }
  }
}

function sizeOf(kwargs: Json | undefined): number {
  return isJsonObject(kwargs) ? Buffer.byteLength(formatJson(kwargs)) : 0;
}
