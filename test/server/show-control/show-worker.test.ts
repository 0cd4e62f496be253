/** Shows are opened in a thread: what comes back is what opening them here gives, and nothing waits meanwhile. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../../../lib/config/index.js';
import { ShowError, UsageError } from '../../../lib/errors.js';
import { openShow } from '../../../lib/show/adapters/open-show.js';
import { serverConfigSpec } from '../../../server/config-spec.js';
import { ShowLoader } from '../../../server/show-control/adapters/show-loader.js';
import { type OpenedShow, openShowInWorker } from '../../../server/show-control/adapters/show-worker.js';
import { animationOf, judgeShow } from '../../../server/show-control/show-store.js';
import { applyShowSettings, readShowSettings } from '../../../server/show-settings.js';

let folder: string;

/** Rises, stays, sinks; `frames` of 0.1 s in all. */
function animation(x: number, frames: number): string {
  const rows = Array.from({ length: frames }, (_, i) => {
    const z = Math.min(1, i / 50, (frames - 1 - i) / 50);
    return `${i + 1},${x},0,${z.toFixed(3)},0,${i % 256},0,0`;
  });
  return `night\n${rows.join('\n')}\n`;
}

function write(name: string, slots: readonly number[], frames: number): string {
  const path = join(folder, name);
  mkdirSync(path);
  for (const slot of slots) writeFileSync(join(path, `drone-${slot}.csv`), animation(3 * slot, frames));
  return path;
}

const settings = readShowSettings(
  loadConfig('[SHOW]\ncommon_offset = 0, 0, 2\nprivate_offsets = drone-2 0 1 0', 'x', serverConfigSpec),
);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'starling-test-'));
});

afterAll(() => rmSync(folder, { recursive: true }));

describe('a show that is opened in a thread', () => {
  it('is the show that the server would have opened itself, animations for old drones included', async () => {
    const path = write('night', [1, 2], 120);
    const { show, close } = await openShowInWorker({ path, settings, limitsPath: '', isInBackground: false });
    const { animation: animationFrom, ...data } = show;
    const prepared = await openShow(path, {
      transform: (read, format) => applyShowSettings(settings, read, format),
    });
    expect(data).toEqual(judgeShow(prepared));
    expect(show.parts.size).toBe(2);
    for (const slot of ['drone-2', 'drone-1'])
      expect(await animationFrom(slot)).toEqual(animationOf(prepared.show, prepared.digests, slot));
    expect(await animationFrom('drone-9')).toBeUndefined();
    await close();
    await expect(animationFrom('drone-1')).rejects.toThrow(/night: the thread .* load it again/);
  });

  it('fails as it would here: with the class and the text of the error', async () => {
    const path = join(folder, 'broken');
    mkdirSync(path);
    writeFileSync(join(path, 'drone-1.csv'), 'night\n1,0,0,0,0,0,0,0\n2,0,zero,0,0,0,0,0\n');
    const failed = openShowInWorker({ path, settings, limitsPath: '', isInBackground: false });
    const expected: unknown = await openShow(path).catch((error: unknown) => error);
    await expect(failed).rejects.toThrow(ShowError);
    await expect(failed).rejects.toThrow((expected as ShowError).message);
    const limitsPath = join(folder, 'none.json');
    await expect(openShowInWorker({ path, settings, limitsPath, isInBackground: false })).rejects.toThrow(
      /none\.json: the limits/,
    );
  });

  it('leaves the loop of the server free', async () => {
    const path = write('long', [1, 2, 3], 1500);
    let ran = 0;
    const stop = setInterval(() => {
      ran += 1;
    }, 5);
    const startedMs = performance.now();
    const { close } = await openShowInWorker({ path, settings, limitsPath: '', isInBackground: true });
    const lastedMs = performance.now() - startedMs;
    clearInterval(stop);
    await close();
    // On the loop itself there would be a handful of turns: reading a folder is asynchronous, the rest is not.
    expect(lastedMs).toBeGreaterThan(100);
    expect(ran).toBeGreaterThan(lastedMs / 50);
  });
});

/** A show without a thread, and the ends of it that are asked for. */
function opened(name: string, closed: string[]): OpenedShow {
  const loaded = { name, slots: [], durationS: 1, digest: name, format: 'star' } as const;
  return {
    show: {
      loaded: { ...loaded, notes: [], violations: [], warnings: [] },
      show: { slots: new Map(), leadS: 0, cues: [] },
      ...{ parts: new Map(), digests: new Map(), animation: async () => undefined },
    },
    close: async () => void closed.push(name),
  };
}

describe('loading shows one after the other', () => {
  function setUp() {
    const closed: string[] = [];
    const taken: string[] = [];
    const state = { refusal: undefined as string | undefined, isOn: false, open: Promise.resolve() };
    const loader = new ShowLoader({
      open: async (path) => {
        await state.open;
        if (path === 'wrong') throw new ShowError('wrong: no show');
        return opened(path, closed);
      },
      refusal: () => state.refusal,
      take: ({ loaded }) => {
        if (state.isOn) throw new UsageError('a show is on');
        taken.push(loaded.name);
      },
      startMusic: async () => ({ close: async () => void closed.push(`music of ${taken.at(-1)}`) }),
    });
    return { loader, closed, taken, state };
  }

  it('ends what the one before kept, its music first, and in the end all', async () => {
    const { loader, closed, taken } = setUp();
    expect((await loader.load('a')).name).toBe('a');
    expect(closed).toEqual([]);
    await loader.load('b');
    expect(closed).toEqual(['music of b', 'a']);
    expect(taken).toEqual(['a', 'b']);
    await loader.close();
    expect(closed.slice(2)).toEqual(['music of b', 'b']);
  });

  it('keeps the one before when the next is wrong, refused, or called off by a start meanwhile', async () => {
    const { loader, closed, taken, state } = setUp();
    await loader.load('a');
    await expect(loader.load('wrong')).rejects.toThrow('wrong: no show');
    state.refusal = 'a show is on (running)';
    await expect(loader.load('b')).rejects.toThrow('a show is on (running)');
    state.refusal = undefined;
    state.isOn = true;
    await expect(loader.load('c')).rejects.toThrow('a show is on');
    expect(taken).toEqual(['a']);
    expect(closed).toEqual(['c']);
  });

  it('does one at a time', async () => {
    const { loader, taken, state } = setUp();
    let go: () => void = () => undefined;
    state.open = new Promise((resolve) => {
      go = resolve;
    });
    const first = loader.load('a');
    await expect(loader.load('b')).rejects.toThrow('a is being loaded: wait for it');
    go();
    await first;
    await loader.load('b');
    expect(taken).toEqual(['a', 'b']);
  });
});
