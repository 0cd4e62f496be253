/** Makes inputs from valid ones: damage of every kind, always the same for the same seed. Knows no target. */
import { Buffer } from 'node:buffer';
import type { Random } from '../../drone-client/simulator/random.js';
import type { FuzzTarget } from './target.js';

const defaultMaxBytes = 65_536;

/** What breaks readers: limits of types, words of other languages, names that objects have by themselves. */
const commonWords = [
  ...['0', '-1', '1e999', '-1e999', '-0', '65535', '65536', '2147483648', '4294967296', '9007199254740993'],
  ...['99999999999999999999999999', '0.1e-400', 'NaN', '-Infinity', 'Infinity', 'null', 'true', '""', '[]'],
  ...['{}', '__proto__', 'constructor', 'toString', '{"toString":null}', '"__proto__":{"polluted":1},'],
  ...['\0', '\r\n', '\n', '../', '..', '/etc/passwd', '\\', '"', "'", '\u202e', '\u001b[2J', '\ufeff', ','],
];

const wildBytes = [0, 1, 9, 10, 13, 0x20, 0x22, 0x2c, 0x5c, 0x5d, 0x7b, 0x7d, 0x7f, 0x80, 0xc3, 0xfe, 0xff];
const wildNumbers = [0, 1, 0x7f, 0x80, 0xff, 0x100, 0x7fff, 0x8000, 0xffff, 0x10000, 0x7fffffff, 0xffffffff];
const notUtf8 = [
  Buffer.from([0xff]),
  Buffer.from([0xc3]),
  Buffer.from([0xed, 0xa0, 0x80]),
  Buffer.from([0xc0, 0xaf]),
  Buffer.from([0xf5, 0x80, 0x80, 0x80]),
];

type MutatorTarget = Pick<FuzzTarget, 'corpus' | 'words' | 'mend' | 'maxBytes'>;

export class Mutator {
  readonly #random: Random;
  readonly #target: MutatorTarget;
  readonly #words: readonly Buffer[];

  constructor(target: MutatorTarget, random: Random) {
    this.#target = target;
    this.#random = random;
    this.#words = [...target.words, ...commonWords].map((word) => Buffer.from(word, 'utf8'));
  }

  /** The next input, of at most 64 KiB, or what the target says. */
  next(): Uint8Array {
    const { mend, maxBytes = defaultMaxBytes } = this.#target;
    if (this.#random.next() < 0.03) return Uint8Array.from(this.#noise(this.#below(400)));
    let bytes = this.#valid();
    for (let left = this.#count(); left > 0; left--) bytes = this.#change(bytes).subarray(0, maxBytes);
    return Uint8Array.from(mend && this.#random.next() < 0.5 ? mend(bytes) : bytes);
  }

  /** 0 to 12, mostly few: one change is the hardest to see. */
  #count(): number {
    const chance = this.#random.next();
    return chance < 0.02 ? 0 : 1 + Math.floor(12 * chance ** 4);
  }

  #change(bytes: Buffer): Buffer {
    switch (this.#below(17)) {
      case 0:
        return this.#overwrite(bytes, 1, (byte) => byte ^ (1 << this.#below(8)));
      case 1:
        return this.#overwrite(bytes, 1, () => wildBytes[this.#below(wildBytes.length)] ?? 0);
      case 2:
        return this.#overwrite(bytes, 1 + this.#below(8), () => this.#below(256));
      case 3:
        return bytes.subarray(0, this.#below(bytes.length + 1));
      case 4:
        return this.#replace(bytes, this.#span(bytes), Buffer.alloc(0));
      case 5:
        return this.#insert(bytes, this.#piece(bytes));
      case 6:
        return this.#insert(bytes, this.#piece(this.#valid()));
      case 7:
        return Buffer.concat([bytes.subarray(0, this.#below(bytes.length + 1)), this.#piece(this.#valid())]);
      case 8:
        return this.#insert(bytes, this.#word());
      case 9:
        return this.#replace(bytes, this.#numberIn(bytes), this.#word());
      case 10:
        return this.#replace(bytes, this.#span(bytes), this.#word());
      case 11:
        return this.#insert(bytes, notUtf8[this.#below(notUtf8.length)] ?? Buffer.alloc(0));
      case 12:
        return this.#writeNumber(bytes);
      case 13:
        return this.#insert(bytes, this.#nested());
      case 14:
        return this.#overwriteWith(bytes, this.#word());
      case 15:
        return this.#replace(bytes, this.#valueIn(bytes), this.#word());
      default:
        return Buffer.concat([bytes, this.#valid()]);
    }
  }

  #below(limit: number): number {
    return Math.floor(limit * this.#random.next());
  }

  #noise(length: number): Buffer {
    return Buffer.from(Array.from({ length }, () => this.#below(256)));
  }

  #valid(): Buffer {
    const { corpus } = this.#target;
    return Buffer.from(corpus[this.#below(corpus.length)] ?? []);
  }

  #word(): Buffer {
    return this.#words[this.#below(this.#words.length)] ?? Buffer.alloc(0);
  }

  #span(bytes: Buffer): readonly [number, number] {
    const start = this.#below(bytes.length);
    return [start, Math.min(bytes.length, start + 1 + Math.floor(40 * this.#random.next() ** 2))];
  }

  #piece(bytes: Buffer): Buffer {
    const start = this.#below(bytes.length);
    return bytes.subarray(start, start + 1 + this.#below(bytes.length - start));
  }

  #replace(bytes: Buffer, [start, end]: readonly [number, number], by: Buffer): Buffer {
    return Buffer.concat([bytes.subarray(0, start), by, bytes.subarray(end)]);
  }

  #insert(bytes: Buffer, piece: Buffer): Buffer {
    const at = this.#below(bytes.length + 1);
    return this.#replace(bytes, [at, at], piece);
  }

  #overwrite(bytes: Buffer, count: number, change: (byte: number) => number): Buffer {
    const start = this.#below(bytes.length);
    for (let at = start; at < Math.min(bytes.length, start + count); at++) bytes[at] = change(bytes[at] ?? 0);
    return bytes;
  }

  #overwriteWith(bytes: Buffer, word: Buffer): Buffer {
    if (word.length < bytes.length) word.copy(bytes, this.#below(bytes.length - word.length + 1));
    return bytes;
  }

  /** Where the value of a member of JSON, or of an option, stands, from a random place on. */
  #valueIn(bytes: Buffer): readonly [number, number] {
    const from = this.#below(bytes.length);
    const start = bytes.subarray(from).findIndex((byte) => byte === 0x3a || byte === 0x3d);
    if (start < 0) return this.#span(bytes);
    const length = bytes.subarray(from + start).findIndex((byte) => [0x2c, 0x7d, 0x5d, 0x0a].includes(byte));
    return [from + start + 1, from + start + Math.max(1, length)];
  }

  /** Where a number in digits stands, from a random place on. */
  #numberIn(bytes: Buffer): readonly [number, number] {
    const isDigit = (at: number) => (bytes[at] ?? 0) >= 0x30 && (bytes[at] ?? 0) <= 0x39;
    let start = this.#below(bytes.length);
    while (start < bytes.length && !isDigit(start)) start++;
    let end = start;
    while (end < bytes.length && isDigit(end)) end++;
    return [start, end];
  }

  /** A number of two or four bytes, either end first. */
  #writeNumber(bytes: Buffer): Buffer {
    const size = this.#random.next() < 0.5 ? 2 : 4;
    if (bytes.length < size) return bytes;
    const at = this.#below(bytes.length - size + 1);
    const value = (wildNumbers[this.#below(wildNumbers.length)] ?? 0) % 2 ** (8 * size);
    if (this.#random.next() < 0.5) bytes.writeUIntBE(value, at, size);
    else bytes.writeUIntLE(value, at, size);
    return bytes;
  }

  /** Brackets within brackets, closed or not; now and then more than any stack holds. */
  #nested(): Buffer {
    const depth = this.#random.next() < 0.003 ? 30_000 : 1 + this.#below(200);
    const [open = '[', close = ']'] = this.#random.next() < 0.5 ? ['[', ']'] : ['{"a":', '}'];
    return Buffer.from(open.repeat(depth) + (this.#random.next() < 0.5 ? `1${close.repeat(depth)}` : ''));
  }
}
