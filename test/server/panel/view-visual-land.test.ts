/** What the operator sees of a search for a misbehaving drone, at 80 columns. */
import { describe, expect, it } from 'vitest';
import { lineWidth, plainText } from '../../../server/panel/styled.js';
import { visualLandSheet } from '../../../server/panel/view-visual-land.js';
import type { VisualLandView } from '../../../server/show-control/visual-land-search.js';

const idsOf = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, at) => `drone-${from + at}`);

const second: VisualLandView = {
  ...{
    step: 2,
    lit: { green: ['drone-7', 'drone-8', 'drone-9'], red: ['drone-10', 'drone-11', 'drone-12'] },
  },
  ...{ dark: idsOf(1, 6), remaining: 6, answersLeftAtMost: 3, canUndo: true, out: [], unlit: [] },
};

function seen(search: VisualLandView, columns = 80): string[] {
  const { title, lines, keys } = visualLandSheet(search, columns);
  return [title, ...lines.map(plainText), keys];
}

describe('the sheet of a visual landing', () => {
  it('says the step, who shows which colour, and what each key does', () => {
    expect(seen(second)).toEqual([
      'Visual land: step 2, 6 drones in question, at most 3 answers left',
      ' Look at the drone that misbehaves: which colour does it show?',
      ' it is: g green   r red   u undo',
      ' l LAND all 6 lit   d disarm all 6 lit: in the air they may FALL',
      ' GREEN 3    drone-7, drone-8, drone-9',
      ' RED 3      drone-10, drone-11, drone-12',
      ' dark 6     drone-1, drone-2, drone-3, drone-4, drone-5, drone-6',
      'g green  r red  l LAND lit  d disarm lit  u undo  c close  Esc back',
    ]);
  });

  it('names who is found, and warns that a colour lands it', () => {
    const found: VisualLandView = {
      ...{ ...second, step: 5, lit: { green: [], red: ['drone-8'] }, remaining: 1, answersLeftAtMost: 0 },
      dark: ['drone-7'],
    };
    expect(seen(found)).toEqual([
      'Visual land: step 5, 1 drone in question',
      ' It is drone-8, lit red. Naming a colour LANDS it.',
      ' land it: g green   r red   u undo',
      ' l LAND all 1 lit   d disarm all 1 lit: in the air they may FALL',
      ' RED 1      drone-8',
      ' dark 1     drone-7',
      'g green  r red  l LAND lit  d disarm lit  u undo  c close  Esc back',
    ]);
  });

  it('names who dropped out and who may not show its colour', () => {
    const lines = seen({
      ...second,
      out: [
        { id: 'drone-4', why: 'lost' },
        { id: 'drone-5', why: 'has no lights' },
      ],
      unlit: [{ id: 'drone-9', why: 'no answer to "led_fill" within 2000 ms' }],
    });
    expect(lines.slice(7, 9)).toEqual([
      ' ! not in the search: drone-4 (lost), drone-5 (has no lights)',
      ' ! may not show its colour: drone-9 (no answer to "led_fill" within 2000 ms)',
    ]);
  });

  it('offers what is left when nobody is lit any more', () => {
    const nobody = {
      ...second,
      lit: { green: [], red: [] },
      remaining: 0,
      answersLeftAtMost: 0,
      dark: ['a'],
    };
    expect(seen(nobody).slice(1)).toEqual([
      ' Nobody is lit any more: undo the last answer, or close.',
      ' u undo',
      ' dark 1     a',
      'u undo  c close  Esc back',
    ]);
    expect(seen({ ...nobody, canUndo: false }).slice(1)).toEqual([
      ' Nobody is lit any more: close.',
      ' dark 1     a',
      'c close  Esc back',
    ]);
  });

  it('offers no undo before the first answer', () => {
    expect(seen({ ...second, canUndo: false }).join('\n')).not.toContain('undo');
  });

  it('fits a screen of 80 columns and few lines, however many drones there are and whatever they are called', () => {
    const long = Array.from({ length: 500 }, (_, at) => `${'x'.repeat(59)}-${at}`);
    const hostile = ['\u001b[2J\u202e✓ drone-1\n', '漢字'.repeat(30)];
    const wide: VisualLandView = {
      ...{ ...second, lit: { green: long, red: hostile }, dark: long, remaining: 502 },
      out: long.map((id) => ({ id, why: 'lost' })),
      unlit: hostile.map((id) => ({ id, why: id })),
    };
    for (const search of [wide, { ...second, dark: idsOf(1, 300) }]) {
      const { lines, title } = visualLandSheet(search, 80);
      expect(lines.filter((line) => lineWidth(line) > 80).map(plainText)).toEqual([]);
      expect(title.length).toBeLessThan(76);
      expect(lines.map(plainText).join('')).not.toContain('\u001b');
      expect(lines.length).toBeLessThan(14);
    }
    expect(seen({ ...second, dark: idsOf(1, 300) }).slice(6, 8)).toEqual([
      ' dark 300   drone-1, drone-2, drone-3, drone-4, drone-5, drone-6, drone-7,',
      '            drone-8, drone-9, drone-10, drone-11, drone-12 and 288 more',
    ]);
  });
});
