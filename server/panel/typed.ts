/** Text that is being typed into a field. Pure. */
import type { Key } from './key-parser.js';

/** The text after a key; a key that is no letter of it leaves it as it is. */
export function edited(text: string, key: Key, allowed: RegExp = /^[ -~]$/, maxLength = 60): string {
  if (key === 'backspace') return text.slice(0, -1);
  if (key === 'ctrl-u') return '';
  return allowed.test(key) && text.length < maxLength ? text + key : text;
}
