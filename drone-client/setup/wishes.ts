/** What a drone is to be, read from the words of a command line. Knows no file; contents of files are given to it. */
import { UsageError } from '../../lib/errors.js';
import { type DroneKey, parseDroneKey } from '../../lib/security/drone-key.js';
import { enrolledIdPattern } from '../../lib/security/keys.js';
import { parseVehicleUrl } from '../vehicle/vehicle-url.js';
import type { WifiWish } from './wifi-keyfile.js';

/** As commander gives them, and what was in the files that they name. */
export type RawWishes = {
  readonly id?: string | undefined;
  readonly server?: string | undefined;
  readonly ssid?: string | undefined;
  readonly country?: string | undefined;
  readonly hostname?: string | undefined;
  readonly vehicle?: string | undefined;
  readonly uart?: boolean | undefined;
  readonly spi?: boolean | undefined;
  readonly time?: string | undefined;
  readonly open?: boolean | undefined;
  /** The key file of `--enroll`, and what it is called. */
  readonly key?: { readonly text: string; readonly path: string } | undefined;
  /** Content of the password's file. */
  readonly password?: string | undefined;
  /** The network has no password. */
  readonly wifiOpen?: boolean | undefined;
};

export type Wishes = {
  readonly id?: string | undefined;
  readonly key?: DroneKey | undefined;
  readonly server?: { readonly host: string; readonly port?: number | undefined } | undefined;
  readonly wifi?: WifiWish | undefined;
  readonly country?: string | undefined;
  readonly hostname?: string | undefined;
  readonly vehicle?: string | undefined;
  readonly uart: boolean;
  readonly spi: boolean;
  readonly time?: 'server' | 'own' | undefined;
  readonly open: boolean;
};

/** @throws UsageError, ConfigError for a key that is none. */
export function readWishes(raw: RawWishes): Wishes {
  const key = raw.key && parseDroneKey(raw.key.text, raw.key.path);
  const id = raw.id === undefined ? key?.id : readId(raw.id);
  if (key && id !== key.id)
    throw new UsageError(
      `--id ${id}: the key in ${raw.key?.path} is that of "${key.id}": take the key of "${id}", or leave --id out`,
    );
  if (key && raw.open)
    throw new UsageError('--open is for drones without a key: leave out --open or --enroll');
  return {
    ...{ id, key, wifi: readWifi(raw) },
    ...(raw.server !== undefined && { server: readServer(raw.server) }),
    ...(raw.country !== undefined && { country: readCountry(raw.country) }),
    ...(raw.hostname !== undefined && { hostname: readHostname(raw.hostname) }),
    ...(raw.vehicle !== undefined && { vehicle: readVehicle(raw.vehicle) }),
    ...(raw.time !== undefined && { time: readTime(raw.time) }),
    ...{ uart: raw.uart ?? true, spi: raw.spi ?? true, open: raw.open ?? false },
  };
}

function readId(text: string): string {
  const id = text.toLowerCase();
  if (enrolledIdPattern.test(id)) return id;
  throw new UsageError(`--id ${text}: 1 to 63 letters, digits and dashes are expected, no dash first`);
}

function readServer(text: string): { host: string; port?: number } {
  const [, bracketed, plain, port] =
    /^(?:\[([0-9A-Fa-f:.]+)\]|([A-Za-z0-9._-]+))(?::(\d{1,5}))?$/.exec(text) ?? [];
  const host = bracketed ?? plain;
  const number = port === undefined ? undefined : Number(port);
  if (host === undefined || host.startsWith('-') || number === 0 || (number ?? 1) > 65_535)
    throw new UsageError(
      `--server ${text}: HOST or HOST:PORT is expected, IPv6 in brackets: [fe80::1]:25000`,
    );
  return { host, ...(number !== undefined && { port: number }) };
}

const maxSsidBytes = 32;

function readWifi({ ssid, password, wifiOpen }: RawWishes): WifiWish | undefined {
  if (wifiOpen && password !== undefined)
    throw new UsageError('--wifi-open is for a network without a password: leave out one of the two');
  if (ssid === undefined) {
    if (password !== undefined || wifiOpen)
      throw new UsageError(
        `${wifiOpen ? '--wifi-open' : '--wifi-password-file'} belongs to --ssid: say which network`,
      );
    return undefined;
  }
  const bytes = Buffer.byteLength(ssid);
  if (bytes < 1 || bytes > maxSsidBytes)
    throw new UsageError(`--ssid: a network's name has 1 to ${maxSsidBytes} bytes, not ${bytes}`);
  if (/\p{Cc}/u.test(ssid)) throw new UsageError('--ssid: the name has a control character in it');
  return {
    ssid,
    ...(password !== undefined && { password: readPassword(password) }),
    ...(wifiOpen && { isOpen: true }),
  };
}

/** The file's first line. Nothing of it is ever in a message. Source: IEEE 802.11i, H.4: 8 to 63 characters of ASCII. */
function readPassword(content: string): string {
  const [password = '', ...more] = content.replace(/\r?\n$/, '').split(/\r?\n/);
  if (more.length > 0) throw new UsageError('--wifi-password-file: one line is expected, the password');
  if (/^(?:[ -~]{8,63}|[0-9A-Fa-f]{64})$/.test(password)) return password;
  throw new UsageError(
    `--wifi-password-file: a Wi-Fi password has 8 to 63 characters of ASCII (or 64 hexadecimal digits); this one has ${password.length}${/^[ -~]*$/.test(password) ? '' : ', and others than ASCII'}`,
  );
}

function readCountry(text: string): string {
  // Known as abbreviations, and as no country to the kernel, which would keep the radio as it is.
  if (/^(?!UK|EN|EU)[A-Z]{2}$/i.test(text)) return text.toUpperCase();
  throw new UsageError(`--country ${text}: two letters are expected, as DE, GB or US (ISO 3166-1)`);
}

function readHostname(text: string): string {
  const name = text.toLowerCase();
  if (/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(name)) return name;
  throw new UsageError(
    `--hostname ${text}: 1 to 63 letters, digits and dashes are expected, no dash first or last`,
  );
}

function readVehicle(text: string): string {
  parseVehicleUrl(text);
  if (/^[!-~]+$/.test(text) && !/["'\\$#]/.test(text)) return text;
  throw new UsageError(`--vehicle ${text}: blanks, quotes, $, # and \\ can not be in it`);
}

function readTime(text: string): 'server' | 'own' {
  if (text === 'server' || text === 'own') return text;
  throw new UsageError(`--time ${text}: server or own is expected`);
}
