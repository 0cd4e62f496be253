/** Where a vehicle is reached, as people write it: `serial:`, `udp:`, `udpin:`, `tcp:`, `sim:`. Knows no sockets. */
import { UsageError } from '../../lib/errors.js';
import type { Vec3 } from '../../lib/geo/frames.js';

/** Who speaks with whom, MAVLink ids 1…255. */
type VehicleIds = {
  /** Picks one autopilot where several speak on one link; without it the first one heard is taken. */
  readonly systemId?: number;
  /** Ours; without it the autopilot's. */
  readonly ownSystemId?: number;
  /** Ours; without it 191, a companion computer's. */
  readonly ownComponentId?: number;
};

export type VehicleUrl = VehicleIds &
  (
    | { readonly kind: 'serial'; readonly path: string; readonly baudRate: number }
    /** `udp`: we speak first, to `host:port`. `udpin`: we listen there and answer whoever speaks. `tcp`: we connect. */
    | { readonly kind: 'udp' | 'udpin' | 'tcp'; readonly host: string; readonly port: number }
    /** A simulated autopilot in this process, standing at `startPositionM` (ENU). */
    | {
        readonly kind: 'sim';
        readonly seed: number;
        readonly startPositionM: Vec3;
        readonly autopilot: 'px4' | 'ardupilot';
      }
  );

/** A URL in its parts; `text` is all of it, for messages. */
type Parts = { readonly text: string; readonly rest: string; readonly options: ReadonlyMap<string, string> };

/** Every form, for usage texts. */
const vehicleUrlForms =
  'serial:DEVICE[:RATE], udp:HOST:PORT, udpin:[HOST:]PORT, tcp:HOST:PORT or sim:[?seed=N&x=M&y=M&z=M&autopilot=px4|ardupilot]';

/** What a companion port runs at. Source: PX4 and ArduPilot, companion computer setup (TELEM2). */
const defaultBaudRate = 921_600;
/** The slowest and the fastest rate that a UART of a Raspberry Pi does. */
const minBaudRate = 300;
const maxBaudRate = 4_000_000;
const idKeys = ['sysid', 'own_sysid', 'compid'];
const simKeys = ['seed', 'x', 'y', 'z', 'autopilot'];

/**
 * Reads `serial:DEVICE[:RATE]`, `udp:HOST:PORT`, `udpin:[HOST:]PORT`, `tcp:HOST:PORT` (IPv6 hosts stand in brackets)
 * and `sim:?seed=N&x=M&y=M&z=M&autopilot=px4`. All take `?sysid=N&own_sysid=N&compid=N`. Of a device's path only a
 * last `:number` is the rate.
 * @throws UsageError for anything else; it says what is wrong.
 */
export function parseVehicleUrl(text: string): VehicleUrl {
  const [, scheme = '', rest = '', query = ''] = /^([a-z]+):([^?]*)(?:\?(.*))?$/.exec(text) ?? [];
  const allowed = scheme === 'sim' ? [...idKeys, ...simKeys] : idKeys;
  switch (scheme) {
    case 'serial':
      return serialUrl({ text, rest, options: optionsOf(text, query, allowed) });
    case 'udp':
    case 'udpin':
    case 'tcp':
      return hostUrl(scheme, { text, rest, options: optionsOf(text, query, allowed) });
    case 'sim':
      return simUrl({ text, rest, options: optionsOf(text, query, allowed) });
    default:
      throw wrong(text, `expected ${vehicleUrlForms}`);
  }
}

function serialUrl(parts: Parts): VehicleUrl {
  const { text, rest } = parts;
  const [, path = '', rateText] = /^(.*?)(?::(\d+))?$/.exec(rest) ?? [];
  if (!/^(?:\/.|COM\d)/.test(path))
    throw wrong(
      text,
      'expected serial:DEVICE[:RATE] with the device’s whole path, as serial:/dev/ttyAMA0:921600',
    );
  const baudRate = rateText === undefined ? defaultBaudRate : Number(rateText);
  if (baudRate < minBaudRate || baudRate > maxBaudRate)
    throw wrong(text, `the rate must be ${minBaudRate} to ${maxBaudRate} baud`);
  return { kind: 'serial', path, baudRate, ...idsOf(parts) };
}

function hostUrl(kind: 'udp' | 'udpin' | 'tcp', parts: Parts): VehicleUrl {
  const { text, rest } = parts;
  const isPortAlone = kind === 'udpin' && /^\d+$/.test(rest);
  const [, bracketed, plain, portText = ''] =
    /^(?:\[([^\]]+)\]|([^:[\]/]+)):(\d+)$/.exec(isPortAlone ? `0.0.0.0:${rest}` : rest) ?? [];
  const host = bracketed ?? plain;
  const port = Number(portText);
  if (host === undefined)
    throw wrong(text, `expected ${kind === 'udpin' ? 'udpin:[HOST:]PORT' : `${kind}:HOST:PORT`}`);
  if (port < 1 || port > 65535) throw wrong(text, 'the port must be 1 to 65535');
  return { kind, host, port, ...idsOf(parts) };
}

function simUrl(parts: Parts): VehicleUrl {
  const { text, rest, options } = parts;
  if (rest !== '') throw wrong(text, 'a simulated vehicle has no address: expected sim: or sim:?OPTIONS');
  const seed = numberOf(parts, 'seed') ?? 1;
  if (!Number.isSafeInteger(seed) || seed < 0) throw wrong(text, 'seed must be a whole number ≥ 0');
  const autopilot = options.get('autopilot') ?? 'px4';
  if (autopilot !== 'px4' && autopilot !== 'ardupilot')
    throw wrong(text, `autopilot must be px4 or ardupilot, not "${autopilot}"`);
  const [x = 0, y = 0, z = 0] = ['x', 'y', 'z'].map((key) => numberOf(parts, key));
  return { kind: 'sim', seed, startPositionM: { x, y, z }, autopilot, ...idsOf(parts) };
}

function optionsOf(text: string, query: string, allowed: readonly string[]): Map<string, string> {
  const options = new Map<string, string>();
  for (const [key, value] of new URLSearchParams(query)) {
    if (!allowed.includes(key)) throw wrong(text, `unknown option "${key}": there are ${allowed.join(', ')}`);
    if (options.has(key)) throw wrong(text, `"${key}" is given twice`);
    options.set(key, value);
  }
  return options;
}

function numberOf({ text, options }: Parts, key: string): number | undefined {
  const value = options.get(key);
  if (value === undefined) return undefined;
  const number = value.trim() === '' ? Number.NaN : Number(value);
  if (!Number.isFinite(number)) throw wrong(text, `"${key}" must be a number`);
  return number;
}

function idsOf(parts: Parts): VehicleIds {
  const [systemId, ownSystemId, ownComponentId] = idKeys.map((key) => idOf(parts, key));
  return {
    ...(systemId !== undefined && { systemId }),
    ...(ownSystemId !== undefined && { ownSystemId }),
    ...(ownComponentId !== undefined && { ownComponentId }),
  };
}

function idOf(parts: Parts, key: string): number | undefined {
  const id = numberOf(parts, key);
  if (id !== undefined && (!Number.isInteger(id) || id < 1 || id > 255))
    throw wrong(parts.text, `${key} must be 1 to 255`);
  return id;
}

function wrong(text: string, reason: string): UsageError {
  return new UsageError(`vehicle URL "${text}": ${reason}`);
}
