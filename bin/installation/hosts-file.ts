/** Which Pis a run brings in: lines `USER@HOST ID key=value …`, or a table when the file's name ends in `.csv`. Pure. */
import { UsageError } from '../../lib/errors.js';
import { type DroneSettings, fieldFaults } from './drone-settings.js';
import type { Target } from './remote.js';
import { parseTable } from './table.js';

/** One Pi; of what is undefined the command line's own options hold. */
export type Host = {
  readonly target: Target;
  readonly settings: Omit<DroneSettings, 'wifi' | 'country'>;
  readonly ssid?: string;
  readonly country?: string;
  /** File of this computer, with the password in its first line. */
  readonly wifiPasswordFile?: string;
  /** The network has no password. */
  readonly isWifiOpen?: boolean;
};

const maxPort = 65_535;

const faults: { readonly [key: string]: (text: string) => string | undefined } = {
  host: (text) =>
    /^(?:[A-Za-z0-9_][A-Za-z0-9_.-]*@)?[A-Za-z0-9][A-Za-z0-9._:-]*$/.test(text)
      ? undefined
      : `"${text}" is no USER@HOST`,
  id: fieldFaults.id,
  hostname: fieldFaults.hostname,
  server: fieldFaults.server,
  vehicle: fieldFaults.vehicle,
  ssid: fieldFaults.ssid,
  country: fieldFaults.country,
  port: (text) =>
    /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= maxPort
      ? undefined
      : `"${text}" is no port from 1 to ${maxPort}`,
  identity: () => undefined,
  wifi_password_file: () => undefined,
  wifi_open: fieldFaults.wifi_open,
};

const keys = Object.keys(faults);

type Fields = { readonly [key: string]: string };

/** @throws UsageError that begins with `where`. */
export function hostOf(fields: Fields, where: string): Host {
  for (const [key, text] of Object.entries(fields)) {
    const fault = faults[key];
    const what = fault ? fault(text) : `is not known; known are ${keys.join(', ')}`;
    if (what !== undefined) throw new UsageError(`${where}, ${key}: ${what}`);
  }
  const { host: address = '', id = '', hostname, server, vehicle, ssid, country, port, identity } = fields;
  const { wifi_password_file: wifiPasswordFile } = fields;
  const isWifiOpen = fields.wifi_open === 'yes';
  if (isWifiOpen && wifiPasswordFile !== undefined)
    throw new UsageError(`${where}: a network that is open has no password: leave out one of the two`);
  if (ssid === undefined && (isWifiOpen || wifiPasswordFile !== undefined))
    throw new UsageError(
      `${where}: ${isWifiOpen ? 'an open' : 'a password of a'} Wi-Fi network needs its ssid`,
    );
  return {
    target: {
      address,
      ...(port !== undefined && { port: Number(port) }),
      ...(identity !== undefined && { identity }),
    },
    settings: {
      id,
      ...(hostname !== undefined && { hostname }),
      ...(server !== undefined && { server }),
      ...(vehicle !== undefined && { vehicle }),
    },
    ...(ssid !== undefined && { ssid }),
    ...(country !== undefined && { country }),
    ...(wifiPasswordFile !== undefined && { wifiPasswordFile }),
    ...(isWifiOpen && { isWifiOpen }),
  };
}

/** `common`: what the command line says for all of them. @throws UsageError naming the line. */
export function parseHosts(text: string, fileName: string, common: Fields): Host[] {
  const rows = fileName.toLowerCase().endsWith('.csv')
    ? parseTable(text, { fileName, columns: keys, required: ['host', 'id'] })
    : parseLines(text, fileName);
  if (rows.length === 0)
    throw new UsageError(`${fileName} names no host: a line each, e.g. pi@clover-7.local drone-7`);
  const seen = new Map<string, number>();
  return rows.map(({ line, cells }) => {
    const where = `${fileName}, line ${line}`;
    for (const key of ['host', 'id'] as const) {
      const name = `${key} ${cells[key]} ${key === 'host' ? (cells.port ?? '') : ''}`;
      const before = seen.get(name);
      if (before !== undefined) throw new UsageError(`${where}: ${cells[key]} is in line ${before} already`);
      seen.set(name, line);
    }
    return hostOf(together(common, cells), where);
  });
}

/** A line's own words go first. That a network is open is said of that network alone. */
function together(common: Fields, cells: Fields): Fields {
  const { wifi_open: open, wifi_password_file: file, ...others } = common;
  const hasOwnFile = cells.wifi_password_file !== undefined;
  return {
    ...others,
    ...(open !== undefined && cells.ssid === undefined && !hasOwnFile && { wifi_open: open }),
    ...(file !== undefined && cells.wifi_open !== 'yes' && { wifi_password_file: file }),
    ...cells,
  };
}

function parseLines(text: string, fileName: string): { line: number; cells: Fields }[] {
  return text.split(/\r?\n/).flatMap((whole, index) => {
    const line = index + 1;
    const [host, id, ...pairs] = whole
      .replace(/(?:^|\s)#.*$/, '')
      .trim()
      .split(/\s+/);
    if (host === undefined || host === '') return [];
    if (id === undefined || id.includes('='))
      throw new UsageError(`${fileName}, line ${line}: USER@HOST ID is expected, then key=value`);
    const cells = pairs.map((pair) => {
      const at = pair.indexOf('=');
      if (at < 1 || at === pair.length - 1)
        throw new UsageError(`${fileName}, line ${line}: "${pair}" is not key=value`);
      return [pair.slice(0, at), pair.slice(at + 1)] as const;
    });
    return [{ line, cells: { host, id, ...Object.fromEntries(cells) } }];
  });
}
