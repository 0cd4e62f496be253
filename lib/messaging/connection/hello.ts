/** The hello: what two peers of ours tell each other first, as data and as the kwargs of an action. Knows no connection. */
import { chunksFeature } from '../files/file-wire.js';
import type { Json } from '../json.js';
import type { Kwargs } from '../message.js';

export const helloAction = 'hello';

const roles = ['drone', 'server', 'operator'] as const;

/** Features that this library offers by itself; a program may add its own. */
export const libraryFeatures: readonly string[] = ['errors', 'heartbeat', 'lanes', chunksFeature];

export type Hello = {
  readonly protocol: 1;
  readonly role: (typeof roles)[number];
  readonly id: string;
  readonly software: string;
  readonly version: string;
  readonly features: readonly string[];
  /** Port on which a drone hears emergency datagrams. */
  readonly udp?: number | undefined;
  /** Port on which a server answers NTP. */
  readonly ntp?: number | undefined;
  /** What a drone calls itself since its start, so that no older datagram concerns it: 8 to 32 letters and digits. */
  readonly boot?: string | undefined;
  /** A server's epoch, as its fleet's key has signed it. */
  readonly epoch?: SignedWords | undefined;
};

/** Signed kwargs: texts alone. */
type SignedWords = { readonly [key: string]: string };

/** What crosses the wire. */
export function helloKwargs(hello: Hello): Kwargs {
  const { udp, ntp, boot, epoch, features, ...rest } = hello;
  return {
    ...rest,
    features: [...features],
    ...(udp !== undefined && { udp }),
    ...(ntp !== undefined && { ntp }),
    ...(boot !== undefined && { boot }),
    ...(epoch !== undefined && { epoch }),
  };
}

/** The hello in an action's kwargs, or undefined when it is none that this library understands. */
export function readHello(kwargs: Kwargs): Hello | undefined {
  const { protocol, role, id, software, version, features, udp, ntp, boot, epoch } = kwargs;
  const knownRole = roles.find((known) => known === role);
  if (protocol !== 1 || !knownRole || !Array.isArray(features)) return undefined;
  if (typeof id !== 'string' || typeof software !== 'string' || typeof version !== 'string') return undefined;
  return {
    protocol,
    role: knownRole,
    id,
    software,
    version,
    features: features.filter((feature) => typeof feature === 'string'),
    ...(isPort(udp) && { udp }),
    ...(isPort(ntp) && { ntp }),
    ...(typeof boot === 'string' && /^[\w-]{8,32}$/.test(boot) && { boot }),
    ...(isSignedWords(epoch) && { epoch }),
  };
}

function isSignedWords(value: Json | undefined): value is { [key: string]: string } {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.values(value).every((word) => typeof word === 'string' && word.length <= 300);
}

function isPort(value: Json | undefined): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 && value < 65536;
}
