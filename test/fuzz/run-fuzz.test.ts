/** The fuzzer itself: it finds what is broken, says with which input, and makes the same inputs again. */
import { describe, expect, it } from 'vitest';
import { Random } from '../../drone-client/simulator/random.js';
import { Mutator } from './mutator.js';
import { runFuzz } from './run-fuzz.js';
import { BrokenInvariant, bytesOf, type FuzzTarget, inPieces, randomOf } from './target.js';

const text = bytesOf('{"a":[1,22,333],"b":"two words"}');
const harmless: FuzzTarget = {
  ...{ name: 'harmless', share: 1, corpus: [text], words: ['word'] },
  run: (bytes) => (bytes.length > 20 ? 'accepted' : 'refused'),
};

const options = { seed: 5, inputs: 2000, seconds: 10, nowMs: () => 0, usedBytes: () => 0 };

describe('the fuzzer', () => {
  it('counts what is accepted and refused', async () => {
    const report = await runFuzz(harmless, options);
    expect(report).toMatchObject({ inputs: 2000, worstMs: 0, grownBytes: 0 });
    expect(report.accepted).toBeGreaterThan(1000);
    expect(report.accepted).toBeLessThan(2000);
    expect(report.broken).toBeUndefined();
  });

  it('stops at the first error with its input, which repeats it', async () => {
    const run = (bytes: Uint8Array) => {
      if (bytes.includes(0xff)) throw new TypeError('no');
      return 'accepted' as const;
    };
    const { broken, inputs } = await runFuzz({ ...harmless, run }, options);
    expect(broken?.error).toBeInstanceOf(TypeError);
    expect(inputs).toBeLessThan(300);
    expect(() => run(broken?.input ?? text)).toThrow('no');
    expect((await runFuzz({ ...harmless, run }, options)).broken?.input).toEqual(broken?.input);
  });

  it('finds an input that always takes long, and forgives one that did once', async () => {
    let atMs = 0;
    const nowMs = () => atMs;
    const always = (bytes: Uint8Array) => {
      atMs += bytes.length > 60 ? 300 : 1;
      return 'accepted' as const;
    };
    const slow = await runFuzz({ ...harmless, run: always }, { ...options, seconds: 100, nowMs });
    expect(slow.broken?.error).toBeInstanceOf(BrokenInvariant);
    let calls = 0;
    const once = () => {
      atMs += ++calls === 50 ? 300 : 1;
      return 'accepted' as const;
    };
    const forgiven = await runFuzz(
      { ...harmless, run: once },
      { ...options, inputs: 100, seconds: 100, nowMs },
    );
    expect(forgiven).toMatchObject({ inputs: 100, worstMs: 1 });
    expect(forgiven.broken).toBeUndefined();
  });

  it('finds memory that has grown', async () => {
    let used = 0;
    const usedBytes = () => {
      used += 50 * 2 ** 20;
      return used;
    };
    expect((await runFuzz(harmless, { ...options, usedBytes })).broken?.error).toBeInstanceOf(
      BrokenInvariant,
    );
  });

  it('makes the same inputs of the same seed, others of another, none over 64 KiB, and leaves the corpus as it is', () => {
    const inputs = (seed: number) => {
      const mutator = new Mutator(harmless, new Random(seed));
      return Array.from({ length: 600 }, () => Buffer.from(mutator.next()).toString('latin1'));
    };
    const first = inputs(1);
    expect(inputs(1)).toEqual(first);
    expect(new Set([...first, ...inputs(2)]).size).toBeGreaterThan(900);
    expect(Math.max(...first.map(({ length }) => length))).toBeLessThanOrEqual(65_536);
    expect(text).toEqual(bytesOf('{"a":[1,22,333],"b":"two words"}'));
  });

  it('cuts into pieces that make the whole again, in the same way each time', () => {
    const cut = () => inPieces(text, randomOf(text)).map((piece) => Buffer.from(piece));
    expect(Buffer.concat(cut())).toEqual(text);
    expect(cut()).toEqual(cut());
  });
});
