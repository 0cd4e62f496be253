/** Where the music of a show is to be at a moment. Pure; knows the phase of the show, no sound and no file. */
import type { ShowPhase } from '../snapshot.js';

/** Moments in UTC ms of the server's clock, durations in s. */
export type MusicTiming = {
  /** From the start of a show to its own zero. */
  readonly leadS: number;
  /** Show time at which the file wants its music to begin. */
  readonly musicStartS: number;
  /** The operator's shift: positive = later. */
  readonly offsetS: number;
  /** What passes between `play` and the sound at the audience: it is played by so much earlier. */
  readonly latencyS: number;
};

/**
 * `silent`: no music. `due`: at `atUtcMs` the music is to run from `positionS` on. `held`: from `atUtcMs` on it stands
 * at `positionS`.
 */
export type MusicPlan =
  | { readonly kind: 'silent' }
  | { readonly kind: 'due' | 'held'; readonly atUtcMs: number; readonly positionS: number };

/** Music that has begun already is joined where it is, a moment from now, so that the program can load it. */
const joinS = 1;

export function musicPlan(phase: ShowPhase, timing: MusicTiming, nowUtcMs: number): MusicPlan {
  if (phase.phase === 'idle') return { kind: 'silent' };
  const { leadS, musicStartS, offsetS, latencyS } = timing;
  // Where the operator has given its moment with the start, that counts.
  const soundsUtcMs = phase.musicUtcMs ?? phase.startUtcMs + (leadS + musicStartS + offsetS) * 1000;
  const beginsUtcMs = soundsUtcMs - latencyS * 1000;
  if (phase.phase === 'paused') {
    const positionS = Math.max(0, (phase.pausedUtcMs - beginsUtcMs) / 1000);
    return { kind: 'held', atUtcMs: phase.pausedUtcMs, positionS };
  }
  const lateS = (nowUtcMs - beginsUtcMs) / 1000;
  if (lateS <= 0) return { kind: 'due', atUtcMs: beginsUtcMs, positionS: 0 };
  return { kind: 'due', atUtcMs: nowUtcMs + joinS * 1000, positionS: lateS + joinS };
}
