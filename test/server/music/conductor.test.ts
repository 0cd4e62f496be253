import { beforeEach, describe, expect, it } from 'vitest';
import { Conductor } from '../../../server/music/conductor.js';
import { cuesBetween } from '../../../server/music/cues.js';
import { musicPlan } from '../../../server/music/music-plan.js';
import type { MusicPlayer } from '../../../server/music/music-player.js';
import { FakeClock } from '../../support/fake-clock.js';

const timing = { leadS: 0.5, musicStartS: 2, offsetS: 0.25, latencyS: 0.1 };

/** A player that writes down what it is told and when. */
class Notebook implements MusicPlayer {
  readonly name = 'notebook';
  readonly lines: string[] = [];
  error: Error | undefined;
  readonly #clock: FakeClock;

  constructor(clock: FakeClock) {
    this.#clock = clock;
  }

  async prepare(file: string, positionS: number): Promise<void> {
    if (this.error) throw this.error;
    this.#note(`prepare ${file} ${positionS}`);
  }

  play = () => this.#note('play');
  hold = () => this.#note('hold');
  stop = () => this.#note('stop');

  async positionS(): Promise<undefined> {
    return undefined;
  }

  async close(): Promise<void> {
    this.#note('close');
  }

  #note(what: string): void {
    this.lines.push(`${Math.round(this.#clock.utcMs() - startUtcMs)} ${what}`);
  }
}

let startUtcMs = 0;
let clock: FakeClock;
let player: Notebook;
let said: string[];
let conductor: Conductor;

beforeEach(() => {
  clock = new FakeClock();
  startUtcMs = clock.utcMs() + 5000;
  player = new Notebook(clock);
  said = [];
  conductor = new Conductor({ clock, player, file: 'song', timing, log: (_level, text) => said.push(text) });
});

describe('the music of a show', () => {
  it('is loaded in the countdown and plays on its moment, earlier by what the program needs to sound', async () => {
    conductor.follow({ phase: 'countdown', scope: 'live', startUtcMs, holding: 1, of: 1 });
    await clock.advance(5000);
    conductor.follow({ phase: 'running', scope: 'live', startUtcMs });
    await clock.advance(10_000);
    // Lead, beginning and offset: 2.75 s after the start, less 0.1 s.
    expect(player.lines).toEqual(['-5000 prepare song 0', '2650 play']);
    expect([said, conductor.isSounding]).toEqual([['music plays (notebook)'], true]);
  });

  it('stands while the show is paused, and goes on where it was', async () => {
    conductor.follow({ phase: 'running', scope: 'live', startUtcMs });
    await clock.advance(15_000);
    conductor.follow({ phase: 'paused', startUtcMs, pausedUtcMs: startUtcMs + 10_200 });
    await clock.advance(30_000);
    const later = startUtcMs + 30_000;
    conductor.follow({ phase: 'running', scope: 'live', startUtcMs: later });
    await clock.advance(10_000);
    expect(player.lines).toEqual([
      '-5000 prepare song 0',
      '2650 play',
      '10200 hold',
      // 40 s after the first start the show is 10 s old; the song is joined a second later, where it then is.
      '40000 prepare song 8.35',
      '41000 play',
    ]);
  });

  it('ends with the show, also in its countdown', async () => {
    conductor.follow({ phase: 'countdown', scope: 'live', startUtcMs, holding: 1, of: 1 });
    await clock.advance(1000);
    conductor.follow({ phase: 'idle' });
    await clock.advance(60_000);
    expect(player.lines).toEqual(['-5000 prepare song 0', '-4000 stop']);
    conductor.follow({ phase: 'idle' });
    expect(player.lines).toHaveLength(2);
  });

  it('that can not be played is one line in the log', async () => {
    player.error = new Error('no such file');
    conductor.follow({ phase: 'countdown', scope: 'live', startUtcMs, holding: 1, of: 1 });
    await clock.advance(20_000);
    expect([player.lines, said]).toEqual([[], ['music: no such file']]);
  });

  it('is dropped when the show changes while it is being loaded', async () => {
    let loaded: () => void = () => undefined;
    player.prepare = () => new Promise<void>((resolve) => (loaded = resolve));
    conductor.follow({ phase: 'countdown', scope: 'live', startUtcMs, holding: 1, of: 1 });
    conductor.follow({ phase: 'idle' });
    loaded();
    await clock.advance(20_000);
    expect(player.lines).toEqual(['-5000 stop']);
    await conductor.close();
    expect(player.lines.at(-1)).toMatch(/close$/);
  });

  it('is silent without a show, and stands at its beginning when paused before it', () => {
    expect(musicPlan({ phase: 'idle' }, timing, 0)).toEqual({ kind: 'silent' });
    const paused = { phase: 'paused', startUtcMs: 10_000, pausedUtcMs: 11_000 } as const;
    expect(musicPlan(paused, timing, 12_000)).toEqual({ kind: 'held', atUtcMs: 11_000, positionS: 0 });
  });
});

it('cues pass by once, in order of time', () => {
  const cues = [
    { tS: 5, name: 'b' },
    { tS: 1, name: 'a' },
  ];
  const names = (fromS: number, toS: number) => cuesBetween(cues, fromS, toS).map(({ name }) => name);
  expect([names(0, 10), names(1, 5), names(5, 9), names(9, 0)]).toEqual([['a', 'b'], ['b'], [], []]);
});
