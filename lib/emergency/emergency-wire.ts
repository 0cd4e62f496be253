/**
 * The two datagrams of an emergency: what a server orders, and what a drone answers. Each is one frame, an action. Knows
 * bytes and keys; no socket, no time, and not what the orders do.
 */
import { createHash, createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { CorruptFrameError } from '../errors.js';
import type { Kwargs } from '../messaging/message.js';
import { MessageManager } from '../messaging/message-manager.js';
import { onlyMessage } from '../messaging/only-message.js';

/** What goes by datagram as well: everything that ends or holds a flight. */
export const emergencyActions = ['stop', 'land', 'emergency_land', 'disarm', 'kill'] as const;

export type EmergencyAction = (typeof emergencyActions)[number];

export function isEmergencyAction(text: unknown): text is EmergencyAction {
  return emergencyActions.some((action) => action === text);
}

/** What each makes needless when it comes after it. A gentler word never takes back a stronger one. */
const covered: { readonly [what in EmergencyAction]: readonly EmergencyAction[] } = {
  stop: ['stop'],
  land: ['stop', 'land'],
  emergency_land: ['stop', 'land', 'emergency_land'],
  disarm: ['stop', 'disarm'],
  kill: emergencyActions,
};

/** Whether an earlier command needs no saying, and no obeying, once the later one was said. */
export function covers(later: EmergencyAction, earlier: EmergencyAction): boolean {
  return covered[later].includes(earlier);
}

/** An order that was signed longer ago is not obeyed any more, ms: it is sent for 10 s, and nobody means it after that. */
export const orderLifeMs = 15_000;

const orderName = 'emergency';
const acknowledgementName = 'emergency_heard';

/** Longer datagrams may be cut into packets, of which each can be lost. */
export const maxEmergencyBytes = 1024;

/** So many drones are named by one datagram: it stays far below `maxEmergencyBytes`, and one signature serves them all. */
export const maxAddressees = 16;

export type EmergencyOrder = {
  /** The server that orders. */
  readonly id: string;
  /** That server's epoch; undefined where the server keeps none. */
  readonly epoch: number | undefined;
  /** `PREFIX-N`: N rises with each command of a server, PREFIX is another one after its restart. */
  readonly command: string;
  readonly what: EmergencyAction;
  /** Whom it concerns: what each drone has made up at its start, and told in its hello. */
  readonly to: readonly string[];
};

/** How far a command is with a drone. */
export type EmergencyState = {
  readonly state: 'heard' | 'done' | 'refused';
  readonly code?: string | undefined;
  readonly message?: string | undefined;
};

export type Acknowledgement = EmergencyState & { readonly command: string; readonly boot: string };

/** Adds what proves whose an order is to its kwargs. */
export type SignOrder = (action: string, kwargs: Kwargs) => Kwargs;

const commandPattern = /^([A-Za-z0-9]{1,16})-([1-9][0-9]{0,8})$/;
const bootPattern = /^[\w-]{8,32}$/;
const idPattern = /^[^\p{C}]{1,200}$/u;
const epochPattern = /^[1-9][0-9]{0,14}$/;
const codePattern = /^[a-z0-9_]{1,40}$/;
const maxTextLength = 200;

/** The parts of a command's id; undefined for what is none. */
export function parseCommandId(
  text: unknown,
): { readonly prefix: string; readonly number: number } | undefined {
  const [, prefix, number] = typeof text === 'string' ? (commandPattern.exec(text) ?? []) : [];
  return prefix === undefined ? undefined : { prefix, number: Number(number) };
}

/** What a drone makes up at its start may look like: nobody guesses it, and a hello holds it. */
export function isBootName(value: unknown): value is string {
  return typeof value === 'string' && bootPattern.test(value);
}

/** A drone as orders name it. `key`: as `acknowledgementKey` gives it; undefined for one without. */
type Addressee = { readonly id: string; readonly boot: string; readonly key: Uint8Array | undefined };

/**
 * How an order names a drone: by its name and its boot name together, so that no drone is reached by an order for another
 * one that has claimed its boot name. With a key nobody else can name it so in another order than the server's own:
 * what strangers send is thrown away before its signature, which is dear to check, is looked at.
 */
export function addresseeOf(
  { id, boot, key }: Addressee,
  { command, what }: Pick<EmergencyOrder, 'command' | 'what'>,
): string {
  if (!key) return shortened(createHash('sha256').update(`starling addressee ${id} ${boot}`));
  const text = JSON.stringify(['starling addressee', id, boot, command, what]);
  return shortened(createHmac('sha256', key).update(text, 'utf8'));
}

/** 132 bits. */
function shortened(hash: { digest(encoding: 'base64url'): string }): string {
  return hash.digest('base64url').slice(0, 22);
}

/** @throws CorruptFrameError when no drone could read it: a part that `readOrder` refuses, or too many bytes. */
export function encodeOrder({ id, epoch, command, what, to }: EmergencyOrder, sign: SignOrder): Uint8Array {
  const kwargs = { id, command, what, to: [...to], ...(epoch !== undefined && { epoch: String(epoch) }) };
  if (!orderOf(kwargs)) throw new CorruptFrameError(`"${command}" of ${id} can not be ordered by datagram`);
  return encode(orderName, sign(orderName, kwargs));
}

/** The order in a datagram, and its kwargs as they were signed; undefined for anything else. Never throws. */
export function readOrder(
  datagram: Uint8Array,
): { readonly order: EmergencyOrder; readonly kwargs: Kwargs } | undefined {
  const kwargs = kwargsOf(datagram, orderName);
  const order = kwargs && orderOf(kwargs);
  return order && { order, kwargs };
}

/** With a key, it proves that this drone has said it. */
export function encodeAcknowledgement(
  { command, boot, state, code, message }: Acknowledgement,
  key: Uint8Array | undefined,
): Uint8Array {
  const said = {
    ...{ command, boot, state },
    ...(code !== undefined && codePattern.test(code) && { code }),
    ...(message !== undefined && { message: message.slice(0, maxTextLength) }),
  };
  return encode(acknowledgementName, { ...said, ...(key && { mac: macOf(said, key).toString('base64') }) });
}

/** What a drone has said, and whether it proves a key; undefined for anything else. Never throws. */
export function readAcknowledgement(
  datagram: Uint8Array,
): { readonly said: Acknowledgement; isProvenBy(key: Uint8Array): boolean } | undefined {
  const kwargs = kwargsOf(datagram, acknowledgementName);
  if (!kwargs) return undefined;
  const { command, boot, state, code, message, mac } = kwargs;
  if (!parseCommandId(command) || typeof command !== 'string' || !isBootName(boot)) return undefined;
  if (state !== 'heard' && state !== 'done' && state !== 'refused') return undefined;
  const said: Acknowledgement = {
    ...{ command, boot, state },
    ...(typeof code === 'string' && codePattern.test(code) && { code }),
    ...(typeof message === 'string' && { message: message.slice(0, maxTextLength) }),
  };
  return {
    said,
    isProvenBy(key) {
      const given = Buffer.from(typeof mac === 'string' ? mac : '', 'base64');
      const own = macOf(said, key);
      return given.length === own.length && timingSafeEqual(given, own);
    },
  };
}

/** What a drone proves its acknowledgements with, 32 bytes. Source: HKDF with SHA-256 and no salt, RFC 5869. */
export function acknowledgementKey(psk: Uint8Array): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', psk, new Uint8Array(), 'starling acknowledgement', 32));
}

/** Source: HMAC with SHA-256, RFC 2104. */
function macOf({ command, boot, state, code, message }: Acknowledgement, key: Uint8Array): Buffer {
  const text = JSON.stringify([acknowledgementName, command, boot, state, code ?? null, message ?? null]);
  return createHmac('sha256', key).update(text, 'utf8').digest();
}

function encode(action: string, kwargs: Kwargs): Uint8Array {
  const datagram = MessageManager.createActionMessage(action, { kwargs });
  if (datagram.length > maxEmergencyBytes)
    throw new CorruptFrameError(`a datagram "${action}" is over ${maxEmergencyBytes} bytes`);
  return datagram;
}

function kwargsOf(datagram: Uint8Array, action: string): Kwargs | undefined {
  if (datagram.length > maxEmergencyBytes) return undefined;
  const message = onlyMessage(datagram);
  return message?.type === 'action' && message.action === action ? message.kwargs : undefined;
}

function orderOf(kwargs: Kwargs): EmergencyOrder | undefined {
  const { id, epoch, command, what, to } = kwargs;
  if (typeof id !== 'string' || !idPattern.test(id)) return undefined;
  if (typeof command !== 'string' || !parseCommandId(command) || !isEmergencyAction(what)) return undefined;
  if (!Array.isArray(to) || to.length > maxAddressees) return undefined;
  if (epoch !== undefined && (typeof epoch !== 'string' || !epochPattern.test(epoch))) return undefined;
  const names = to.filter(isBootName);
  if (names.length !== to.length || names.length === 0) return undefined;
  return { id, command, what, to: names, epoch: epoch === undefined ? undefined : Number(epoch) };
}
