/** Operations of a show: loading, uploading, allowing, starting, pausing, ending. Data only. */
import type { OperationSpec } from './operation.js';
import { command, onAll, uploading } from './shapes.js';

export const showOperations = {
  load: {
    ...{ title: 'Load a show', group: 'show', kind: 'query', target: 'none', role: 'admin' },
    help: "Loads a show of the server's machine in place of the one before: a folder or file of any known format.",
    arguments: [
      { name: 'path', kind: 'path', of: 'any', about: 'the show, a folder or file', isPositional: true },
    ],
    answerTimeoutMs: uploading,
  },
  assign: {
    ...command('show', 'Assign slots'),
    help: 'Gives the drones their slots of the show: by name, by name as a pattern, or by where they stand.',
    arguments: [
      {
        ...{ name: 'by', kind: 'choice', choices: ['id', 'regexp', 'places'], default: 'regexp' },
        about: 'how slots are found',
      },
    ],
  },
  replace: {
    ...command('show', 'Replace a drone by a spare'),
    target: 'none',
    help: 'A spare takes the slot of a drone that goes out; only the spare has to be sent its part.',
    arguments: [
      { name: 'out', kind: 'text', maxLength: 200, about: 'the drone that goes out', isPositional: true },
      { name: 'spare', kind: 'text', maxLength: 200, about: 'its spare', isPositional: true },
    ],
  },
  upload: {
    ...command('show', 'Upload the show'),
    help: 'Sends each drone its own file of the show; what a drone has already is not sent again.',
    answerTimeoutMs: uploading,
  },
  authorize: {
    ...command('show', 'Authorize the show'),
    help: 'Allows the loaded show to be started with these drones: live, or its lights alone.',
    arguments: [
      {
        ...{ name: 'scope', kind: 'choice', choices: ['live', 'lights'], default: 'live' },
        about: 'live, or lights (nothing arms)',
      },
      {
        ...{ name: 'minutes', kind: 'number', min: 0, minExcluded: true, max: 1440, default: 10 },
        about: 'how long it holds, minutes',
      },
      {
        ...{ name: 'override', kind: 'text', maxLength: 500, mayBeMissing: true },
        about: 'why a show with violations may fly; recorded',
      },
    ],
  },
  unauthorize: {
    ...onAll('show', 'Withdraw the authorization'),
    help: 'Takes the authorization back, for all drones; a countdown is called off.',
  },
  start: {
    ...command('show', 'Start the show'),
    help: 'Starts the authorized show on these drones; all of them must be ready.',
    arguments: [
      {
        ...{ name: 'delay', kind: 'number', min: 0, max: 86_400, default: 10 },
        about: 'seconds until it starts; at least 4, for lights alone 0',
      },
      {
        ...{ name: 'music', kind: 'number', min: 0, max: 86_400, mayBeMissing: true },
        about: 'seconds from this command until the music sounds; without it with the show, as its file says',
      },
    ],
  },
  pause: { ...command('show', 'Pause the show'), help: 'Slows the whole show down to a hold.' },
  resume: { ...command('show', 'Resume the show'), help: 'Goes on with the show after a pause.' },
  music_choose: {
    ...{ ...command('show', 'Music: choose'), target: 'none', role: 'admin' },
    help: "Plays this file instead of the show's own music from now on.",
    arguments: [
      {
        ...{ name: 'path', kind: 'path', of: 'file', mayBeMissing: true, isPositional: true },
        about: "the music, a file; without it the show's own again",
      },
    ],
  },
  music_play: {
    ...command('show', 'Music: play'),
    target: 'none',
    help: 'Plays the music by hand until the show changes: goes on where it was held, or begins.',
    arguments: [
      {
        ...{ name: 'at', kind: 'number', min: 0, max: 86_400, mayBeMissing: true, isPositional: true },
        about: 'from so many seconds of it on',
      },
    ],
  },
  music_hold: {
    ...command('show', 'Music: pause'),
    target: 'none',
    help: 'Holds the music by hand until the show changes.',
  },
  music_stop: {
    ...command('show', 'Music: stop'),
    target: 'none',
    help: 'Stops the music by hand until the show changes.',
  },
} as const satisfies Readonly<Record<string, OperationSpec>>;
