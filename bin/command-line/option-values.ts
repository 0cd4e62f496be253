/** What the values of options may be, and what is said when they are not that. Knows texts alone. */
import { InvalidArgumentError } from 'commander';
import { enrolledIdPattern } from '../../lib/security/keys.js';

export function integer(text: string): number {
  if (!/^-?\d{1,15}$/.test(text)) throw new InvalidArgumentError('a whole number is expected.');
  return Number(text);
}

export function count(text: string): number {
  const value = integer(text);
  if (value < 1 || value > 1000) throw new InvalidArgumentError('a number from 1 to 1000 is expected.');
  return value;
}

export function port(text: string): number {
  const value = integer(text);
  if (value < 0 || value > 65_535)
    throw new InvalidArgumentError('a port from 0 (any free one) to 65535 is expected.');
  return value;
}

export function droneId(text: string): string {
  if (!enrolledIdPattern.test(text))
    throw new InvalidArgumentError('1 to 63 small letters, digits and dashes are expected, no dash first.');
  return text;
}

export function days(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value > 0 && value <= 3650))
    throw new InvalidArgumentError('days above 0, at most 3650, are expected.');
  return value;
}

export function rate(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 1 && value <= 100))
    throw new InvalidArgumentError('samples per second from 1 to 100 are expected.');
  return value;
}

/** Undefined: as fast as can be. */
export function speed(text: string): number | undefined {
  if (text === 'max') return undefined;
  const value = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text) || !(value >= 0.01 && value <= 1000))
    throw new InvalidArgumentError('max, or a number from 0.01 to 1000 is expected.');
  return value;
}

export function replaySpeed(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= 0.25 && value <= 32))
    throw new InvalidArgumentError('a number from 0.25 to 32 is expected.');
  return value;
}

/** Ms of `90`, `1:30` or `1:02:30`. */
export function timeInto(text: string): number {
  if (!/^\d{1,6}(:[0-5]\d){0,2}(\.\d+)?$/.test(text))
    throw new InvalidArgumentError('MM:SS or H:MM:SS is expected.');
  return text.split(':').reduce((sum, part) => sum * 60 + Number(part), 0) * 1000;
}

export function hostPort(text: string): { host: string; port: number } {
  const match = /^(\[[^\]]+\]|[^:]+):(\d{1,5})$/.exec(text);
  const value = Number(match?.[2]);
  if (!match?.[1] || value < 1 || value > 65_535) throw new InvalidArgumentError('HOST:PORT is expected.');
  return { host: match[1].replace(/^\[|\]$/g, ''), port: value };
}
