/** What a drone holds of its fleet: its own key, and the public half of the pair that signs. Pure; knows no file. */
import { ConfigError } from '../errors.js';
import { fleetFingerprint, keyBytes, parseIdentity } from './keys.js';
import { objectOf } from './parse-json.js';

export type DroneKey = {
  /** The name that it is enrolled under, and has to be called. */
  readonly id: string;
  /** What it says in the handshake: `ID.N`. */
  readonly identity: string;
  /** 32 bytes, shared with the server alone. */
  readonly psk: Uint8Array;
  /** 64 hexadecimal digits: checks what servers of the fleet have signed. */
  readonly serverPublicKey: string;
  /** The fleet's fingerprint, 16 hexadecimal digits. */
  readonly fleet: string;
};

const format = 'starling drone key 1';

export function formatDroneKey({ psk, ...key }: DroneKey): string {
  const file = { format, ...key, psk: Buffer.from(psk).toString('hex') };
  return `${JSON.stringify(file, undefined, 2)}\n`;
}

/** @throws ConfigError naming `path` and what is wrong with it. */
export function parseDroneKey(text: string, path: string): DroneKey {
  const file = objectOf(text);
  if (file?.format !== format) throw wrong(path, 'it is none');
  const { id, identity, psk, serverPublicKey, fleet } = file;
  if (typeof identity !== 'string' || typeof id !== 'string' || parseIdentity(identity)?.id !== id) {
    throw wrong(path, '"identity" is not the enrolment of "id"');
  }
  if (!isHex(psk, keyBytes)) throw wrong(path, `"psk" is not ${2 * keyBytes} hexadecimal digits`);
  if (!isHex(serverPublicKey, keyBytes) || fleetFingerprint(serverPublicKey) !== fleet) {
    throw wrong(path, '"serverPublicKey" is not the key of "fleet"');
  }
  return { id, identity, psk: Buffer.from(psk, 'hex'), serverPublicKey, fleet };
}

function wrong(path: string, what: string): ConfigError {
  return new ConfigError(
    `${path} is no key of a drone: ${what}; write it anew on the server: starling fleet enroll DRONE_ID --force -o FILE`,
  );
}

function isHex(value: unknown, bytes: number): value is string {
  return typeof value === 'string' && value.length === 2 * bytes && /^[0-9a-f]+$/.test(value);
}
