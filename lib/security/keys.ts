/** Every key that a fleet's secret stands for: one a drone and enrolment, and the pair that signs. Pure; knows no file. */
import { createHash, createPrivateKey, createPublicKey, hkdfSync, type KeyObject } from 'node:crypto';

/** Length of the fleet's secret and of each key derived from it, bytes. */
export const keyBytes = 32;

/** What can be enrolled: names that a drone of ours can have. */
export const enrolledIdPattern = /^[a-z0-9][a-z0-9-]{0,62}$/;

const identityPattern = /^([a-z0-9][a-z0-9-]{0,62})\.([1-9][0-9]{0,8})$/;

/** What stands before the 32 bytes of an Ed25519 seed or public key in DER. Source: RFC 8410, 7 and 4. */
const seedPrefix = Buffer.from('302e020100300506032b657004220420', 'hex');
const publicPrefix = Buffer.from('302a300506032b6570032100', 'hex');

/** Who a drone says it is in the handshake: its id, and which of its enrolments the key is of, from 1. */
export type Identity = { readonly id: string; readonly number: number };

export function formatIdentity({ id, number }: Identity): string {
  return `${id}.${number}`;
}

/** Undefined for what no enrolment is called. */
export function parseIdentity(text: string): Identity | undefined {
  const [, id, number] = identityPattern.exec(text) ?? [];
  return id === undefined ? undefined : { id, number: Number(number) };
}

/** The pre-shared key of an identity, 32 bytes. Source: HKDF with SHA-256 and no salt, RFC 5869. */
export function derivePsk(secret: Uint8Array, identity: string): Uint8Array {
  return derive(secret, `starling psk ${identity}`);
}

/** The private half of the pair that signs a fleet's datagrams. Source: Ed25519, RFC 8032; the seed by HKDF. */
export function deriveSigningKey(secret: Uint8Array): KeyObject {
  return signingKeyOfSeed(derive(secret, 'starling signing'));
}

/** A private key from its seed of 32 bytes. */
export function signingKeyOfSeed(seed: Uint8Array): KeyObject {
  return createPrivateKey({ key: Buffer.concat([seedPrefix, seed]), format: 'der', type: 'pkcs8' });
}

/** The public half of a private key, as the 64 hexadecimal digits that drones are given. */
export function publicKeyHex(privateKey: KeyObject): string {
  const der = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
  return der.subarray(publicPrefix.length).toString('hex');
}

/** The key that those 64 digits are. */
export function readPublicKey(hex: string): KeyObject {
  const key = Buffer.concat([publicPrefix, Buffer.from(hex, 'hex')]);
  return createPublicKey({ key, format: 'der', type: 'spki' });
}

/** What people compare fleets by: 16 hexadecimal digits of the SHA-256 of its public key. */
export function fleetFingerprint(publicHex: string): string {
  return createHash('sha256').update(Buffer.from(publicHex, 'hex')).digest('hex').slice(0, 16);
}

function derive(secret: Uint8Array, info: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, new Uint8Array(), info, keyBytes));
}
