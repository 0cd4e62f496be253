/** Groups that people name. */
import { describe, expect, it } from 'vitest';
import { RefusedError, UsageError } from '../../../lib/errors.js';
import { checkGroupName, Groups } from '../../../server/fleet/groups.js';

function makeGroups() {
  const changes: string[] = [];
  const groups: Groups = new Groups(() => changes.push([...groups.all.keys()].join()));
  return { groups, changes };
}

describe('named groups', () => {
  it('are added, replaced and removed, each drone once, and whoever keeps them is told', () => {
    const { groups, changes } = makeGroups();
    groups.add('wing', ['drone-2', 'drone-1', 'drone-2']);
    groups.add('tail', ['x']);
    const before = groups.all;
    groups.replace('wing', ['drone-3']);
    expect([...groups.all]).toEqual([
      ['wing', ['drone-3']],
      ['tail', ['x']],
    ]);
    expect(before.get('wing')).toEqual(['drone-2', 'drone-1']);
    groups.remove('wing');
    expect(changes).toEqual(['wing', 'wing,tail', 'wing,tail', 'tail']);
  });

  it('are not overwritten by mistake, nor is one removed that is not there', () => {
    const { groups, changes } = makeGroups();
    groups.add('wing', ['a']);
    expect(() => groups.add('wing', ['b'])).toThrow(RefusedError);
    expect(() => groups.remove('tail')).toThrow('no group is called "tail": there are wing');
    expect(groups.all.get('wing')).toEqual(['a']);
    expect(changes).toHaveLength(1);
  });

  it.each(['', '-a', 'a b', 'a_b', '@a', 'ä', 'x'.repeat(33), 'wing*', '__proto__'])(
    'can not be called %j: a name has letters, digits and dashes',
    (name) => {
      expect(() => checkGroupName(name)).toThrow(UsageError);
      expect(() => checkGroupName(name)).toThrow('1 to 32 letters, digits and dashes');
    },
  );

  it.each([
    'all',
    'Selected',
    'not',
    'AND',
    'ready',
    'not-ready',
    'lowbattery',
    'no-show',
    '7',
    '1-20',
    'OLD',
  ])('can not be called %j: it means something else already', (name) => {
    expect(() => checkGroupName(name)).toThrow('it means something else already');
  });

  it('can be called by any other name', () => {
    for (const name of ['wing', 'Left-2', '2nd', 'constructor', 'x'.repeat(32), 'ready-2'])
      expect(() => checkGroupName(name)).not.toThrow();
  });

  it('hold somebody, and no more than can be kept', () => {
    const { groups, changes } = makeGroups();
    const ids = Array.from({ length: 10_000 }, (_, at) => `drone-${at}`);
    expect(() => groups.add('none-here', [])).toThrow('it would be empty');
    expect(() => groups.add('odd', ['x'.repeat(64)])).toThrow("is no drone's name");
    groups.add('one', ids);
    groups.add('two', ids);
    expect(() => groups.add('three', ['a'])).toThrow('name 20001 drones, more than 20000');
    groups.replace('two', ['a']);
    for (let at = 2; at < 100; at++) groups.add(`group-${at}`, ['a']);
    expect(() => groups.add('one-more', ['a'])).toThrow('there are 100 groups');
    expect(changes).toHaveLength(101);
  });

  it('come back as they were kept, but for those that can not be, which are named', () => {
    const { groups, changes } = makeGroups();
    const notes = groups.restore([
      ['wing', ['a', 'b']],
      ['ready', ['a']],
      ['empty', []],
    ]);
    expect([...groups.all]).toEqual([['wing', ['a', 'b']]]);
    expect(notes).toEqual([
      expect.stringContaining('a group of before is dropped: "ready"'),
      expect.stringContaining('group empty: it would be empty'),
    ]);
    expect(changes).toEqual([]);
  });
});
