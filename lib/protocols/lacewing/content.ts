/** What users put into Lacewing messages: texts, numbers, bytes and JSON, as their variants. Knows no stream. */
import { Buffer } from 'node:buffer';
import { CorruptFrameError, errorText } from '../../errors.js';
import { lastText, readUtf8, u32 } from './fields.js';
import { type LacewingContent, lacewingVariants } from './messages.js';

/** A text, a whole number from 0 to 4294967295, bytes, or a value as JSON (in an Object message). */
export type LacewingValue = string | number | Uint8Array | { readonly json: unknown };

const numberBytes = 4;

/**
 * The value in its variant; `subchannel` 0 to 255.
 * @throws CorruptFrameError for a number that does not fit, and for a value that has no JSON text.
 */
export function makeContent(value: LacewingValue, subchannel = 0): LacewingContent {
  const binary = { subchannel, isObject: false };
  if (typeof value === 'string') return { ...binary, variant: lacewingVariants.text, data: lastText(value) };
  if (typeof value === 'number') return { ...binary, variant: lacewingVariants.number, data: u32(value) };
  if (value instanceof Uint8Array) return { ...binary, variant: lacewingVariants.binary, data: value };
  const text = JSON.stringify(value.json);
  if (text === undefined) throw new CorruptFrameError('the value to send has no JSON text');
  return { subchannel, isObject: true, variant: lacewingVariants.text, data: lastText(text) };
}

/** The value in its variant; bytes for every variant that is the application's own, and for a number of not 4 bytes. */
export function readContent(content: LacewingContent): LacewingValue {
  const { variant, isObject, data } = content;
  if (isObject) return contentFault(content) === undefined ? { json: JSON.parse(readUtf8(data)) } : data;
  if (variant === lacewingVariants.text) return readUtf8(data);
  if (variant === lacewingVariants.number && data.length === numberBytes)
    return Buffer.from(data).readUInt32LE();
  return data;
}

/**
 * Why this must not be sent on, undefined when it may: clients exist whose stream stands still, or that leave, on a
 * number of other than 4 bytes, on JSON that is none, or on a variant over `maxVariant`.
 */
export function contentFault(content: LacewingContent, maxVariant = 15): string | undefined {
  const { variant, isObject, data } = content;
  if (isObject) return jsonFault(data);
  if (variant === lacewingVariants.number && data.length !== numberBytes)
    return `a number has ${numberBytes} bytes, not ${data.length}`;
  return variant > maxVariant ? `variant ${variant} is none of 0 to ${maxVariant}` : undefined;
}

function jsonFault(data: Uint8Array): string | undefined {
  try {
    JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(data));
    return undefined;
  } catch (error) {
    return `the object is not JSON: ${errorText(error)}`;
  }
}
