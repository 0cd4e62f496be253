/** Moments, shares and names as the page writes them. What is unknown is said so. Pure. */
import { clockTime } from '../../../../lib/show/report/words.js';

/** What stands where a number is not known. */
export const unknown = 'unknown';

/** The last moment that a date can say, ms. */
const lastMs = 8.64e15;

/** `2026-05-01 21:04:10 UTC`. */
export function momentText(utcMs: number): string {
  const text = isoOf(utcMs);
  return text === undefined ? 'unknown time' : `${text.slice(0, 10)} ${text.slice(11, 19)} UTC`;
}

/** Time of day, `21:04:10`, of the server's clock. */
export function dayTime(utcMs: number): string {
  return isoOf(utcMs)?.slice(11, 19) ?? '?';
}

/** Since the moment that a show counts from, `−0:18.0`, `1:02.5`. */
export function sinceText(utcMs: number, zeroUtcMs: number): string {
  return clockTime((utcMs - zeroUtcMs) / 1000);
}

/** How long, `9.2 s`, `12 min 5 s`. */
export function durationText(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

export function percent(share: number | undefined): string {
  return share === undefined ? unknown : `${Math.round(share * 100)} %`;
}

export function metres(valueM: number | undefined): string {
  return valueM === undefined ? unknown : `${valueM.toFixed(2)} m`;
}

export function milliseconds(value: number | null | undefined): string {
  return value === undefined || value === null ? unknown : `${signed(value.toFixed(1))} ms`;
}

/** `drone-1, drone-2 and 498 more`. */
export function someOf(ids: readonly string[], most: number): string {
  const rest = ids.length - most;
  return rest > 0 ? `${ids.slice(0, most).join(', ')} and ${rest} more` : ids.join(', ');
}

/** `1 drone`, `2 drones`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** With one full stop at its end, and a capital at its beginning. */
export function sentence(text: string): string {
  const whole = text.trim().replace(/[.;:,]+$/, '');
  return `${whole.charAt(0).toUpperCase()}${whole.slice(1)}.`;
}

/** A number in digits with a minus sign, but for what is rounded to nothing. */
export function signed(text: string): string {
  return text.replace(/^-/, Number(text) === 0 ? '' : '−');
}

function isoOf(utcMs: number): string | undefined {
  return Math.abs(utcMs) <= lastMs ? new Date(utcMs).toISOString() : undefined;
}
