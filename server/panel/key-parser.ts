/** Bytes from a terminal in, keys out. Knows no timer: whoever reads the bytes says when a lone Esc was meant alone. */

/**
 * A key: a printable ASCII character as itself (`a`, `?`, a space), or one of the names. `foreign` is a letter of
 * another alphabet: a keyboard layout that no command can be typed with.
 */
export type Key = string;

const controlKeys: ReadonlyMap<number, Key> = new Map([
  [0x03, 'ctrl-c'],
  [0x08, 'backspace'],
  [0x09, 'tab'],
  [0x0a, 'enter'],
  [0x0c, 'ctrl-l'],
  [0x0d, 'enter'],
  [0x12, 'ctrl-r'],
  [0x15, 'ctrl-u'],
  [0x18, 'ctrl-x'],
  [0x7f, 'backspace'],
]);

/** What follows `ESC [` or `ESC O` for the keys that have a name, over xterm, rxvt, screen and the Linux console. */
const sequenceKeys: ReadonlyMap<string, Key> = new Map([
  ['A', 'up'],
  ['B', 'down'],
  ['C', 'right'],
  ['D', 'left'],
  ['Z', 'shift-tab'],
  ['H', 'home'],
  ['F', 'end'],
  ['M', 'enter'],
  ['1~', 'home'],
  ['7~', 'home'],
  ['4~', 'end'],
  ['8~', 'end'],
  ['3~', 'delete'],
  ['5~', 'pageup'],
  ['6~', 'pagedown'],
]);

const escapeByte = 0x1b;
/** Longer than any key's sequence: what goes on is no key. */
const maxSequenceLength = 32;

/**
 * Push bytes in, get keys out. A control byte ends whatever sequence it interrupts and counts by itself, so that
 * Ctrl-X is heard in any state and between any two bytes.
 */
export class KeyParser {
  /** What came of a sequence so far; undefined outside of one, empty right after Esc. */
  #sequence: string | undefined;

  /** True while an Esc waits for what may follow it. */
  get isPending(): boolean {
    return this.#sequence !== undefined;
  }

  push(bytes: Uint8Array): Key[] {
    const keys: Key[] = [];
    for (const byte of bytes) keys.push(...this.#take(byte));
    return keys;
  }

  /** Nothing followed for a while: a lone Esc is the Esc key, an unfinished sequence is nothing. */
  flush(): Key[] {
    const sequence = this.#sequence;
    this.#sequence = undefined;
    return sequence === '' ? ['escape'] : [];
  }

  #take(byte: number): Key[] {
    if (byte === escapeByte) {
      const keys = this.flush();
      this.#sequence = '';
      return keys;
    }
    if (this.#sequence === undefined) return plainKey(byte);
    if (byte < 0x20 || byte === 0x7f) return [...this.flush(), ...plainKey(byte)];
    return this.#extend(this.#sequence, String.fromCharCode(byte));
  }

  #extend(sequence: string, character: string): Key[] {
    if (sequence === '') {
      if (character === '[' || character === 'O') {
        this.#sequence = character;
        return [];
      }
      return [...this.flush(), ...plainKey(character.charCodeAt(0))];
    }
    const longer = sequence + character;
    const isLinuxFunctionKey = longer === '[[';
    const isOver = character >= '@' && character <= '~' && !isLinuxFunctionKey;
    this.#sequence = isOver || longer.length > maxSequenceLength ? undefined : longer;
    return isOver ? named(longer) : [];
  }
}

function named(sequence: string): Key[] {
  if (sequence.startsWith('[[')) return [];
  const control = controlKeyOf(sequence);
  if (control !== undefined) return [control];
  const withoutModifier = sequence
    .slice(1)
    .replace(/^(\d+);\d+~$/, '$1~')
    .replace(/^1;\d+([A-Z])$/, '$1');
  const key = sequenceKeys.get(withoutModifier);
  return key === undefined ? [] : [key];
}

/** Source: fixterms and kitty (`CODE;MODIFIERS u`), xterm's modifyOtherKeys (`27;MODIFIERS;CODE ~`); modifiers are 1 + bits. */
const codeFirst = /^\[(\d+)(?::\d*)*(?:;(\d+)(?::([12]))?)?u$/;
const modifiersFirst = /^\[27;(\d+);(\d+)~$/;
const controlBit = 4;

/**
 * A control key that a terminal sends as a sequence, because it is set so or because a program before this one has asked for
 * it: Ctrl-X is Ctrl-X in that form too.
 */
function controlKeyOf(sequence: string): Key | undefined {
  const [, code, modifiers = '1'] = codeFirst.exec(sequence) ?? [];
  const [, otherModifiers, otherCode] = modifiersFirst.exec(sequence) ?? [];
  const letter = Number(code ?? otherCode ?? Number.NaN);
  if (letter === escapeByte) return 'escape';
  const isControl = ((Number(otherModifiers ?? modifiers) - 1) & controlBit) !== 0;
  const isLetter = letter >= 0x40 && letter < 0x7f;
  if (isControl) return isLetter ? controlKeys.get(letter & 0x1f) : undefined;
  return isLetter ? undefined : controlKeys.get(letter);
}

function plainKey(byte: number): Key[] {
  if (byte >= 0x20 && byte < 0x7f) return [String.fromCharCode(byte)];
  if (byte >= 0xc0) return ['foreign'];
  const key = controlKeys.get(byte);
  return key === undefined ? [] : [key];
}
