import { describe, expect, it } from 'vitest';
import { oneDrone, read, refusal, upAndAway } from './skyc-files.js';

const ref = ($ref: unknown) => ({ $ref });
const startOf = (files: Parameters<typeof read>[0]) =>
  [...read(files).show.slots.values()][0]?.trajectory.startM;
const withTrajectory = (trajectory: unknown, files: object = {}) => ({
  'show.json': oneDrone({ trajectory }),
  ...files,
});

describe('a reference within a .skyc archive', () => {
  it.each(['t.json', './t.json', './t.json#', './././t.json#', 't%2Ejson'])('may be written %s', (path) => {
    expect(startOf(withTrajectory(ref(path), { 't.json': upAndAway }))).toEqual({ x: 1, y: 2, z: 0 });
  });

  it('may point into a file, past references within it', () => {
    const files = { 'all.json': { 'a/b': [ref('./deep.json#')] }, 'deep.json': { 'c~d e': upAndAway } };
    expect(startOf(withTrajectory(ref('./all.json#/a~1b/0/c~0d%20e'), files))).toEqual({ x: 1, y: 2, z: 0 });
  });

  it('may stand for any value, a single number too, and for a place in its own file', () => {
    const trajectory = { version: ref('v.json'), points: [[ref('#/n'), [ref('#/n'), 2, 3], []]], n: 7 };
    const files = withTrajectory(ref('t.json'), { 't.json': trajectory, 'v.json': 1 });
    expect(startOf(files)).toEqual({ x: 7, y: 2, z: 3 });
    const show = { version: 1, swarm: ref('s.json') };
    expect(
      startOf({
        'show.json': show,
        's.json': { drones: ref('d.json') },
        'd.json': [{ settings: { trajectory: upAndAway } }],
      }),
    ).toEqual({ x: 1, y: 2, z: 0 });
  });

  it('leads to bytes where the file is not JSON', () => {
    const media = { audio: { data: ref('./assets/music.mp3'), mediaType: 'audio/mpeg' } };
    const bytes = Uint8Array.of(0xff, 0xfb, 0x90);
    expect(
      read({ 'show.json': oneDrone({}, { media }), 'assets/music.mp3': bytes }).show.music?.bytes,
    ).toEqual(bytes);
    const lights = { version: 1, data: ref('lights.bin') };
    expect(read({ 'show.json': oneDrone({ lights }), 'lights.bin': Uint8Array.of(7, 0) }).notes).toEqual([]);
    expect(refusal(withTrajectory(ref('t.bin'), { 't.bin': 'x' }))).toBe(
      'show.skyc: t.bin: expected an object, found a file that is not JSON',
    );
  });

  it('is none with other keys beside it', () => {
    expect(refusal(withTrajectory({ $ref: 't.json', x: 1 }, { 't.json': upAndAway }))).toContain(
      '"version" is missing',
    );
  });

  const place = 'show.skyc: show.json, swarm.drones[0].settings.trajectory: ';
  it.each([
    ['t.json', 'there is no "t.json" in the archive'],
    ['../t.json', 'leads out of the archive'],
    ['a/../../t.json', 'leads out of the archive'],
    ['/etc/t.json', 'leads out of the archive'],
    ['C:/t.json', 'leads out of the archive'],
    ['a\\t.json', 'leads out of the archive'],
    ['http://example.org/t.json', 'leads out of the archive'],
    ['%2e%2e/t.json', 'there is no "%2e%2e/t.json" in the archive'],
    ['show.json#swarm', 'expected #/ before a pointer'],
    ['show.json#/swarm/nothing', 'leads to nothing'],
    ['show.json#/swarm/drones/1', 'leads to nothing'],
    ['show.json#/swarm/drones/length', 'leads to nothing'],
    ['show.json#/constructor', 'leads to nothing'],
    [3, '"$ref" has to be a text'],
  ])('is refused when it is %j', (path, reason) => {
    const message = refusal(withTrajectory(ref(path)));
    expect(message).toContain(place);
    expect(message).toContain(reason);
  });

  it('is refused when it leads in a circle', () => {
    expect(refusal(withTrajectory(ref('#/swarm/drones/0/settings/trajectory')))).toBe(
      `${place}the reference "#/swarm/drones/0/settings/trajectory" leads in a circle`,
    );
    expect(
      refusal(withTrajectory(ref('a.json'), { 'a.json': ref('b.json'), 'b.json': ref('./a.json#') })),
    ).toBe('show.skyc: b.json: the reference "./a.json#" leads in a circle');
    expect(refusal(withTrajectory(ref('a.json#/x/y'), { 'a.json': { x: ref('a.json#/x/y') } }))).toContain(
      'in a circle',
    );
  });

  it('is refused when it is too deep, or there are too many', () => {
    const chain = Object.fromEntries(
      Array.from({ length: 40 }, (_, i) => [`${i}.json`, ref(`${i + 1}.json`)]),
    );
    expect(refusal(withTrajectory(ref('0.json'), chain))).toContain('references more than 32 deep');
    const startMs = performance.now();
    const bomb = Object.fromEntries(
      Array.from({ length: 20 }, (_, i) => [`r${i}`, ref(`a.json#/r${i + 1}/r${i + 1}/r${i + 1}`)]),
    );
    expect(
      refusal(withTrajectory(ref('a.json#/r0'), { 'a.json': { ...bomb, r20: ref('a.json#') } })),
    ).toContain('more than 100000 references');
    expect(performance.now() - startMs).toBeLessThan(2000);
  });

  it('is refused when the same file is taken over again and again', () => {
    const drone = { settings: { trajectory: upAndAway, lights: { version: 1, data: ref('l.bin') } } };
    const show = { version: 1, swarm: { drones: Array.from({ length: 100 }, () => drone) } };
    const shows = (bytes: Uint8Array) => refusal({ 'show.json': show, 'l.bin': bytes });
    expect(shows(new Uint8Array(2 ** 20))).toContain('more than 20971520 numbers and bytes');
    expect(shows(new Uint8Array(10))).toBe('was read');
  });
});
