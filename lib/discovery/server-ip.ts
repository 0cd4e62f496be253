/** The datagram with which a server announces itself: one frame, an action `server_ip`. Knows no socket and no time. */
import { CorruptFrameError } from '../errors.js';
import { MessageManager } from '../messaging/message-manager.js';
import { onlyMessage } from '../messaging/only-message.js';

/** What a server says of itself. */
export type ServerIp = {
  /** Where drones connect: an address or a name. */
  readonly host: string;
  readonly port: number;
  /** Tells one server from another. */
  readonly id: string;
  /** When the server started, UTC s. */
  readonly startTimeS: number;
  /** Of two servers of one fleet the one of the higher epoch is in charge; undefined where epochs are not kept. */
  readonly epoch?: number | undefined;
};

/** An old client loses what is longer. Source: the reference's receive buffer. */
export const maxDatagramBytes = 1024;

const action = 'server_ip';

/** Adds what proves whose a datagram is to its kwargs. */
export type SignDatagram = <Kwargs extends { readonly [key: string]: string }>(
  action: string,
  kwargs: Kwargs,
) => Kwargs & { readonly [key: string]: string };

/** Whether a datagram with these kwargs, `from` an address, is to be believed. */
export type AcceptDatagram = (
  action: string,
  kwargs: { readonly [key: string]: unknown },
  from: string,
) => boolean;

/** Addresses and names: what can be connected to, and written into a configuration file, without surprise. */
const hostPattern = /^[A-Za-z0-9](?:[A-Za-z0-9._:-]{0,251}[A-Za-z0-9])?$/;
const idPattern = /^[^\p{C}]{1,200}$/u;
const portPattern = /^[0-9]{1,5}$/;
const epochPattern = /^[1-9][0-9]{0,14}$/;
const timePattern = /^[0-9]{1,15}(?:\.[0-9]{1,20})?$/;

/**
 * The datagram's bytes.
 * @throws CorruptFrameError when no client could read it: a part that `decodeServerIp` refuses, or over 1024 bytes.
 */
export function encodeServerIp(server: ServerIp, sign?: SignDatagram): Uint8Array {
  const { host, port, id, startTimeS, epoch } = server;
  const plain = {
    ...{ host, port: String(port), id, start_time: String(startTimeS) },
    ...(epoch !== undefined && { epoch: String(epoch) }),
  };
  if (!readServerIp(plain)) throw new CorruptFrameError(`no server can be announced as ${host}:${port}`);
  const kwargs = sign ? sign(action, plain) : plain;
  const datagram = MessageManager.createActionMessage(action, { kwargs });
  if (datagram.length > maxDatagramBytes) throw new CorruptFrameError('the announcement is over 1024 bytes');
  return datagram;
}

/**
 * What a datagram announces; undefined for everything that is not exactly one proper announcement, or that `accept` does
 * not believe. `from`: the address that it came from. Never throws.
 */
export function decodeServerIp(
  datagram: Uint8Array,
  accept?: AcceptDatagram,
  from = '',
): ServerIp | undefined {
  if (datagram.length > maxDatagramBytes) return undefined;
  const message = onlyMessage(datagram);
  if (message?.type !== 'action' || message.action !== action) return undefined;
  const server = readServerIp(message.kwargs);
  return server && (accept?.(action, message.kwargs, from) ?? true) ? server : undefined;
}

function readServerIp(kwargs: { readonly [key: string]: unknown }): ServerIp | undefined {
  const { host, port, id, start_time: startTime, epoch } = kwargs;
  if (!isText(host, hostPattern) || !isText(id, idPattern)) return undefined;
  if (!isText(port, portPattern) || !isText(startTime, timePattern)) return undefined;
  const portNumber = Number(port);
  if (portNumber < 1 || portNumber > 65_535) return undefined;
  if (epoch !== undefined && !isText(epoch, epochPattern)) return undefined;
  const server = { host, port: portNumber, id, startTimeS: Number(startTime) };
  return epoch === undefined ? server : { ...server, epoch: Number(epoch) };
}

function isText(value: unknown, pattern: RegExp): value is string {
  return typeof value === 'string' && pattern.test(value);
}
