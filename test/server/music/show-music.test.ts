import { describe, expect, it } from 'vitest';
import { ShowMusic } from '../../../server/music/show-music.js';
import type { ShowPhase } from '../../../server/snapshot.js';
import { FakeClock } from '../../support/fake-clock.js';

const show = {
  leadS: 0.5,
  cues: [
    { tS: 0, name: 'dawn' },
    { tS: 5, name: 'swarm' },
    { tS: 9, name: 'night' },
  ],
};

describe('the cues of a show', () => {
  it('are told once each as they pass on the clock of the show, and none in a pause', async () => {
    const clock = new FakeClock();
    const startUtcMs = clock.utcMs() + 2000;
    let phase: ShowPhase = { phase: 'countdown', scope: 'live', startUtcMs, holding: 1, of: 1 };
    const said: string[] = [];
    const told = (_level: string, text: string) =>
      void said.push(`${Math.round((clock.utcMs() - startUtcMs) / 100) / 10} ${text}`);
    const music = new ShowMusic({
      ...{ clock, show, sound: undefined, offsetS: 0, latencyS: 0, log: told },
      phase: () => phase,
    });
    await clock.advance(2000);
    phase = { phase: 'running', scope: 'live', startUtcMs };
    await clock.advance(6000);
    // The show's own zero lies half a second after its start.
    expect(said).toEqual(['0.5 cue: dawn', '5.5 cue: swarm']);
    phase = { phase: 'paused', startUtcMs, pausedUtcMs: clock.utcMs() };
    await clock.advance(60_000);
    expect(said).toHaveLength(2);
    phase = { phase: 'running', scope: 'live', startUtcMs: startUtcMs + 60_000 };
    await clock.advance(4000);
    expect(said.slice(2)).toEqual(['69.5 cue: night']);
    await music.close();
    await clock.advance(10_000);
    expect(said).toHaveLength(3);
  });
});
