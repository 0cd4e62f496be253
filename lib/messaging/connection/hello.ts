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
};

/** What crosses the wire. */
export function helloKwargs(hello: Hello): Kwargs {
  const { udp, ntp, features, ...rest } = hello;
  return {
    ...rest,
    features: [...features],
    ...(udp !== undefined && { udp }),
    ...(ntp !== undefined && { ntp }),
  };
}

/** The hello in an action's kwargs, or undefined when it is none that this library understands. */
export function readHello(kwargs: Kwargs): Hello | undefined {
  const { protocol, role, id, software, version, features, udp, ntp } = kwargs;
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
  };
}

function isPort(value: Json | undefined): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value > 0 && value < 65536;
}
