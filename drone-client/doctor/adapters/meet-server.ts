/**
 * Meets the drone's server as the drone would, up to its hello, and goes again without having said a name: the drone's
 * own connection, if it has one, is left as it is.
 */
import type { Duplex } from 'node:stream';
import { errorText } from '../../../lib/errors.js';
import { formatHostPort } from '../../../lib/host-port.js';
import { helloAction, readHello } from '../../../lib/messaging/connection/hello.js';
import { type Hello, type Message, MessageManager } from '../../../lib/messaging/index.js';
import type { Clock } from '../../../lib/time/clock.js';
import { DroneNetwork } from '../../adapters/drone-network.js';
import type { ServerAddress } from '../../client/server-session.js';
import type { DroneSecurity } from '../../composition/drone-edges.js';
import type { ServerFacts } from '../judge-server.js';

/** Longer than servers wait for a caller that has nothing to prove, ms. */
const helloMs = 1500;

/** Servers announce themselves every 3 s. */
const listenS = 4;

export type MeetOptions = {
  readonly clock: Clock;
  /** Undefined: there is no key that can be used, and no leave to go without. */
  readonly security: DroneSecurity | undefined;
  /** The only one to meet. */
  readonly fixed: ServerAddress | undefined;
  /** To be met where none is heard. */
  readonly configured: ServerAddress | undefined;
  readonly isListening: boolean;
  readonly discoveryPort: number;
  readonly signal: AbortSignal;
};

/** `ntpPort`: where that server tells the time. */
export type Met = { readonly facts: ServerFacts; readonly host?: string; readonly ntpPort?: number };

/** Never rejects for what the server does. */
export async function meetServer(options: MeetOptions): Promise<Met> {
  const { clock, security, fixed, configured, isListening, discoveryPort, signal } = options;
  const network = new DroneNetwork({
    clock,
    security: security ?? { key: undefined, isOpen: true },
    discoveryPort: () => discoveryPort,
    onWarning: () => undefined,
  });
  const heard =
    !fixed && isListening
      ? await network.findServer(listenS * 1000, signal).catch(() => undefined)
      : undefined;
  const address = fixed ?? heard ?? configured;
  if (!address) return { facts: { kind: 'unknown', isListening, listenedS: listenS } };
  const name = formatHostPort(address.host, address.port);
  try {
    const { stream } = await network.connect(address, signal);
    const { hello, isOld } = await hearHello(stream, clock);
    const isProven = 'encrypted' in stream && security?.key !== undefined;
    const said = hello && { id: hello.id, version: hello.version };
    const met = { hasKey: security?.key !== undefined, isOpen: security?.isOpen ?? false };
    return {
      facts: { kind: 'met', ...met, server: { name, ...said, isProven, isOld } },
      host: address.host,
      ...(hello?.ntp !== undefined && { ntpPort: hello.ntp }),
    };
  } catch (error) {
    return { facts: { kind: 'unreachable', name, error: errorText(error) } };
  }
}

/** The first that is said; the stream is dropped then. */
function hearHello(
  stream: Duplex,
  clock: Clock,
): Promise<{ readonly hello: Hello | undefined; readonly isOld: boolean }> {
  const incoming = new MessageManager();
  return new Promise((resolve) => {
    const end = (message: Message | undefined): void => {
      cancel();
      stream.destroy();
      const isHello = message?.type === 'action' && message.action === helloAction;
      const hello = isHello ? readHello(message.kwargs) : undefined;
      resolve({ hello, isOld: message !== undefined && hello === undefined });
    };
    const cancel = clock.after(helloMs, () => end(undefined));
    stream.on('error', () => end(undefined));
    stream.once('close', () => end(undefined));
    stream.on('data', (chunk: Uint8Array) => {
      incoming.push(chunk);
      try {
        const message = incoming.next();
        if (message) end(message);
      } catch (error) {
        // Whoever speaks like that is no server of drones; that nothing came of it is what is told.
        stream.destroy(error instanceof Error ? error : undefined);
      }
    });
  });
}
