/** A second reader of JSON with bare words, slow and by the grammar: what `parseJson` is compared with. Shares nothing with it. */

const token = {
  blank: /[ \t\n\r]*/y,
  number: /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y,
  word: /-?Infinity|NaN|true|false|null/y,
  text: /"(?:[^"\\]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y,
};

const words: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['NaN', Number.NaN],
  ['Infinity', Number.POSITIVE_INFINITY],
  ['-Infinity', Number.NEGATIVE_INFINITY],
  ['true', true],
  ['false', false],
  ['null', null],
]);

/** The value, or that there is none: not JSON with bare words, or lists and objects more than `maxDepth` deep. */
export function referenceParse(text: string, maxDepth: number): { readonly value: unknown } | undefined {
  const reader = new Reader(text, maxDepth);
  try {
    return { value: reader.all() };
  } catch (error) {
    if (error instanceof NoJson) return undefined;
    throw error;
  }
}

class NoJson extends Error {}

class Reader {
  readonly #text: string;
  readonly #maxDepth: number;
  #at = 0;

  constructor(text: string, maxDepth: number) {
    this.#text = text;
    this.#maxDepth = maxDepth;
  }

  all(): unknown {
    const value = this.#value(0);
    this.#take(token.blank);
    if (this.#at < this.#text.length) throw new NoJson();
    return value;
  }

  #value(depth: number): unknown {
    this.#take(token.blank);
    const next = this.#text[this.#at];
    if (next === '[' || next === '{') {
      if (depth >= this.#maxDepth) throw new NoJson();
      return next === '[' ? this.#list(depth + 1) : this.#object(depth + 1);
    }
    if (next === '"') return this.#string();
    const word = this.#take(token.word);
    if (word !== undefined) return words.get(word);
    const number = this.#take(token.number);
    if (number === undefined) throw new NoJson();
    return Number(number);
  }

  #list(depth: number): unknown[] {
    const items: unknown[] = [];
    this.#at += 1;
    if (this.#is(']')) return items;
    for (;;) {
      items.push(this.#value(depth));
      if (this.#is(']')) return items;
      if (!this.#is(',')) throw new NoJson();
    }
  }

  #object(depth: number): object {
    const members: [string, unknown][] = [];
    this.#at += 1;
    if (this.#is('}')) return {};
    for (;;) {
      this.#take(token.blank);
      const key = this.#string();
      if (!this.#is(':')) throw new NoJson();
      members.push([key, this.#value(depth)]);
      if (this.#is('}')) return Object.fromEntries(members);
      if (!this.#is(',')) throw new NoJson();
    }
  }

  #string(): string {
    const quoted = this.#take(token.text);
    if (quoted === undefined || [...quoted].some((sign) => sign < ' ')) throw new NoJson();
    return String(JSON.parse(quoted));
  }

  #is(sign: string): boolean {
    this.#take(token.blank);
    if (this.#text[this.#at] !== sign) return false;
    this.#at += 1;
    return true;
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    this.#at += found?.length ?? 0;
    return found;
  }
}
