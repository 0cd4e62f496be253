/** The wevis gateway: its port, and a visitor for each connection. Knows sockets and randomness; no message. */
import { randomBytes } from 'node:crypto';
import type { Socket } from 'node:net';
import { WevisUserLimit, wevisSalt } from '../../../../lib/protocols/wevis/index.js';
import { listen } from '../../adapters/listen.js';
import { Outlet } from '../../adapters/outlet.js';
import type { Gateway, GatewayOptions } from '../../gateway.js';
import { endWith } from '../../last-words.js';
import { type DefinitionFile, readFleetDefinitions } from '../fleet-schema.js';
import { FrameMaker } from '../frames.js';
import { ShowNews } from '../show-news.js';
import { showMessage } from '../state-messages.js';
import { plainAddress, UserBook, type WevisUsers } from '../users.js';
import { type WevisHouse, WevisVisitor, wevisGateway } from '../wevis-visitor.js';

/** At most one line a while about those that were not let in, ms. */
const warningPaceMs = 10_000;

/** Random bytes of a salt. */
const saltBytes = 32;

const nothing = new Uint8Array(0);

export type WevisGatewayOptions = GatewayOptions & {
  /** None: every login is rejected. */
  readonly users: WevisUsers;
  /** `shows/fleet.wevis`, or a file that holds the same messages and more. */
  readonly definitions: DefinitionFile;
  /** Connections of one user at a time. Default: 1. */
  readonly perUserLimit?: number;
  /** What a client must say that it is; undefined: anything. */
  readonly version?: string;
};

/**
 * @throws ConfigError about the definitions; RefusedError `no_gateway` that names the port and the reason.
 */
export async function startWevis(options: WevisGatewayOptions): Promise<Gateway> {
  const house = makeHouse(options);
  let arrivals = 0;
  const listener = await listen({
    ...options,
    name: wevisGateway,
    onSocket: (socket) => welcome(house, socket, `${wevisGateway}:${++arrivals}`),
  });
  return { name: wevisGateway, port: listener.port, close: () => listener.close() };
}

function makeHouse({
  board,
  clock,
  log,
  users,
  perUserLimit,
  version,
  ...options
}: WevisGatewayOptions): WevisHouse {
  const definitions = readFleetDefinitions(options.definitions);
  for (const note of definitions.notes) log('warning', `${wevisGateway}: ${note}`);
  const onUnsendable = (text: string) => board.hub.reportError(wevisGateway, text);
  const frames = new FrameMaker({ definitions, onUnsendable });
  let warnedMs = Number.NEGATIVE_INFINITY;
  return {
    ...{ board, clock, definitions },
    users: new UserBook({ users, definitions, version }),
    limit: new WevisUserLimit(perUserLimit),
    frames,
    news: new ShowNews((values) => frames.bytesOf([showMessage(values)])),
    warn: (text) => {
      if (clock.monotonicMs() - warnedMs < warningPaceMs) return;
      warnedMs = clock.monotonicMs();
      log('warning', `${wevisGateway}: ${text}`);
    },
  };
}

function welcome(house: WevisHouse, socket: Socket, id: string): void {
  const outlet = new Outlet({
    stream: socket,
    onSlow: (text) => {
      house.board.hub.reportError(wevisGateway, text, id);
      visitor.close(text);
    },
  });
  const visitor = new WevisVisitor(house, {
    id,
    address: plainAddress(socket.remoteAddress),
    salt: wevisSalt(randomBytes(saltBytes)),
    send: (bytes) => outlet.write(bytes),
    close: () => {
      if (!socket.destroyed) endWith(socket, nothing, house.clock);
    },
    pause: () => void socket.pause(),
    resume: () => void socket.resume(),
  });
  socket.on('data', (bytes) => visitor.receive(bytes));
  socket.on('end', () => visitor.end());
  socket.on('close', () => visitor.end());
  visitor.open();
}
