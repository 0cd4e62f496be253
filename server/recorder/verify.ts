/**
 * Goes through the parts of a stream and says where its chain is broken. It has no key: who changes a record and makes
 * every hash after it anew is found only by a last hash that was kept elsewhere. Pure: knows bytes, no file.
 */
import { chainStart, type ReadLine, readLine } from './chain.js';
import type { ChainLink, JournalRecord } from './record.js';

/**
 * - `malformed`: no record. - `altered`: it, or its hash, was changed. - `missing`: records before it are gone.
 * - `order`: it stood elsewhere, or twice. - `head`: a part does not begin as one. - `after_end`: behind the end.
 */
export type ChainFault = 'malformed' | 'altered' | 'missing' | 'order' | 'head' | 'after_end';

/** `part`: place in the list, from 1; `line`: of that part, from 1. */
export type ChainFinding = {
  readonly part: number;
  readonly line: number;
  readonly what: ChainFault;
  readonly text: string;
};

export type Verdict = {
  /** The first thousand; empty for a chain that is whole as far as it goes. */
  readonly findings: readonly ChainFinding[];
  readonly records: number;
  /** Compare it with one that was kept elsewhere. */
  readonly last: ChainLink | undefined;
  /** It was ended in order; false: it is being written, was cut off, or somebody took its end. */
  readonly isEnded: boolean;
  /** The end of the last line was not written, as a power cut leaves it: no tampering, and nothing before it is touched. */
  readonly isTorn: boolean;
};

const maxFindings = 1000;
const newline = 0x0a;

/** The chain of a stream: its parts in their order. `onRecord` hears every record that can be read, proven or not. */
export function verifyJournal(
  parts: readonly Uint8Array[],
  onRecord?: (record: JournalRecord) => void,
): Verdict {
  const chain = new ChainCheck(onRecord);
  for (const [place, part] of parts.entries()) chain.part(part, place === parts.length - 1);
  return chain.verdict;
}

/** Lines without their ends; `rest`: what follows the last end of line. */
export function splitLines(bytes: Uint8Array): {
  readonly lines: readonly Uint8Array[];
  readonly rest: Uint8Array;
} {
  const lines: Uint8Array[] = [];
  let from = 0;
  for (let end = bytes.indexOf(newline); end >= 0; end = bytes.indexOf(newline, from)) {
    lines.push(bytes.subarray(from, end));
    from = end + 1;
  }
  return { lines, rest: bytes.subarray(from) };
}

/** The same, one part after the other, for whoever can not hold all of them. */
export class ChainCheck {
  readonly #onRecord: ((record: JournalRecord) => void) | undefined;
  readonly #findings: ChainFinding[] = [];
  /** Hash of every record so far: a part after a failure may follow any of them. */
  readonly #hashes = new Map<number, string>([[chainStart.seq, chainStart.hash]]);
  #last: ChainLink | undefined;
  #records = 0;
  #isEnded = false;
  #isTorn = false;
  #part = 0;
  #line = 0;
  /** A line could not be read: what the next one follows is unknown, and that it is told already. */
  #isBroken = false;
  /** The part before ended within a line. */
  #tornLine: number | undefined;

  constructor(onRecord?: (record: JournalRecord) => void) {
    this.#onRecord = onRecord;
  }

  get verdict(): Verdict {
    return {
      findings: this.#findings,
      records: this.#records,
      last: this.#last,
      isEnded: this.#isEnded,
      isTorn: this.#isTorn,
    };
  }

  part(bytes: Uint8Array, isLast: boolean): void {
    const { lines, rest } = splitLines(bytes);
    this.#part += 1;
    this.#line = 0;
    for (const line of lines) this.#read(readLine(line));
    this.#tornLine = undefined;
    if (rest.length === 0) return;
    const whole = readLine(rest);
    if (whole?.follows(this.#before(whole).hash)) this.#read(whole);
    else if (isLast) this.#isTorn = true;
    else this.#tornLine = this.#line + 1;
  }

  #read(line: ReadLine | undefined): void {
    this.#line += 1;
    if (!line) {
      this.#find('malformed', 'it is no record');
      this.#isBroken = true;
      return;
    }
    const { record, hash } = line;
    if (this.#isEnded) this.#find('after_end', 'it stands behind the end of the record');
    else this.#judge(line);
    this.#isBroken = false;
    this.#last = { seq: record.seq, hash };
    this.#hashes.set(record.seq, hash);
    this.#records += 1;
    if (record.kind === 'end') this.#isEnded = true;
    this.#onRecord?.(record);
  }

  #judge(line: ReadLine): void {
    const { record } = line;
    const isFirst = this.#line === 1;
    if (isFirst !== (record.kind === 'head')) {
      this.#find(
        'head',
        isFirst ? 'the part does not begin with its head' : 'a head stands in the middle of a part',
      );
      return;
    }
    if (isFirst && this.#judgeHead(record)) return;
    const before = this.#before(line);
    const isNext = isFirst ? record.seq > this.#lastSeq : record.seq === this.#lastSeq + 1;
    // After a line that is told of already nothing is known of the one before.
    if (this.#isBroken || (isNext && line.follows(before.hash))) return;
    if (isNext) this.#find('altered', `record ${record.seq}, or the one before it, was changed`);
    else if (record.seq > this.#lastSeq)
      this.#find('missing', `records ${this.#lastSeq + 1} to ${record.seq - 1} are missing`);
    else this.#find('order', `record ${record.seq} stands after record ${this.#lastSeq}`);
  }

  /** Whether something is wrong with where a part goes on. */
  #judgeHead({ seq, body }: JournalRecord): boolean {
    const { continues, isAfterFailure } = readContinues(body);
    const isKnown = this.#hashes.get(continues.seq) === continues.hash;
    const isLast = continues.seq === this.#lastSeq && seq === continues.seq + 1;
    if (this.#tornLine !== undefined && !isAfterFailure)
      this.#findIn(this.#part - 1, this.#tornLine, 'malformed', 'it is no record, and no failure is told of');
    if (isKnown && (isLast || isAfterFailure)) return false;
    const gone = this.#last === undefined ? 'parts before it' : `records behind ${this.#lastSeq}`;
    this.#find('missing', `it follows record ${continues.seq}: ${gone} are missing`);
    return true;
  }

  get #lastSeq(): number {
    return this.#last?.seq ?? chainStart.seq;
  }

  #before({ record }: ReadLine): ChainLink {
    return record.kind === 'head' ? readContinues(record.body).continues : (this.#last ?? chainStart);
  }

  #find(what: ChainFault, text: string): void {
    this.#findIn(this.#part, this.#line, what, text);
  }

  #findIn(part: number, line: number, what: ChainFault, text: string): void {
    if (this.#findings.length < maxFindings) this.#findings.push({ part, line, what, text });
  }
}

function readContinues(body: JournalRecord['body']): {
  readonly continues: ChainLink;
  readonly isAfterFailure: boolean;
} {
  const { continues, isAfterFailure } = body;
  const { seq, hash } =
    typeof continues === 'object' && continues !== null ? { ...chainNone, ...continues } : chainNone;
  return { continues: { seq, hash }, isAfterFailure: isAfterFailure === true };
}

/** What no record ever was. */
const chainNone: ChainLink = { seq: -2, hash: '' };
