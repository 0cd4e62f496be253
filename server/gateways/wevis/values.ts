/** Values of the hub as the texts and numbers of wevis messages. Pure; knows no message. */
import { Buffer } from 'node:buffer';
import type { HubValue, Member } from '../../hub/hub-types.js';

/** A text that UTF-8 can say: half characters, which other protocols let through, become U+FFFD. */
export function sendable(text: string): string {
  return text.replace(/\p{Cs}/gu, '\ufffd');
}

/** What a member is called: by its id as long as it has no name. */
export function labelOf({ name, id }: Member): string {
  return sendable(name === undefined || name === '' ? id : name);
}

/** JSON; bytes in it are base64, numbers that JSON lacks are null. */
export function jsonOf(value: HubValue): string {
  return sendable(
    JSON.stringify(value, (_key, part: unknown) =>
      part instanceof Uint8Array ? Buffer.from(part).toString('base64') : part,
    ),
  );
}

/** A value as a text, and which it is. */
export type Spoken = { readonly form: 'text' | 'json' | 'base64'; readonly text: string };

export function spoken(value: HubValue): Spoken {
  if (typeof value === 'string') return { form: 'text', text: sendable(value) };
  if (value instanceof Uint8Array) return { form: 'base64', text: Buffer.from(value).toString('base64') };
  return { form: 'json', text: jsonOf(value) };
}

/** Texts as they are, everything else as JSON; nothing is an empty text. */
export function textOf(value: HubValue | undefined): string {
  if (value === undefined || value === null) return '';
  return spoken(value).text;
}

/** NaN for what is no number. */
export function floatOf(value: HubValue | undefined): number {
  return typeof value === 'number' ? value : Number.NaN;
}

/** 1, 0, or a whole number itself; -1 for everything else. */
export function intOf(value: HubValue | undefined): number {
  if (typeof value === 'boolean') return value ? 1 : 0;
  return typeof value === 'number' && (value | 0) === value ? value : -1;
}

/** One a line. */
export function linesOf(value: HubValue | undefined): string {
  return Array.isArray(value) ? value.map((each: HubValue) => textOf(each)).join('\n') : '';
}

/** Numbers as a hub's value has them: a plain list. */
export function isNumbers(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((each) => typeof each === 'number');
}
