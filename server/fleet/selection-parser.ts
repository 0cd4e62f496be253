/** Reads a choice of drones as people write it into a tree. Knows the grammar; no drone and no group. */
import { UsageError } from '../../lib/errors.js';
import { atomOf, atomOfWords, type Selection } from './selection-atom.js';

export type { Selection } from './selection-atom.js';

/** The names of a whole fleet fit in, characters. */
const maxLength = 500_000;
const maxDepth = 40;

/** Parts that are looked up by walking over all drones: whoever asks often must not hold up what flies. */
const maxWalks = 100;

const example = 'write for example 1-20,35 or @wing and not ready';

/**
 * Reads a choice of drones:
 *
 *     choice := both ("," both)*            union
 *     both   := part ("and" part)*          intersection; binds closer than the comma
 *     part   := "not"* ( "(" choice ")" | atom )
 *     atom   := "all" | "none" | "selected" | STATE | "@" GROUP | "id:" ID | NUMBER | NUMBER "-" NUMBER | GLOB | NAME
 *
 * Words and states in any case, a state with a space or a dash (`low battery`, `low-battery`, `not-ready`). They come before
 * names, so that no drone can change what `all` or `armed` means by calling itself so; `id:NAME` names such a one. A NUMBER
 * is that at the end of a name. A NUMBER or a range (in either order) that is a drone's whole name is that drone. A GLOB has
 * `*` (any letters) or `?` (one letter). A NAME is a drone's, or else a group's.
 * @throws UsageError with what is wrong, where, and an example.
 */
export function parseSelection(text: string): Selection {
  if (text.length > maxLength)
    throw new UsageError(`a choice of drones of ${text.length} characters: at most ${maxLength} are read`);
  return new Parser(text).read();
}

type Token = { readonly text: string; readonly at: number };

class Parser {
  readonly #text: string;
  readonly #tokens: readonly Token[];
  #next = 0;
  #walks = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = [...text.matchAll(/[(),]|[^\s(),]+/g)].map((match) => ({
      ...{ text: match[0], at: match.index },
    }));
  }

  read(): Selection {
    const selection = this.#union(0);
    const rest = this.#peek();
    if (rest) throw this.#wrong(`"${shown(rest.text)}" closes nothing`);
    return selection;
  }

  #union(depth: number): Selection {
    return this.#list('union', () => this.#both(depth), isComma);
  }

  #both(depth: number): Selection {
    return this.#list('both', () => this.#part(depth), isAnd);
  }

  #list(
    kind: 'union' | 'both',
    read: () => Selection,
    isBetween: (token: Token | undefined) => boolean,
  ): Selection {
    const first = read();
    if (!isBetween(this.#peek())) return first;
    const of = [first];
    while (isBetween(this.#peek())) {
      this.#next++;
      of.push(read());
    }
    return { kind, of };
  }

  #part(depth: number): Selection {
    let isNot = false;
    while (isWord(this.#peek(), 'not')) {
      this.#next++;
      isNot = !isNot;
    }
    const part = this.#peek()?.text === '(' ? this.#group(depth) : this.#atom();
    return isNot ? this.#walk({ kind: 'not', of: part }) : part;
  }

  #group(depth: number): Selection {
    if (depth >= maxDepth) throw this.#wrong(`more than ${maxDepth} brackets within each other`);
    this.#next++;
    const inner = this.#union(depth + 1);
    if (this.#peek()?.text !== ')') throw this.#wrong('a ")" is missing');
    this.#next++;
    return inner;
  }

  #atom(): Selection {
    const begin = this.#next;
    while (isName(this.#peek())) this.#next++;
    const words = this.#tokens.slice(begin, this.#next).map(({ text }) => text);
    const [only] = words;
    if (only === undefined) throw this.#wrong('a drone, a number, a group or a state is missing');
    const atom = words.length === 1 ? atomOf(only) : atomOfWords(words.join(' '));
    if (atom) return this.#walk(atom);
    this.#next = begin;
    throw words.length === 1
      ? this.#wrong(`"${shown(only)}" names nothing`)
      : this.#wrong(`"${shown(words.join(' '))}" is no state; put "," or "and" between two of them`);
  }

  #walk(selection: Selection): Selection {
    const { kind } = selection;
    if (kind === 'name' || kind === 'id' || kind === 'none' || kind === 'selected') return selection;
    if (kind === 'numbers' && selection.from === selection.to) return selection;
    if (++this.#walks > maxWalks)
      throw this.#wrong(`more than ${maxWalks} ranges, groups, states and "not": name a group instead`);
    return selection;
  }

  #peek(): Token | undefined {
    return this.#tokens[this.#next];
  }

  #wrong(what: string): UsageError {
    const token = this.#peek();
    const where = token ? `at character ${token.at + 1}` : 'at its end';
    return new UsageError(`the choice of drones "${shown(this.#text)}", ${where}: ${what}; ${example}`);
  }
}

function isWord(token: Token | undefined, word: string): boolean {
  return token?.text.toLowerCase() === word;
}

function isAnd(token: Token | undefined): boolean {
  return isWord(token, 'and');
}

function isComma(token: Token | undefined): boolean {
  return token?.text === ',';
}

function isName(token: Token | undefined): boolean {
  return token !== undefined && !isAnd(token) && !['(', ')', ','].includes(token.text);
}

/** As it may stand in an error's text. */
function shown(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}...` : text;
}
