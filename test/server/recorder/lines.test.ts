import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ByteSource, lastLineAt, linesFrom } from '../../../server/recorder/replay/lines.js';

/** Lines at these moments, so long, some of them damaged, and what is between the ends of them is no line. */
const written = fc.array(
  fc.record({
    afterMs: fc.integer({ min: 0, max: 300 }),
    length: fc.oneof({ weight: 20, arbitrary: fc.integer({ min: 0, max: 2000 }) }, fc.constant(60_000)),
    isDamaged: fc.integer({ min: 0, max: 9 }).map((dice) => dice === 0),
  }),
  { minLength: 1, maxLength: 150 },
);

type Line = { readonly start: number; readonly atMs: number };

type Written = { readonly afterMs: number; readonly length: number; readonly isDamaged: boolean };

function fileOf(lines: readonly Written[]) {
  const pieces: string[] = [];
  const readable: Line[] = [];
  let [start, atMs] = [0, 1000];
  for (const [seq, { afterMs, length, isDamaged }] of [
    { afterMs: 0, length: 0, isDamaged: false },
    ...lines,
  ].entries()) {
    atMs += afterMs;
    const text = `{"seq":${seq},"utcMs":1,"monotonicMs":${isDamaged ? '?' : atMs},"x":"${'x'.repeat(length)}"}\n`;
    if (!isDamaged) readable.push({ start, atMs });
    pieces.push(text);
    start += text.length;
  }
  const bytes = Buffer.from(pieces.join(''));
  const reads: number[] = [];
  const read = async (offset: number, length: number) => {
    reads.push(length);
    return bytes.subarray(offset, offset + length);
  };
  return { source: { bytes: bytes.length, read } satisfies ByteSource, readable, pieces, reads };
}

describe('the lines of a long file', () => {
  it('are found by their time as if all of them were read', async () => {
    await fc.assert(
      fc.asyncProperty(
        written,
        fc.array(fc.nat({ max: 60_000 }), { maxLength: 8 }),
        async (lines, moments) => {
          const { source, readable } = fileOf(lines);
          for (const moment of [0, ...moments, 1e9]) {
            const last = readable.findLast(({ atMs }) => atMs <= moment);
            expect(await lastLineAt(source, moment)).toBe(last?.start ?? 0);
          }
        },
      ),
      { numRuns: 15 },
    );
  });

  it('are given whole, one after the other, but for one without its end', async () => {
    await fc.assert(
      fc.asyncProperty(written, async (lines) => {
        const { source, pieces } = fileOf(lines);
        const cut = {
          ...source,
          read: async (offset: number, length: number) =>
            (await source.read(offset, length)).subarray(0, Math.max(0, source.bytes - 1 - offset)),
        };
        const found: string[] = [];
        for await (const { bytes } of linesFrom(cut, 0)) found.push(`${Buffer.from(bytes).toString()}\n`);
        expect(found).toEqual(pieces.slice(0, -1));
      }),
      { numRuns: 10 },
    );
  });

  it('are found by reading little', async () => {
    const many = Array.from({ length: 3000 }, () => ({ afterMs: 10, length: 1000, isDamaged: false }));
    const { source, reads, readable } = fileOf(many);
    const wanted = readable[2222];
    expect(await lastLineAt(source, (wanted?.atMs ?? 0) + 5)).toBe(wanted?.start);
    expect(reads.length).toBeLessThan(15);
  });
});
