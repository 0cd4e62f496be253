import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  checklistRecord,
  checklistStanding,
  itemText,
  noTicks,
  tickItem,
  ticksHoldS,
  untickItem,
} from '../../../server/checklist/checklist.js';
import { parseChecklist } from '../../../server/checklist/checklist-file.js';
import { takeApart } from '../../../server/fleet/drone-words.js';

const text = '# tonight\nCrew is awake\n\n[Weather]\n  Wind is low  \nNo rain\r\n[People]\nNo rain\n';
const list = parseChecklist(text, 'checklist.txt');
const byAda = { by: 'Ada', atUtcMs: 1_000 };

describe('the file of a checklist', () => {
  it('has an item a line, under headings or above the first', () => {
    expect(list.items.map(itemText)).toEqual([
      ...['Crew is awake', 'Weather: Wind is low', 'Weather: No rain', 'People: No rain'],
    ]);
    expect(new Set(list.items.map(({ id }) => id)).size).toBe(4);
    expect(parseChecklist('\uFEFF[A]\nb', 'x').items).toEqual([{ id: 'A/b', section: 'A', text: 'b' }]);
  });

  it.each([
    ['', /^c\.txt: there is no item in it/],
    ['# nothing\n\n', /there is no item/],
    ['a\n[]\nb', /^c\.txt, line 2: "\[\]" is no heading/],
    ['a\n[b', /line 2: "\[b" is no heading, expected: \[Title\]/],
    ['[a] b\nc', /line 1: .* is no heading/],
    ['[a]\n[b]\nc', /line 1: section "a" has no items/],
    ['a\n[b]\n# c', /line 2: section "b" has no items/],
    ['a\nb\na', /line 3: "a" is there already, in line 1/],
    ['a\nb\na\na', /line 4: "a" is there already, in line 1/],
    ['[a]\nb\n[a]\n[a]\nc', /line 4: section "a" is there already, in line 1/],
    ['[a]\nb\n[c]\nd\n[a]\ne', /line 5: section "a" is there already, in line 1/],
    ['a\u0007b', /line 1: it has characters in it that nobody sees/],
    ['wi\u202Ed', /line 1: .*nobody sees/],
    ['x'.repeat(201), /line 1: it has 201 characters \(at most 200\)/],
    [Array.from({ length: 201 }, (_, i) => `item ${i}`).join('\n'), /it has 201 items \(at most 200\)/],
  ])('is refused by the line that is wrong: %j', (wrong, expected) => {
    expect(() => parseChecklist(wrong, 'c.txt')).toThrow(expected);
  });

  it('is refused by every line that is wrong at once', () => {
    expect(() => parseChecklist('[\na\na\n[b]', 'c.txt')).toThrow(
      'c.txt, line 1: "[" is no heading, expected: [Title]\n' +
        'c.txt, line 3: "a" is there already, in line 2: remove one\n' +
        'c.txt, line 4: section "b" has no items: remove it',
    );
  });

  it('comes with a sample', () => {
    const sample = parseChecklist(readFileSync('shows/checklist.txt', 'utf8'), 'shows/checklist.txt');
    expect(sample.items.length).toBeGreaterThan(15);
    expect(new Set(sample.items.map(({ section }) => section)).size).toBe(7);
    for (const item of sample.items) expect(item.text.length).toBeLessThan(74);
  });

  it('keeps every line that is an item, whatever stands in it', () => {
    const line = fc
      .string({ minLength: 1, maxLength: 40 })
      .map((word) => word.trim())
      .filter((word) => word !== '' && !/^[#[]|[\p{Cc}\p{Cf}]/u.test(word));
    fc.assert(
      fc.property(fc.uniqueArray(line, { minLength: 1, maxLength: 20 }), (lines) => {
        expect(parseChecklist(lines.join('\n'), 'x').items.map((item) => item.text)).toEqual(lines);
      }),
    );
  });
});

describe('a checklist', () => {
  it('is complete when every item is ticked, and says what is missing until then', () => {
    let ticks = noTicks;
    expect(checklistStanding(list, ticks, { nowUtcMs: 2_000 }).text).toBe(
      '4 of 4 items of the checklist are open, "Crew is awake", "Weather: Wind is low", "Weather: No rain" and 1 more: check and tick them',
    );
    for (const { id } of list.items) {
      expect(checklistStanding(list, ticks, { nowUtcMs: 2_000 }).isComplete).toBe(false);
      ticks = tickItem(list, ticks, id, byAda);
    }
    expect(checklistStanding(list, ticks, { nowUtcMs: 2_000 })).toEqual({
      ...{ isComplete: true, ticked: 4, of: 4, missing: [], text: undefined },
    });
  });

  it('opens an item again whose tick is taken back, or holds no longer', () => {
    const ticks = list.items.reduce((before, { id }) => tickItem(list, before, id, byAda), noTicks);
    const open = checklistStanding(list, untickItem(list, ticks, 'Weather/No rain'), { nowUtcMs: 2_000 });
    expect(open.missing).toEqual([{ item: list.items[2], why: 'open' }]);
    expect(takeApart(open.text ?? '').hint).toBe('check and tick them');
    const lateMs = 1_000 + ticksHoldS * 1000;
    expect(checklistStanding(list, ticks, { nowUtcMs: lateMs }).isComplete).toBe(true);
    const stale = checklistStanding(list, ticks, { nowUtcMs: lateMs + 1 });
    expect(stale).toMatchObject({ isComplete: false, ticked: 0 });
    expect(stale.text).toContain('"Crew is awake" (ticked too long ago)');
    const again = tickItem(list, ticks, 'People/No rain', { by: 'Bo', atUtcMs: lateMs });
    expect(checklistStanding(list, again, { nowUtcMs: lateMs + 1 }).ticked).toBe(1);
    expect(checklistStanding(list, ticks, { nowUtcMs: 12_000, holdsS: 11 }).isComplete).toBe(true);
  });

  it('is ticked by somebody, and has no items but its own', () => {
    expect(() => tickItem(list, noTicks, 'Weather/Sun', byAda)).toThrow(/no item "Weather\/Sun"/);
    expect(() => untickItem(list, noTicks, 'Weather/Sun')).toThrow(/no item/);
    expect(() => tickItem(list, noTicks, 'Weather/No rain', { by: ' ', atUtcMs: 1 })).toThrow(/by nobody/);
  });

  it('that was changed keeps the ticks of what stayed, and no others', () => {
    const ticks = list.items.reduce((before, { id }) => tickItem(list, before, id, byAda), noTicks);
    const changed = parseChecklist(text.replace('Wind is low', 'Wind is below 8 m/s'), 'checklist.txt');
    const { missing } = checklistStanding(changed, ticks, { nowUtcMs: 2_000 });
    expect(missing.map(({ item }) => item.text)).toEqual(['Wind is below 8 m/s']);
  });

  it('is recorded whole, with who and when', () => {
    const ticks = tickItem(list, noTicks, 'People/No rain', byAda);
    const record = checklistRecord(list, ticks);
    expect(record.map(({ tick }) => tick)).toEqual([undefined, undefined, undefined, byAda]);
    expect(record[3]).toEqual({ id: 'People/No rain', section: 'People', text: 'No rain', tick: byAda });
  });
});
