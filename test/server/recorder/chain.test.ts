import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chainStart, readLine, sealLine } from '../../../server/recorder/chain.js';
import type { ChainLink } from '../../../server/recorder/record.js';
import { parseStableJson, stableJson } from '../../../server/recorder/stable-json.js';
import { splitLines, verifyJournal } from '../../../server/recorder/verify.js';
import { identity } from './support.js';

type Entry = { readonly kind: string; readonly body: { readonly [name: string]: unknown } };

const value = fc.jsonValue({ maxDepth: 2 });
const body = fc.dictionary(fc.string({ maxLength: 8 }), fc.oneof(value, fc.double(), fc.constant('~')), {
  maxKeys: 3,
});
const kinds = fc.constantFrom('action', 'wish', 'outcome', 'alert', 'state', 'note');
const entries = fc.array(fc.record({ kind: kinds, body }), { maxLength: 8 });

/** One part with its head, every entry a line. */
function part(
  written: readonly Entry[],
  continues: ChainLink = chainStart,
  isAfterFailure = false,
  seq?: number,
) {
  const head = {
    ...identity,
    format: 'starling-black-box',
    version: 1,
    stream: 'journal',
    continues,
    isAfterFailure,
  };
  let line = sealLine(continues, { utcMs: 1000, monotonicMs: 0, kind: 'head', body: head }, seq);
  const lines = [line];
  for (const [place, { kind, body }] of written.entries()) {
    line = sealLine(line.link, { utcMs: 1001 + place, monotonicMs: place, kind, body });
    lines.push(line);
  }
  return { bytes: Buffer.concat(lines.map(({ bytes }) => bytes)), last: line.link, lines };
}

const three = [
  { kind: 'action', body: { name: 'takeoff' } },
  { kind: 'outcome', body: { ok: true } },
  { kind: 'end', body: {} },
];

function faults(...parts: Uint8Array[]): string[] {
  return verifyJournal(parts).findings.map(({ part, line, what }) => `${part}:${line} ${what}`);
}

describe('a value as JSON', () => {
  it('is read back as it was, whatever it is', () => {
    fc.assert(
      fc.property(body, (written) => {
        expect(parseStableJson(stableJson(written))).toEqual(written);
      }),
    );
  });

  it('has the same bytes however its members were ordered', () => {
    expect(stableJson({ b: 1, a: { d: [Number.NaN, -0, undefined], c: undefined } })).toBe(
      '{"a":{"d":[{"~":"NaN"},-0,null]},"b":1}',
    );
    expect(stableJson({ a: { d: [Number.NaN, -0, undefined] }, b: 1 })).toBe(
      '{"a":{"d":[{"~":"NaN"},-0,null]},"b":1}',
    );
  });

  it('keeps names that mean something to the language or to itself', () => {
    const written: unknown = JSON.parse('{"__proto__":{"~":1},"~":"NaN","~~":2}');
    const read = parseStableJson(stableJson(written));
    expect(Object.entries(read as object)).toEqual(Object.entries(written as object));
  });

  it('is refused when it is no plain value, or has no end', () => {
    const endless: { inner?: unknown } = {};
    endless.inner = endless;
    for (const value of [endless, 1n, () => 1, new Map(), new Date(0)])
      expect(() => stableJson({ value })).toThrow(expect.objectContaining({ code: 'bad_record' }));
  });
});

describe('a line of the journal', () => {
  it('is the bytes that were agreed on', () => {
    const { bytes, link } = sealLine(chainStart, {
      ...{ utcMs: 1_700_000_000_000.6, monotonicMs: 12.34567, kind: 'note' },
      body: { text: 'hello', level: 'info' },
    });
    const content =
      '{"seq":0,"utcMs":1700000000001,"monotonicMs":12.346,"kind":"note","body":{"level":"info","text":"hello"}';
    const hash = createHash('sha256')
      .update(`${'0'.repeat(64)}\n${content}`)
      .digest('hex');
    expect(Buffer.from(bytes).toString()).toBe(`${content},"hash":"${hash}"}\n`);
    expect(link).toEqual({ seq: 0, hash });
    expect(JSON.parse(Buffer.from(bytes).toString())).toMatchObject({ seq: 0, hash });
  });

  it('says in place of a body that can not be written, or is too long, that it was left out', () => {
    const said = (body: { readonly [name: string]: unknown }) =>
      readLine(sealLine(chainStart, { utcMs: 0, monotonicMs: 0, kind: 'state', body }).bytes.subarray(0, -1))
        ?.record;
    expect(said({ value: 1n })).toMatchObject({
      kind: 'state',
      body: { leftOut: expect.stringContaining('bigint') },
    });
    expect(said({ value: 'x'.repeat(1_000_001) })?.body.leftOut).toContain(
      'more than the 1000000 that are kept',
    );
  });
});

describe('the chain of a journal', () => {
  it('is whole as it was written, and says what it ends with', () => {
    fc.assert(
      fc.property(entries, entries, (first, second) => {
        const a = part(first);
        const b = part([...second, { kind: 'end', body: {} }], a.last);
        expect(verifyJournal([a.bytes, b.bytes])).toEqual({
          ...{ findings: [], records: first.length + second.length + 3, isEnded: true, isTorn: false },
          last: b.last,
        });
      }),
      { numRuns: 40 },
    );
  });

  it('that is cut at any byte is torn there, and nothing else', () => {
    fc.assert(
      fc.property(entries, fc.nat(), (written, at) => {
        const { bytes, lines } = part(written);
        const cut = at % (bytes.length + 1);
        const verdict = verifyJournal([bytes.subarray(0, cut)]);
        const whole = splitLines(bytes.subarray(0, cut + 1)).lines.length;
        expect(verdict.findings).toEqual([]);
        expect(verdict.records).toBe(whole);
        const isAtEndOfLine = cut === 0 || bytes[cut] === 0x0a || bytes[cut - 1] === 0x0a;
        expect(verdict.isTorn).toBe(!isAtEndOfLine);
        expect(verdict.last?.hash).toBe(lines[whole - 1]?.link.hash);
      }),
      { numRuns: 60 },
    );
  });

  it('is torn, not tampered with, by zeros where a power cut left a line unwritten', () => {
    const { bytes } = part(three.slice(0, 2));
    const verdict = verifyJournal([Buffer.concat([bytes.subarray(0, bytes.length - 40), Buffer.alloc(40)])]);
    expect(verdict).toMatchObject({ findings: [], isTorn: true, records: 2 });
  });

  it('is broken at the line of any byte that was changed', () => {
    fc.assert(
      fc.property(entries, fc.nat(), fc.integer({ min: 1, max: 255 }), (written, at, flip) => {
        const { bytes } = part(written);
        const place = at % bytes.length;
        const changed = Buffer.from(bytes);
        changed[place] = (changed[place] ?? 0) ^ flip;
        const line = splitLines(bytes.subarray(0, place)).lines.length + 1;
        const verdict = verifyJournal([changed]);
        // The last end of line alone can not be told from one that was never written.
        if (place === bytes.length - 1) expect(verdict).toMatchObject({ findings: [], isTorn: true });
        else expect(verdict.findings[0]?.line).toBe(line);
      }),
      { numRuns: 60 },
    );
  });

  it('names the line that was altered, and no other', () => {
    const { bytes } = part(three);
    const changed = Buffer.from(bytes.toString().replace('takeoff', 'landing'));
    expect(faults(changed)).toEqual(['1:2 altered']);
  });

  it('names the line behind one that was taken out', () => {
    const { lines } = part(three);
    const without = lines.filter((_, place) => place !== 1).map(({ bytes }) => bytes);
    const { findings } = verifyJournal([Buffer.concat(without)]);
    expect(findings).toEqual([{ part: 1, line: 2, what: 'missing', text: 'records 1 to 1 are missing' }]);
  });

  it('names lines that changed places, and one that stands twice', () => {
    const [head, a, b, c] = part([...three.slice(0, 2), { kind: 'note', body: {} }]).lines.map(
      ({ bytes }) => bytes,
    );
    if (!head || !a || !b || !c) throw new Error('four lines');
    expect(faults(Buffer.concat([head, b, a, c]))).toEqual(['1:2 missing', '1:3 order', '1:4 missing']);
    expect(faults(Buffer.concat([head, a, a, b, c]))).toEqual(['1:3 order']);
  });

  it('names a line whose hash was made anew by the one behind it', () => {
    const { lines } = part(three);
    const [head, a] = lines;
    if (!head || !a) throw new Error('lines');
    const forged = sealLine(head.link, {
      utcMs: 1001,
      monotonicMs: 0,
      kind: 'action',
      body: { name: 'land' },
    });
    const bytes = lines.map((line) => (line === a ? forged.bytes : line.bytes));
    expect(faults(Buffer.concat(bytes))).toEqual(['1:3 altered']);
  });

  it('names what was written behind the end, and a part that does not begin with its head', () => {
    const whole = part(three);
    const more = sealLine(whole.last, { utcMs: 2000, monotonicMs: 9, kind: 'note', body: {} });
    expect(faults(Buffer.concat([whole.bytes, more.bytes]))).toEqual(['1:5 after_end']);
    const [head, ...rest] = whole.lines;
    expect(faults(Buffer.concat(rest.map(({ bytes }) => bytes)))).toEqual(['1:1 head']);
    if (!head) throw new Error('no head');
    expect(faults(Buffer.concat([head.bytes, head.bytes]))).toEqual(['1:2 head']);
  });

  it('misses a part, and the end of one, when the next does not follow it', () => {
    const a = part(three.slice(0, 2));
    const b = part([], a.last);
    expect(faults(b.bytes)).toEqual(['1:1 missing']);
    const shorter = Buffer.concat(a.lines.slice(0, -1).map(({ bytes }) => bytes));
    expect(faults(shorter, b.bytes)).toEqual(['2:1 missing']);
    expect(faults(a.bytes.subarray(0, a.bytes.length - 5), b.bytes)).toEqual([
      '1:3 malformed',
      '2:1 missing',
    ]);
  });

  it('goes on after a failure from what was safe, with what was written behind it or without', () => {
    const a = part(three.slice(0, 2));
    const safe = a.lines[1]?.link ?? chainStart;
    const b = part([], safe, true, 9);
    expect(faults(a.bytes, b.bytes)).toEqual([]);
    expect(faults(a.bytes.subarray(0, a.bytes.length - 5), b.bytes)).toEqual([]);
    expect(faults(Buffer.concat(a.lines.slice(0, 1).map(({ bytes }) => bytes)), b.bytes)).toEqual([
      '2:1 missing',
    ]);
  });

  it('takes a line that is deeper than anything for none', () => {
    const deep = `{"seq":0,"utcMs":0,"monotonicMs":0,"kind":"x","body":{"~":${'['.repeat(50_000)}${']'.repeat(50_000)}}`;
    expect(faults(Buffer.from(`${deep},"hash":"${'0'.repeat(64)}"}\n`))).toEqual(['1:1 malformed']);
  });

  it('is nothing that is wrong where nothing was written', () => {
    expect(verifyJournal([])).toMatchObject({ findings: [], records: 0, last: undefined, isEnded: false });
    expect(verifyJournal([new Uint8Array(0)])).toMatchObject({ findings: [], isTorn: false });
  });
});
