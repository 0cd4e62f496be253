/** The native gateway: its port, and a visitor for each connection that has proven a token's key. Knows sockets; no message. */
import { once } from 'node:events';
import type { TLSSocket } from 'node:tls';
import type { MessageDefinitions } from '../../../../lib/messaging/index.js';
import type { Gatekeeper } from '../../../../lib/security/access/gatekeeper.js';
import { type Clock, every } from '../../../../lib/time/clock.js';
import { listen } from '../../adapters/listen.js';
import type { Gateway, GatewayOptions } from '../../gateway.js';
import { nativeGateway } from '../native-host.js';
import { type NativeHouse, NativeVisitor } from '../native-visitor.js';
import { NativeDoor } from './native-door.js';

/** At most one line a while about those that were not let in, or were cut, ms. */
const warningPaceMs = 10_000;

/** How often it is looked whose token was taken away, ms; nobody acts by it until then. */
const lookMs = 250;

/** How long visitors may take to hear that the gateway closes, ms. */
const lastWordsMs = 300;

/** `tls` is of no use here: who comes in proves the key of a token. */
export type NativeGatewayOptions = Omit<GatewayOptions, 'tls'> & {
  readonly gatekeeper: Pick<Gatekeeper, 'pskOf' | 'knows' | 'callerOf' | 'holds'>;
  /** Messages of these names have to fit. Default: any message is carried. */
  readonly definitions?: MessageDefinitions;
  /** Of this Starling, for its hello. */
  readonly version?: string;
  /** What may wait for a slow reader before it is cut, bytes. Default: 16 MiB. */
  readonly maxQueueBytes?: number;
};

/** @throws RefusedError `no_gateway` that names the port and the reason. */
export async function startNative(options: NativeGatewayOptions): Promise<Gateway> {
  const { clock, gatekeeper } = options;
  const house = makeHouse(options);
  const visitors = new Set<NativeVisitor>();
  const streams = new Set<TLSSocket>();
  let arrivals = 0;
  const onAdmitted = (stream: TLSSocket, address: string) => {
    arrivals += 1;
    const onGone = () => visitors.delete(visitor);
    const visitor = new NativeVisitor(house, { id: `${nativeGateway}:${arrivals}`, address, stream, onGone });
    visitors.add(visitor);
    streams.add(stream);
    stream.once('close', () => streams.delete(stream));
    visitor.open();
  };
  const door = new NativeDoor({ clock, gatekeeper, onAdmitted, onRefused: house.warn });
  const listener = await listen({
    name: nativeGateway,
    host: options.host,
    port: options.port,
    log: options.log,
    onSocket: (socket) => door.admit(socket),
  });
  const stopLooking = every(clock, lookMs, () => {
    for (const visitor of visitors) visitor.checkToken();
  });
  const close = async () => {
    stopLooking();
    const gone = [...streams].map((stream) => once(stream, 'close'));
    for (const visitor of visitors) visitor.end('server_closes', 'the server closes');
    await Promise.race([Promise.all(gone), passed(clock, lastWordsMs)]);
    await listener.close();
  };
  return { name: nativeGateway, port: listener.port, close };
}

function makeHouse(options: NativeGatewayOptions): NativeHouse {
  const { board, clock, gatekeeper, definitions, version = 'unknown', maxQueueBytes, log } = options;
  let warnedMs = Number.NEGATIVE_INFINITY;
  return {
    ...{ board, clock, gatekeeper, definitions, version, maxQueueBytes },
    warn: (text) => {
      if (clock.monotonicMs() - warnedMs < warningPaceMs) return;
      warnedMs = clock.monotonicMs();
      log('warning', `${nativeGateway}: ${text}`);
    },
  };
}

function passed(clock: Clock, waitMs: number): Promise<void> {
  return new Promise((resolve) => clock.after(waitMs, resolve));
}
