/** Operations that find one misbehaving drone by its lights, halving the fleet. Data only. Source: clever-show, visual land. */
import type { OperationSpec } from './operation.js';
import { command } from './shapes.js';

export const searchOperations = {
  visual_land: {
    ...command('stop', 'Visual land: begin'),
    help: 'Finds one misbehaving drone: half of these light green, half red; you name its colour until one is left.',
  },
  visual_land_answer: {
    ...command('stop', 'Visual land: it is ...'),
    target: 'none',
    help: 'Names the colour that the misbehaving drone shows; the last one that is left is landed.',
    arguments: [
      {
        ...{ name: 'color', kind: 'choice', choices: ['green', 'red'], isPositional: true },
        about: 'the colour that it shows',
      },
    ],
  },
  visual_land_undo: {
    ...command('stop', 'Visual land: take back'),
    target: 'none',
    help: 'Takes the last colour that was named back.',
  },
  visual_land_end: {
    ...command('stop', 'Visual land: end'),
    target: 'none',
    help: 'Ends the search: lands all that are lit, or gives all lights back.',
    arguments: [
      {
        ...{ name: 'how', kind: 'choice', choices: ['land', 'close'], isPositional: true },
        about: 'what becomes of those that are lit',
      },
    ],
  },
  visual_land_disarm: {
    ...command('stop', 'Visual land: disarm the lit'),
    target: 'none',
    help: 'Ends the search by stopping the motors of all that are lit: in the air they may FALL.',
    confirm: { word: 'disarm' },
  },
} as const satisfies Readonly<Record<string, OperationSpec>>;
