import { beforeEach, describe, expect, it } from 'vitest';
import { Conductor } from '../../../server/music/conductor.js';
import { cuesBetween } from '../../../server/music/cues.js';
import { Deck } from '../../../server/music/deck.js';
import { musicPlan } from '../../../server/music/music-plan.js';
import { FakeClock } from '../../support/fake-clock.js';
import { Notebook } from './support/notebook.js';

const timing = { leadS: 0.5, musicStartS: 2, offsetS: 0.25, latencyS: 0.1 };

let startUtcMs = 0;
let clock: FakeClock;
let player: Notebook;
let said: string[];
let conductor: Conductor;
let deck: Deck;

beforeEach(() => {
  clock = new FakeClock();
  startUtcMs = clock.utcMs() + 5000;
  player = new Notebook(() => clock.utcMs() - startUtcMs);
  said = [];
  const log = (_level: string, text: string) => void said.push(text);
  deck = new Deck({ clock, player, log });
  conductor = new Conductor({ clock, deck, file: () => 'song', timing: () => timing, log });
});

describe('the music of a show', () => {
  it('is loaded in the countdown and plays on its moment, earlier by what the program needs to sound', async () => {
    conductor.follow({ phase: 'countdown', scope: 'live', startUtcMs, holding: 1, of: 1 });
    await clock.advance(5000);
    conductor.follow({ phase: 'running', scope: 'live', startUtcMs });
    await clock.advance(10_000);
    // Lead, beginning and offset: 2.75 s after the start, less 0.1 s.
    expect(player.lines).toEqual(['-5000 prepare song 0', '2650 play']);
    expect([said, deck.state]).toEqual([['music plays (notebook)'], 'sounding']);
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
    await deck.close();
    expect(player.lines.at(-1)).toMatch(/close$/);
  });

  it('plays at the moment that came with the start, and the pauses of the show move it', async () => {
    const musicUtcMs = startUtcMs + 3000;
    conductor.follow({ phase: 'running', scope: 'live', startUtcMs, musicUtcMs });
    await clock.advance(9000);
    expect(player.lines).toEqual(['-5000 prepare song 0', '2900 play']);
    conductor.follow({ phase: 'paused', startUtcMs, pausedUtcMs: startUtcMs + 4000, musicUtcMs });
    await clock.advance(6000);
    conductor.follow({
      ...{ phase: 'running', scope: 'live', startUtcMs: startUtcMs + 6000 },
      musicUtcMs: musicUtcMs + 6000,
    });
    await clock.advance(2000);
    // 10 s after the first start the music would be at 10 - 6 - 2.9 s; it is joined a second later.
    expect(player.lines.slice(2)).toEqual(['4000 hold', '10000 prepare song 2.1', '11000 play']);
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
