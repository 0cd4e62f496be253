/** The text file of a manual checklist: what people look at before a show. Knows its form; no ticks and no disk. */
import { ConfigError } from '../../lib/errors.js';

export type ChecklistItem = {
  /** Stable as long as neither its section nor its text changes. */
  readonly id: string;
  /** Title of its section; empty above the first heading. */
  readonly section: string;
  readonly text: string;
};

/** In the order of the file; at least one. */
export type Checklist = { readonly items: readonly ChecklistItem[] };

/** A line of the panel holds no more, and nobody reads on. */
const maxLength = 200;
const maxItems = 200;

const heading = /^\[([^[\]]*)\]$/;

/** Control and format characters: what is seen would not be what is ticked. */
const unseen = /[\p{Cc}\p{Cf}]/u;

/**
 * One item a line; `[Title]` begins a section; empty lines and those that begin with `#` are not read.
 * @throws ConfigError with every line that is wrong.
 */
export function parseChecklist(text: string, fileName: string): Checklist {
  const reader = new Reader();
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
  lines.forEach((line, index) => {
    reader.read(line.trim(), index + 1);
  });
  reader.endSection();
  const { items, errors } = reader;
  if (items.length === 0 && errors.length === 0)
    throw new ConfigError(`${fileName}: there is no item in it: write one a line, or name no checklist`);
  if (items.length > maxItems) errors.push(`it has ${items.length} items (at most ${maxItems}): shorten it`);
  if (errors.length > 0) throw new ConfigError(errors.map((error) => `${fileName}, ${error}`).join('\n'));
  return { items };
}

class Reader {
  readonly items: ChecklistItem[] = [];
  readonly errors: string[] = [];
  readonly #lineOf = new Map<string, number>();
  readonly #lineOfSection = new Map<string, number>();
  #section: { readonly title: string; readonly line: number; readonly firstItem: number } | undefined;

  read(text: string, line: number): void {
    if (text === '' || text.startsWith('#')) return;
    const problem = problemOf(text);
    if (problem !== undefined) this.errors.push(`line ${line}: ${problem}`);
    else if (text.startsWith('[')) this.#begin(text, line);
    else this.#add(text, line);
  }

  endSection(): void {
    if (!this.#section || this.#section.firstItem < this.items.length) return;
    this.errors.push(`line ${this.#section.line}: section "${this.#section.title}" has no items: remove it`);
  }

  #begin(text: string, line: number): void {
    this.endSection();
    this.#section = undefined;
    const title = heading.exec(text)?.[1]?.trim() ?? '';
    const before = this.#lineOfSection.get(title);
    if (title === '') this.errors.push(`line ${line}: "${text}" is no heading, expected: [Title]`);
    else if (before !== undefined)
      this.errors.push(`line ${line}: section "${title}" is there already, in line ${before}: join them`);
    else this.#section = { title, line, firstItem: this.items.length };
    this.#lineOfSection.set(title, before ?? line);
  }

  #add(text: string, line: number): void {
    const section = this.#section?.title ?? '';
    const id = `${section}/${text}`;
    const before = this.#lineOf.get(id);
    if (before !== undefined)
      this.errors.push(`line ${line}: "${text}" is there already, in line ${before}: remove one`);
    else this.items.push({ id, section, text });
    this.#lineOf.set(id, before ?? line);
  }
}

function problemOf(text: string): string | undefined {
  if (text.length > maxLength) return `it has ${text.length} characters (at most ${maxLength}): shorten it`;
  if (unseen.test(text)) return 'it has characters in it that nobody sees: write it anew';
  return undefined;
}
