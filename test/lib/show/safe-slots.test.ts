import { describe, expect, it } from 'vitest';
import { safeName, withSafeSlots } from '../../../lib/show/convert/safe-slots.js';
import { smallShow, straightPart } from './small-shows.js';

describe('names of parts as names of files', () => {
  it('stay as they are where every system takes them', () => {
    const show = smallShow({ 'drone-1': straightPart([]), 'Дрон 2': straightPart([]) });
    const renamed = withSafeSlots(show);
    expect([...renamed.show.slots.keys()]).toEqual(['drone-1', 'Дрон 2']);
    expect(renamed.notes).toEqual([]);
  });

  it.each([
    ['../x', '__x'],
    ['a/b\\c:d', 'a_b_c_d'],
    ['.hidden', '_hidden'],
    ['', '_'],
    ['end. ', 'end'],
    ['NUL.x', '_NUL.x'],
    ['a\u0000\u202eb', 'a__b'],
    ['x'.repeat(300), 'x'.repeat(100)],
  ])('turn %j into one that they take', (name, expected) => {
    expect(safeName(name)).toBe(expected);
  });

  it('stay different from each other, on disks that know no case too, and each change is a note', () => {
    const parts = { 'a/b': straightPart([]), a_b: straightPart([]), A_B: straightPart([]) };
    const { show, notes } = withSafeSlots(smallShow(parts));
    expect([...show.slots.keys()]).toEqual(['a_b', 'a_b-2', 'A_B-3']);
    expect(notes).toHaveLength(3);
    expect(notes[0]).toBe('"a/b" can not be the name of a file everywhere: it is called "a_b"');
  });
});
