/** Bytes from a terminal in, what is asked for out. Knows no terminal and no timer: Esc alone means nothing here. */

export type PreviewKey =
  | 'quit'
  | 'view'
  | 'play'
  | 'back'
  | 'forward'
  | 'frameBack'
  | 'frameForward'
  | 'start'
  | 'end';

const plainKeys: ReadonlyMap<string, PreviewKey> = new Map([
  ['q', 'quit'],
  ['Q', 'quit'],
  ['\u0003', 'quit'],
  ['v', 'view'],
  ['V', 'view'],
  [' ', 'play'],
  [',', 'frameBack'],
  ['.', 'frameForward'],
]);

/** What follows `ESC [` or `ESC O`, over xterm, rxvt, screen and the Linux console. */
const sequenceKeys: ReadonlyMap<string, PreviewKey> = new Map([
  ['C', 'forward'],
  ['D', 'back'],
  ['H', 'start'],
  ['1~', 'start'],
  ['7~', 'start'],
  ['F', 'end'],
  ['4~', 'end'],
  ['8~', 'end'],
]);

const escapeSign = '\u001b';
/** Longer than any key's sequence: what goes on is no key. */
const maxSequenceLength = 16;

/** Push bytes in, get keys out; a sequence may come in several pushes. A control byte ends it and counts by itself. */
export class PreviewKeys {
  /** What came after Esc; undefined outside of a sequence. */
  #sequence: string | undefined;

  push(bytes: Uint8Array): PreviewKey[] {
    return [...bytes].flatMap((byte) => this.#take(String.fromCharCode(byte)) ?? []);
  }

  #take(sign: string): PreviewKey | undefined {
    if (sign === escapeSign) {
      this.#sequence = '';
      return undefined;
    }
    const before = this.#sequence;
    const isFirst = before === '';
    if (before === undefined || sign < ' ' || (isFirst && sign !== '[' && sign !== 'O')) {
      this.#sequence = undefined;
      return plainKeys.get(sign);
    }
    const sequence = before + sign;
    const isOver = (!isFirst && sign >= '@' && sign <= '~') || sequence.length > maxSequenceLength;
    this.#sequence = isOver ? undefined : sequence;
    return isOver ? sequenceKeys.get(sequence.slice(1)) : undefined;
  }
}
