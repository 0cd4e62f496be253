/** Where a vehicle is reached, as people write it: `udp:`, `udpin:`, `sim:`. Knows no sockets. */
import { UsageError } from '../../lib/errors.js';
import type { Vec3 } from '../../lib/geo/frames.js';

/** `systemId` picks one autopilot where several speak on one link; without it the first one heard is taken. */
export type VehicleUrl =
  /** We speak first, to `host:port`, and answers come to our port. */
  | { readonly kind: 'udp'; readonly host: string; readonly port: number; readonly systemId?: number }
  /** We listen on `host:port` and answer whoever speaks. */
  | { readonly kind: 'udpin'; readonly host: string; readonly port: number; readonly systemId?: number }
  /** A simulated autopilot in this process, standing at `startPositionM` (ENU). */
  | {
      readonly kind: 'sim';
      readonly seed: number;
      readonly startPositionM: Vec3;
      readonly systemId?: number;
    };

/** Schemes that the documentation promises for later. */
const laterSchemes = new Set(['serial', 'tcp']);
const form = 'udp:HOST:PORT, udpin:HOST:PORT or sim:[?seed=N&x=M&y=M&z=M]';
const simKeys = ['seed', 'x', 'y', 'z', 'sysid'];

/**
 * Reads `udp:HOST:PORT`, `udpin:HOST:PORT` (both take `?sysid=N`; IPv6 hosts stand in brackets) and
 * `sim:?seed=N&x=M&y=M&z=M&sysid=N`.
 * @throws UsageError for anything else; it says what is wrong.
 */
export function parseVehicleUrl(text: string): VehicleUrl {
  const [, scheme = '', rest = '', query = ''] = /^([a-z]+):([^?]*)(?:\?(.*))?$/.exec(text) ?? [];
  if (laterSchemes.has(scheme))
    throw new UsageError(`vehicle URL "${text}": ${scheme}: is not there yet; use ${form}`);
  if (scheme === 'sim' && rest === '') return simUrl(text, query);
  if (scheme !== 'udp' && scheme !== 'udpin') throw new UsageError(`vehicle URL "${text}": expected ${form}`);
  const [, bracketed, plain, portText = ''] = /^(?:\[([^\]]+)\]|([^:[\]/]+)):(\d+)$/.exec(rest) ?? [];
  const host = bracketed ?? plain;
  const port = Number(portText);
  if (host === undefined || port < 1 || port > 65535)
    throw new UsageError(`vehicle URL "${text}": expected ${scheme}:HOST:PORT`);
  return { kind: scheme, host, port, ...systemIdOf(numbersOf(text, query, ['sysid']), text) };
}

function simUrl(text: string, query: string): VehicleUrl {
  const numbers = numbersOf(text, query, simKeys);
  const { seed = 1, x = 0, y = 0, z = 0 } = Object.fromEntries(numbers);
  if (!Number.isSafeInteger(seed) || seed < 0)
    throw new UsageError(`vehicle URL "${text}": seed must be a whole number ≥ 0`);
  return { kind: 'sim', seed, startPositionM: { x, y, z }, ...systemIdOf(numbers, text) };
}

function numbersOf(text: string, query: string, allowed: readonly string[]): Map<string, number> {
  const numbers = new Map<string, number>();
  for (const [key, value] of new URLSearchParams(query)) {
    if (!allowed.includes(key)) throw new UsageError(`vehicle URL "${text}": unknown option "${key}"`);
    const number = value.trim() === '' ? Number.NaN : Number(value);
    if (!Number.isFinite(number)) throw new UsageError(`vehicle URL "${text}": "${key}" must be a number`);
    numbers.set(key, number);
  }
  return numbers;
}

function systemIdOf(numbers: ReadonlyMap<string, number>, text: string): { systemId?: number } {
  const systemId = numbers.get('sysid');
  if (systemId === undefined) return {};
  if (!Number.isInteger(systemId) || systemId < 1 || systemId > 255)
    throw new UsageError(`vehicle URL "${text}": sysid must be 1 to 255`);
  return { systemId };
}
