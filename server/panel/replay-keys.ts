/** Which key moves a recording how, as data: the bar, the help and what a key does come from it. Knows no recording. */
import type { TransportStep } from '../recorder/replay/transport.js';
import type { Key } from './key-parser.js';

type ReplayBinding = {
  /** The keys as somebody reads them. */
  readonly shown: string;
  /** One or two words for the bar. */
  readonly label?: string;
  /** One sentence for the help. */
  readonly help: string;
  readonly steps: Readonly<Record<Key, TransportStep>>;
};

const minuteMs = 60_000;

/** In the order of the bar. */
export const replayBindings: readonly ReplayBinding[] = [
  {
    ...{ shown: 'space', label: 'play', help: 'Plays, or pauses; at the end it begins anew.' },
    steps: { ' ': { type: 'toggle' } },
  },
  {
    ...{ shown: 'Left/Right', label: '10 s', help: '10 s back, 10 s on.' },
    steps: { left: { type: 'seek', byMs: -10_000 }, right: { type: 'seek', byMs: 10_000 } },
  },
  {
    ...{ shown: '<>', label: '1 min', help: 'A minute back, a minute on.' },
    steps: { '<': { type: 'seek', byMs: -minuteMs }, '>': { type: 'seek', byMs: minuteMs } },
  },
  {
    ...{ shown: 'n/N', label: 'event' },
    help: 'n: to the next event, N: to the one before: an alert, a command, another phase, a lost drone.',
    steps: { n: { type: 'event', direction: 1 }, N: { type: 'event', direction: -1 } },
  },
  {
    ...{ shown: '[]', label: 'speed', help: 'Slower, faster: 0.25 to 32 seconds in a second; 1: as it was.' },
    steps: {
      '[': { type: 'speed', direction: -1 },
      ']': { type: 'speed', direction: 1 },
      '1': { type: 'normalSpeed' },
    },
  },
  {
    ...{ shown: 'Home', help: 'Home: to the beginning, End: to the end.' },
    steps: { home: { type: 'to', place: 'start' }, end: { type: 'to', place: 'end' } },
  },
];

/** What a key does to the recording; undefined when nothing. */
export function replayStepOf(key: Key): TransportStep | undefined {
  return replayBindings.find(({ steps }) => Object.hasOwn(steps, key))?.steps[key];
}
