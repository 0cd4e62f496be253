/** What the preview shows, and what each key makes of it. Pure: time passes when it is told so. */
import type { PreviewKey } from './keys.js';

export type PreviewState = {
  /** Show time. */
  readonly tS: number;
  readonly isPlaying: boolean;
  readonly side: 'top' | 'side';
  /** The person at the keyboard wants to leave. */
  readonly isOver: boolean;
};

/** The times between which there is something to see. */
export type Extent = { readonly startS: number; readonly endS: number };

const jumpS = 5;
/** As long as a frame of the light programs of `.skyc` shows. */
const frameS = 0.02;

export function firstState({ startS }: Extent): PreviewState {
  return { tS: startS, isPlaying: true, side: 'top', isOver: false };
}

/** A step by a frame pauses; play at the end begins anew. */
export function reduce(state: PreviewState, key: PreviewKey, extent: Extent): PreviewState {
  switch (key) {
    case 'quit':
      return { ...state, isOver: true };
    case 'view':
      return { ...state, side: state.side === 'top' ? 'side' : 'top' };
    case 'play':
      if (!state.isPlaying && state.tS >= extent.endS)
        return { ...state, tS: extent.startS, isPlaying: true };
      return { ...state, isPlaying: !state.isPlaying };
    case 'back':
      return moved(state, state.tS - jumpS, extent);
    case 'forward':
      return moved(state, state.tS + jumpS, extent);
    case 'frameBack':
      return { ...moved(state, state.tS - frameS, extent), isPlaying: false };
    case 'frameForward':
      return { ...moved(state, state.tS + frameS, extent), isPlaying: false };
    case 'start':
      return moved(state, extent.startS, extent);
    case 'end':
      return { ...moved(state, extent.endS, extent), isPlaying: false };
  }
}

/** The state after `elapsedS` of playing; it pauses at the end. */
export function advance(state: PreviewState, elapsedS: number, extent: Extent): PreviewState {
  if (!state.isPlaying) return state;
  const next = moved(state, state.tS + elapsedS, extent);
  return { ...next, isPlaying: next.tS < extent.endS };
}

function moved(state: PreviewState, tS: number, { startS, endS }: Extent): PreviewState {
  return { ...state, tS: Math.max(startS, Math.min(endS, tS)) };
}
