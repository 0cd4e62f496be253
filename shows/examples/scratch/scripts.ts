/** What the example's stage and sprites do, as scripts. Knows no file. */
import type { Block, Script } from './blocks.js';
import { origin, pixelsPerM } from './pictures.js';
import * as words from './words.js';

const { either, equals, forever, join, plus, set, told, times, variable, wait, waitUntil } = words;

/** Where the server's gateway listens unless it was told otherwise. */
const address = 'ws://127.0.0.1:3000/';

/** Of the show, under the names of its variables in the room `show`. */
const ofShow = ['title', 'phase', 'total', 'connected', 'ready', 'armed'] as const;

/** All of the project; none belongs to one sprite. */
export const variables = [
  'connection',
  ...ofShow,
  'battery of drone-1',
  'answer',
  'drone',
  'number',
] as const;

/** Those that are seen on the stage, from above. */
export const shownVariables = [
  'phase',
  'connected',
  'ready',
  'armed',
  'battery of drone-1',
  'connection',
] as const;

/** Reads twice as often as the server tells at most. */
const readS = 0.1;

export function stageScripts(): readonly Script[] {
  const blank = [...ofShow, 'battery of drone-1', 'answer'].map((name) => set(name, ''));
  const read = ofShow.map((name) => set(name, told(name)));
  const enter: readonly Block[] = [
    words.whenFlagClicked,
    ...blank,
    ...[set('phase', 'offline'), set('connection', 'connecting'), words.connectTo(address)],
    waitUntil(words.isConnected),
    words.setUsername(join('pupil-', words.random(1000, 9999))),
    waitUntil(words.isUsernameSet),
    words.linkToRoom('show'),
    waitUntil(words.isLinked),
    set('connection', 'in the room show'),
    forever(...read, set('battery of drone-1', told('drone-1.battery')), words.clearPackets, wait(readS)),
  ];
  const leave: readonly Block[] = [
    words.whenDisconnected,
    words.stopOtherScripts,
    either(
      words.hasFailed,
      [set('connection', 'no server there')],
      [set('connection', 'lost: click the flag')],
    ),
    ...['phase', 'total'].map((name) => set(name, name === 'phase' ? 'offline' : 0)),
  ];
  return [
    {
      at: [40, 40],
      blocks: enter,
      remark:
        'Connects, takes a name, and enters the room "show": from then on the server tells what changes, as variables of ' +
        'that room. Those of the show have plain names; those of a drone begin with its name, as drone-1.battery. ' +
        'The extension also keeps a list of all that it was ever told: it is emptied, or it would grow for hours.',
    },
    {
      at: [40, 900],
      blocks: leave,
      remark: 'The server has ended, or is not there. Click the flag to try again.',
    },
  ];
}

/** Says what the server answers, and shows by its colour what the show does. */
export function starlingScripts(): readonly Script[] {
  const part = (path: string) => words.partOf(path, variable('answer'));
  const done = join(join(part('command'), ': done by '), join(part('answer/done'), ' drones. '));
  const tell = either(
    equals(part('ok'), 'true'),
    [words.say(join(done, part('answer/failed/0/text')))],
    [words.say(part('text'))],
  );
  return [
    {
      at: [40, 40],
      blocks: [words.whenFlagClicked, words.say(''), forever(words.costume('phase', 'offline'), wait(0.2))],
    },
    {
      at: [40, 360],
      blocks: [
        words.whenFlagClicked,
        words.forgetAnswer,
        forever(waitUntil(words.isAnswered), words.forgetAnswer, set('answer', words.answer), tell),
      ],
      remark: 'What was sent with a / is a command, and its answer comes to its sender alone, as JSON.',
    },
  ];
}

/** Draws every drone where it is: its light, in a ring that tells its state and grows with its height. */
export function dronesScripts(): readonly Script[] {
  const of = (name: string) => told(join(variable('drone'), `.${name}`));
  const place = (axis: 'x' | 'y') => plus(times(of(axis), pixelsPerM), origin[axis]);
  const light = plus(times(of('red'), 65_536), plus(times(of('green'), 256), of('blue')));
  const dot = [words.penDown, words.penUp];
  const ring = either(
    equals(of('connected'), 'true'),
    [
      either(
        equals(of('armed'), 'true'),
        [words.penColor('#ff5a4f')],
        [either(equals(of('ready'), 'true'), [words.penColor('#45d07c')], [words.penColor('#c9b458')])],
      ),
    ],
    [words.penColor('#6b7390')],
  );
  const everyDrone = words.repeat(
    variable('total'),
    words.change('number', 1),
    set('drone', join('drone-', variable('number'))),
    words.goTo(place('x'), place('y')),
    ring,
    words.penSize(plus(16, times(of('z'), 3))),
    ...dot,
    words.penColor(light),
    words.penSize(plus(10, times(of('z'), 2))),
    ...dot,
  );
  return [
    {
      at: [40, 40],
      blocks: [words.whenFlagClicked, words.hide, forever(words.call('draw the drones'), wait(readS))],
    },
    {
      at: [40, 320],
      blocks: [words.define('draw the drones'), words.penUp, words.eraseAll, set('number', 0), everyDrone],
      remark:
        'For a fleet whose drones are called drone-1, drone-2 and so on. Ring: grey lost, yellow there, green ready, red ' +
        'armed. Inside it: the light that the drone says it shows.',
    },
  ];
}

/** Sends a cue to all who are in the room, to which the fleet belongs. */
export function buttonScripts(cue: string): readonly Script[] {
  const press = [words.send(`/cue ${cue}`), words.sizeTo(85), wait(0.2), words.sizeTo(100)];
  return [{ at: [40, 40], blocks: [words.whenClicked, ...press] }];
}
