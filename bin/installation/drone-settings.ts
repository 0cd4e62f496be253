/** What a new drone is given, field by field, and what each field may hold. Knows no file, no card and no network. */
import { parseVehicleUrl } from '../../drone-client/vehicle/vehicle-url.js';
import { UsageError } from '../../lib/errors.js';
import { enrolledIdPattern } from '../../lib/security/keys.js';

/** A network that the drone joins; without a password the Pi keeps the one it has, unless the network has none. */
type Wifi = { readonly ssid: string; readonly password?: string; readonly isOpen?: boolean };

/** What `starling-drone-setup` is told; what is undefined stays as it is on the Pi. */
export type DroneSettings = {
  readonly id: string;
  readonly hostname?: string;
  /** HOST or HOST:PORT. */
  readonly server?: string;
  readonly vehicle?: string;
  readonly wifi?: Wifi;
  /** Of its radio: two capital letters. */
  readonly country?: string;
};

const maxSsidBytes = 32;
const maxPort = 65_535;

/** Each says what is wrong with a text, or nothing. Those of secrets never repeat it. */
export const fieldFaults = {
  id: (text: string) =>
    enrolledIdPattern.test(text)
      ? undefined
      : `"${text}" can not be enrolled: 1 to 63 small letters, digits, dashes, no dash first`,
  // Source: RFC 1123, 2.1.
  hostname: (text: string) =>
    /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(text)
      ? undefined
      : `"${text}" is no host name: 1 to 63 small letters, digits, dashes, no dash first or last`,
  server: (text: string) => (isServer(text) ? undefined : `"${text}" is no server: HOST or HOST:PORT`),
  vehicle: vehicleFault,
  ssid: (text: string) =>
    text !== '' && Buffer.byteLength(text) <= maxSsidBytes && !hasControls(text)
      ? undefined
      : `no network is called like that: 1 to ${maxSsidBytes} bytes, no control characters`,
  // Source: IEEE 802.11i, H.4.1: a passphrase of 8 to 63 printable ASCII characters, or the key itself.
  wifi_password: (text: string) =>
    /^[\x20-\x7e]{8,63}$/.test(text) || /^[0-9a-fA-F]{64}$/.test(text)
      ? undefined
      : 'is no password of a Wi-Fi network: 8 to 63 printable ASCII characters, or 64 hexadecimal digits',
  wifi_open: (text: string) => (/^(?:yes|no)$/.test(text) ? undefined : `"${text}" is neither yes nor no`),
  country: (text: string) =>
    /^(?!UK|EN|EU)[A-Z]{2}$/.test(text)
      ? undefined
      : `"${text}" is no country: two capital letters, e.g. DE or GB`,
} as const;

function isServer(text: string): boolean {
  const [, port] = /^(?:\[[0-9a-fA-F:.]+\]|[A-Za-z0-9](?:[A-Za-z0-9.-]*))(?::(\d{1,5}))?$/.exec(text) ?? [
    '',
    '',
  ];
  return port === undefined || (Number(port) >= 1 && Number(port) <= maxPort);
}

function vehicleFault(text: string): string | undefined {
  // It becomes a word of the service's command line.
  if (!/^[!-~]*$/.test(text) || /["'\\$#]/.test(text))
    return 'spaces, quotes, $, #, \\ and letters with accents can not stand in it';
  try {
    parseVehicleUrl(text);
    return undefined;
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
}

export function hasControls(text: string): boolean {
  return /\p{Cc}/u.test(text);
}

/** Names of files that hold what must not stand on a command line. */
export type SecretFiles = { readonly key: string; readonly wifiPassword: string };

/** The words after `starling-drone-setup`; the files are named by `files`, as the shell that runs it knows them. */
export function setupArguments(
  { id, hostname, server, vehicle, wifi, country }: DroneSettings,
  files: SecretFiles,
): string[] {
  const option = (name: string, value: string | undefined) =>
    value === undefined ? [] : [name, quoted(value)];
  return [
    ...option('--id', id),
    '--enroll',
    files.key,
    ...option('--server', server),
    ...option('--ssid', wifi?.ssid),
    ...(wifi?.password === undefined ? [] : ['--wifi-password-file', files.wifiPassword]),
    ...(wifi?.isOpen ? ['--wifi-open'] : []),
    ...option('--country', country),
    ...option('--hostname', hostname),
    ...option('--vehicle', vehicle),
  ];
}

/** One word of a shell's command line, whatever is in it. */
export function quoted(text: string): string {
  return /^[A-Za-z0-9_.:/@=+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
