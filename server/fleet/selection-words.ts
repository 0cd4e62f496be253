/** The words by which people choose drones, and what each of them means of one drone. Knows no grammar and no screen. */
import type { DroneView } from '../snapshot.js';
import { textsOf } from './telemetry.js';

/** A state of a drone that can be named; `others`: further ways to write it. */
type StateWord = {
  readonly word: string;
  readonly others?: readonly string[];
  /** One sentence. */
  readonly help: string;
  readonly holds: (drone: DroneView) => boolean;
};

const states = [
  {
    word: 'ready',
    help: 'Ready for the show: connected, and all ten checks green.',
    holds: ({ isReady }) => isReady,
  },
  {
    word: 'low battery',
    help: 'The check of the battery has failed, by the last that was heard of it.',
    holds: ({ checks }) => checks.battery === 'bad',
  },
  {
    word: 'armed',
    others: ['flying'],
    help: 'The motors are armed, by its last word; a lost drone counts as well.',
    holds: ({ isArmed }) => isArmed,
  },
  { word: 'lost', help: 'Not connected now.', holds: ({ record }) => !record.isConnected },
  { word: 'connected', help: 'Connected now.', holds: ({ record }) => record.isConnected },
  {
    word: 'silent',
    help: 'Connected, and its telemetry stays away.',
    holds: ({ record }) => record.isSilent,
  },
  {
    word: 'warning',
    others: ['warnings'],
    help: 'It warns of something, or its watchdog sees something.',
    holds: ({ record }) =>
      textsOf(record.telemetry.warnings).length + textsOf(record.telemetry.failsafe).length > 0,
  },
  {
    word: 'no show',
    help: 'It is to fly a slot, and holds no part of the loaded show.',
    holds: ({ proof, slot }) => proof === 'none' && slot !== undefined,
  },
  {
    word: 'wrong show',
    help: 'It holds another show than the one that it is to fly.',
    holds: ({ proof }) => proof === 'differs',
  },
  {
    word: 'spare',
    help: 'It was heard, and has no slot in the loaded show.',
    holds: ({ proof, slot }) => proof === 'none' && slot === undefined,
  },
  {
    word: 'old',
    help: 'An old client: its commands are not confirmed.',
    holds: ({ record }) => !record.isAnswering,
  },
  {
    word: 'failed',
    help: 'Its last command has failed.',
    holds: ({ record }) => record.lastOutcome?.result.ok === false,
  },
] as const satisfies readonly StateWord[];

/** The word of a state as help texts write it. */
export type StateName = (typeof states)[number]['word'];

const byKey: ReadonlyMap<string, (typeof states)[number]> = new Map(
  states.flatMap((state) =>
    [state.word, ...('others' in state ? state.others : [])].map((word) => [keyOf(word), state] as const),
  ),
);

const byName: ReadonlyMap<StateName, StateWord> = new Map(states.map((state) => [state.word, state]));

/** The state that a text names, in any case, with a space, a dash or neither; undefined when it names none. */
export function stateNamed(text: string): StateName | undefined {
  return byKey.get(keyOf(text))?.word;
}

/** Whether a drone is in that state. */
export function isInState(drone: DroneView, name: StateName): boolean {
  return byName.get(name)?.holds(drone) === true;
}

function keyOf(text: string): string {
  return text.toLowerCase().replaceAll(/[\s-]+/g, '');
}

/** A way to write a choice of drones, and what it means, in one sentence. */
export type SelectionWord = { readonly word: string; readonly help: string };

/** Everything that a choice of drones is made of, in the order in which help texts show it. */
export const selectionWords: readonly SelectionWord[] = [
  { word: 'all', help: 'Every drone of the table.' },
  { word: 'none', help: 'No drone.' },
  { word: 'selected', help: 'The drones that are selected in the panel (only there).' },
  { word: 'drone-7', help: 'The drone of exactly this name; it comes before numbers and groups.' },
  { word: '7', help: 'Drones whose name ends in this number: drone-7, and drone-07 as well.' },
  { word: '1-20', help: 'Drones whose name ends in a number from 1 to 20.' },
  { word: 'wing-*', help: 'Drones whose name fits: * is any letters, ? is one.' },
  { word: '@NAME', help: 'The drones of a group; NAME alone will do where no drone is called so.' },
  { word: 'id:NAME', help: 'The drone of exactly this name, even where NAME is a word of this list.' },
  { word: 'X, Y', help: 'Both together: 1-20, 35.' },
  {
    word: 'X and Y',
    help: 'Drones of X that are of Y too: 1-20 and not ready; it binds closer than a comma.',
  },
  { word: 'not X', help: 'All drones but X: not ready, not (1-20, 35).' },
  ...states.map(({ word, help }) => ({ word, help })),
];
