import { beforeEach, describe, expect, it } from 'vitest';
import { RefusedError, StarlingError } from '../../../lib/errors.js';
import { MusicDesk, type MusicSettings } from '../../../server/music/music-desk.js';
import type { MusicPlayer } from '../../../server/music/music-player.js';
import { pauseRun, phaseOf, resumeRun, type ShowRun } from '../../../server/show-control/show-run.js';
import { FakeClock } from '../../support/fake-clock.js';
import { Notebook } from './support/notebook.js';

/** A desk whose player writes everything down with the seconds since the beginning of the test. */
function makeRig() {
  const clock = new FakeClock();
  const beganUtcMs = clock.utcMs();
  const notebook = new Notebook(() => clock.utcMs() - beganUtcMs);
  const said: string[] = [];
  const settings = { use: true, file: undefined, offsetS: 0, latencyS: 0 };
  const rig = {
    ...{ clock, notebook, said, beganUtcMs },
    settings: settings as MusicSettings,
    run: undefined as ShowRun | undefined,
    player: notebook as MusicPlayer,
    opened: 0,
    noPlayer: undefined as Error | undefined,
    onFailed: (_reason: string): void => undefined,
    /** As a start with this delay, and music so long after the command. */
    start(delayS: number, musicS?: number) {
      const startUtcMs = clock.utcMs() + delayS * 1000;
      rig.run = {
        ids: ['a'],
        ...{ startUtcMs, toldUtcMs: startUtcMs, noReturnUtcMs: startUtcMs, pausedUtcMs: undefined },
        ...{ resumedUtcMs: undefined, restoredUtcMs: undefined },
        ...{ scope: 'live', holding: new Set(['a']), least: 1 },
        ...(musicS !== undefined && { musicUtcMs: clock.utcMs() + musicS * 1000 }),
      };
    },
    pause: () => {
      rig.run = rig.run && pauseRun(rig.run, clock.utcMs());
    },
    resume: () => {
      rig.run = rig.run && resumeRun(rig.run, clock.utcMs());
    },
    load: (startS?: number) =>
      desk.useShow({
        outline: { leadS: 0.5, cues: [], ...(startS !== undefined && { music: { startS } }) },
        ownFile: startS === undefined ? undefined : '/show/own.mp3',
      }),
    /** What the player was told since the last call. */
    told: () => notebook.lines.splice(0),
  };
  const desk = new MusicDesk({
    clock,
    settings: () => rig.settings,
    phase: () => phaseOf(rig.run, clock.utcMs()),
    openPlayer: async (onFailed) => {
      rig.opened += 1;
      rig.onFailed = onFailed;
      if (rig.noPlayer) throw rig.noPlayer;
      return rig.player;
    },
    checkFile: async (path) => {
      if (path.includes('missing')) throw new RefusedError('no_music', `${path} can not be read`);
    },
    log: (_level, text) => said.push(text),
  });
  return { ...{ desk }, rig };
}

let desk: MusicDesk;
let rig: ReturnType<typeof makeRig>['rig'];
beforeEach(() => {
  ({ desk, rig } = makeRig());
});

/** So many seconds, told in the ms of the notebook. */
const pass = (seconds: number) => rig.clock.advance(seconds * 1000);

describe('music so many seconds after the start command', () => {
  it.each([
    ['sounds in the countdown when that is longer', 20, 5],
    ['sounds in the show when that begins before', 5, 20],
  ])('%s', async (_what, delayS, musicS) => {
    rig.load(2);
    rig.start(delayS, musicS);
    await pass(60);
    expect(rig.told()).toEqual(['100 prepare /show/own.mp3 0', `${musicS * 1000} play`]);
  });

  it('counts for a show that has no music of its own too, and comes as much earlier as it takes to be heard', async () => {
    rig.load();
    rig.settings = { ...rig.settings, file: '/any/tune.mp3', offsetS: 7, latencyS: 0.25 };
    rig.start(10, 3);
    await pass(20);
    expect(rig.told()).toEqual(['100 prepare /any/tune.mp3 0', '2750 play']);
  });

  it('comes with the show, as its file says, when the start says nothing', async () => {
    rig.load(2);
    rig.start(10);
    await pass(20);
    // 10 s, the lead of half a second, and 2 s of the show.
    expect(rig.told()).toEqual(['100 prepare /show/own.mp3 0', '12500 play']);
  });

  it('is put off by a pause before it, and goes on where it was after one in it', async () => {
    rig.load(0);
    rig.start(5, 20);
    await pass(10);
    rig.pause();
    await pass(30);
    rig.resume();
    rig.told();
    // The pause of 30 s moved it from 20 to 50 s.
    await pass(14);
    expect(rig.told()).toEqual(['40100 prepare /show/own.mp3 0', '50000 play']);
    rig.pause();
    await pass(6);
    rig.resume();
    await pass(4);
    // It stood at 4 s, and is joined a second after the 60.1 s at which the change was seen.
    expect(rig.told()).toEqual(['54100 hold', '60100 prepare /show/own.mp3 5.1', '61100 play']);
  });

  it('that is nowhere to be had is one line in the log', async () => {
    rig.load();
    rig.start(5, 2);
    await pass(20);
    expect(rig.told()).toEqual([]);
    expect(rig.said).toEqual([
      'music: the start asks for some, and there is none: choose a file (music_choose)',
    ]);
  });
});

describe('music by hand', () => {
  it('is chosen, played, held and stopped without a show', async () => {
    await expect(desk.play(undefined)).rejects.toThrow('choose a file (music_choose)');
    await expect(desk.hold()).rejects.toThrow('nothing to hold');
    expect(await desk.stop()).toBe('no music plays');
    rig.told();
    expect(await desk.choose('/m/tune.mp3')).toBe('from now on the music is tune.mp3, played by notebook');
    expect(await desk.play(30)).toBe('tune.mp3 plays from 30 s');
    expect(await desk.play(undefined)).toContain('plays already');
    expect(await desk.hold()).toBe('the music is held: music_play goes on');
    expect(await desk.play(undefined)).toBe('tune.mp3 plays');
    expect(await desk.stop()).toBe('the music is stopped');
    expect(rig.told()).toEqual(
      ['stop', 'prepare /m/tune.mp3 0', 'prepare /m/tune.mp3 30', 'play', 'hold', 'play', 'stop'].map(
        (line) => `0 ${line}`,
      ),
    );
  });

  it('gives way to a show that starts, pauses, goes on or ends, with the file that was chosen', async () => {
    rig.load(0);
    await desk.choose('/m/tune.mp3');
    await desk.play(undefined);
    rig.start(10);
    await pass(1);
    rig.told();
    // In the countdown once more: it plays until the show runs.
    expect(await desk.play(90)).toContain('; it follows the show again when that begins');
    await pass(20);
    expect(rig.told()).toEqual([
      '1000 prepare /m/tune.mp3 90',
      '1000 play',
      '10000 prepare /m/tune.mp3 0',
      '10500 play',
    ]);
    await desk.stop();
    rig.pause();
    await pass(1);
    rig.resume();
    await pass(2);
    // 22 s after a start at 10 s that was held for a second, less the lead; and a second to load.
    expect(rig.told()).toEqual(['21000 stop', '21100 hold', '22100 prepare /m/tune.mp3 11.6', '23100 play']);
    rig.run = undefined;
    await pass(1);
    expect(rig.told()).toEqual(['24100 stop']);
  });

  it('chosen in a show takes its place there, and the own one comes back when nothing is chosen', async () => {
    rig.load(0);
    rig.start(0);
    await pass(10);
    rig.told();
    expect(await desk.choose('/m/tune.mp3')).toContain(
      'tune.mp3, played by notebook; the show goes on with it',
    );
    await pass(2);
    expect(rig.told()).toEqual(['10000 stop', '10000 prepare /m/tune.mp3 10.5', '11000 play']);
    expect(await desk.choose(undefined)).toContain('own.mp3 again');
    await pass(2);
    expect(rig.told()[1]).toBe('12000 prepare /show/own.mp3 12.5');
  });

  it('that is not there, can not be played, or has no player is refused, and the one before stays', async () => {
    rig.load(0);
    await expect(desk.choose('/m/missing.mp3')).rejects.toThrow('/m/missing.mp3 can not be read');
    rig.notebook.error = new StarlingError('no_music', 'notebook can not play /m/text.mp3');
    await expect(desk.choose('/m/text.mp3')).rejects.toThrow('can not play /m/text.mp3');
    rig.notebook.error = undefined;
    expect(await desk.play(undefined)).toBe('own.mp3 plays');
    rig.settings = { ...rig.settings, use: false };
    await expect(desk.play(undefined)).rejects.toThrow('[MUSIC] use = true');
  });

  it('without any player says so at once', async () => {
    rig.noPlayer = new StarlingError('no_music', 'no program that plays music is installed');
    rig.load(0);
    await pass(0.1);
    expect(rig.said).toEqual(['no music: no program that plays music is installed']);
    await expect(desk.choose('/m/tune.mp3')).rejects.toThrow('no program that plays music is installed');
    await expect(desk.play(undefined)).rejects.toThrow('no program that plays music is installed');
    rig.start(1);
    await pass(10);
    expect(rig.said.at(-1)).toBe('music: no program that plays music is installed');
  });
});

describe('a player', () => {
  it('that hangs is given up, holds up nobody, and another one takes its place', async () => {
    const closed: string[] = [];
    rig.player = {
      ...{ name: 'deaf', play: () => undefined, hold: () => undefined, stop: () => undefined },
      prepare: () => new Promise(() => undefined),
      positionS: async () => undefined,
      close: async () => void closed.push('deaf'),
    };
    rig.load(0);
    const asked = expect(desk.play(undefined)).rejects.toThrow(
      'the player (deaf) has not answered within 20 s',
    );
    await pass(20);
    await asked;
    expect(closed).toEqual(['deaf']);
    // Now with a show: its music is given up, and what is asked for meanwhile is done at once.
    rig.start(60);
    await pass(1);
    expect(await desk.stop()).toContain('the music is stopped; it follows the show again');
    const replaced = expect(desk.play(undefined)).rejects.toThrow('has not answered');
    rig.player = rig.notebook;
    await pass(20);
    await replaced;
    expect([closed, rig.opened]).toEqual([['deaf', 'deaf'], 2]);
    expect(await desk.play(undefined)).toContain('own.mp3 plays');
    expect([rig.opened, rig.told()]).toEqual([3, ['41000 prepare /show/own.mp3 0', '41000 play']]);
  });

  it('that throws, or dies, is one line in the log, and is started anew when it is next needed', async () => {
    rig.load(0);
    rig.start(5);
    await pass(2);
    const play = () => {
      throw new Error('no device');
    };
    Object.assign(rig.notebook, { play });
    await pass(10);
    expect(rig.said.slice(1)).toEqual(['music: no device; the show goes on']);
    Reflect.deleteProperty(rig.notebook, 'play');
    expect(await desk.play(undefined)).toContain('own.mp3 plays');
    rig.onFailed('it has ended');
    expect([rig.said.at(-1), rig.opened]).toEqual(['music: it has ended; the show goes on', 2]);
    expect(await desk.play(3)).toContain('own.mp3 plays from 3 s');
    expect(rig.opened).toBe(3);
    await desk.close();
    expect(rig.told().at(-1)).toMatch(/close$/);
  });
});

it('cues are told once each as they pass on the clock of the show, and none in a pause', async () => {
  const cues = [
    { tS: 0, name: 'dawn' },
    { tS: 5, name: 'swarm' },
    { tS: 9, name: 'night' },
  ];
  desk.useShow({ outline: { leadS: 0.5, cues }, ownFile: undefined });
  rig.start(2);
  await pass(7.4);
  expect(rig.said).toEqual(['cue: dawn']);
  await pass(0.2);
  expect(rig.said).toEqual(['cue: dawn', 'cue: swarm']);
  rig.pause();
  await pass(60);
  expect(rig.said).toHaveLength(2);
  rig.resume();
  await pass(4);
  expect(rig.said.slice(2)).toEqual(['cue: night']);
  await desk.close();
  await pass(10);
  expect(rig.said).toHaveLength(3);
});
