/** Where a replay stands, and what each key makes of it. Pure: time passes when it is told so; knows no recording. */

export type TransportState = {
  /** Since the session began. */
  readonly tMs: number;
  readonly isPlaying: boolean;
  /** Seconds of the recording in a second. */
  readonly speed: number;
};

export type TransportStep =
  | { readonly type: 'toggle' }
  | { readonly type: 'seek'; readonly byMs: number }
  | { readonly type: 'to'; readonly place: 'start' | 'end' }
  /** To just after the next (1) or the one before (-1) of what happened. */
  | { readonly type: 'event'; readonly direction: 1 | -1 }
  /** The next faster (1) or slower (-1) speed. */
  | { readonly type: 'speed'; readonly direction: 1 | -1 }
  | { readonly type: 'normalSpeed' };

/** What is played: how long it is, and when something happened, in order. */
export type Played = { readonly durationMs: number; readonly eventsMs: readonly number[] };

const speeds = [0.25, 0.5, 1, 2, 4, 8, 16, 32] as const;

/** The fleet is written down five times a second: so much later it is seen what came of something. */
export const afterEventMs = 250;

/** While it plays, the one before is one that lies further back than this, ms of whoever looks. */
const backMs = 1500;

/** Play at the end begins anew; the end pauses. */
export function stepTransport(state: TransportState, step: TransportStep, played: Played): TransportState {
  switch (step.type) {
    case 'toggle':
      if (!state.isPlaying && state.tMs >= played.durationMs) return { ...state, tMs: 0, isPlaying: true };
      return { ...state, isPlaying: !state.isPlaying };
    case 'seek':
      return moved(state, state.tMs + step.byMs, played);
    case 'to':
      return moved(state, step.place === 'start' ? 0 : played.durationMs, played);
    case 'event':
      return step.direction === 1 ? toNext(state, played) : toPrevious(state, played);
    case 'speed':
      return { ...state, speed: nextSpeed(state.speed, step.direction) };
    case 'normalSpeed':
      return { ...state, speed: 1 };
  }
}

/** The state after `elapsedMs` of whoever looks. */
export function advanceTransport(state: TransportState, elapsedMs: number, played: Played): TransportState {
  return state.isPlaying ? moved(state, state.tMs + elapsedMs * state.speed, played) : state;
}

/** The place in `eventsMs` of what is still to come; undefined when nothing is. */
export function nextEventAt(tMs: number, eventsMs: readonly number[]): number | undefined {
  const index = eventsMs.findIndex((eventMs) => eventMs + afterEventMs > tMs);
  return index < 0 ? undefined : index;
}

function toNext(state: TransportState, played: Played): TransportState {
  const index = nextEventAt(state.tMs, played.eventsMs);
  const eventMs = index === undefined ? undefined : played.eventsMs[index];
  return moved(state, eventMs === undefined ? played.durationMs : eventMs + afterEventMs, played);
}

function toPrevious(state: TransportState, played: Played): TransportState {
  const beforeMs = state.tMs - (state.isPlaying ? backMs * state.speed : 0);
  const eventMs = played.eventsMs.findLast((eachMs) => eachMs + afterEventMs < beforeMs);
  return moved(state, eventMs === undefined ? 0 : eventMs + afterEventMs, played);
}

function moved(state: TransportState, tMs: number, { durationMs }: Played): TransportState {
  const nextMs = Math.max(0, Math.min(durationMs, tMs));
  return { ...state, tMs: nextMs, isPlaying: state.isPlaying && nextMs < durationMs };
}

function nextSpeed(speed: number, direction: 1 | -1): number {
  const next =
    direction === 1 ? speeds.find((each) => each > speed) : speeds.findLast((each) => each < speed);
  return next ?? speed;
}
