/** What somebody sees of the editor, as text, on screens of all sizes. */
import { describe, expect, it } from 'vitest';
import { droneConfigSpec } from '../../../../drone-client/config-spec.js';
import {
  boolean,
  defineSpec,
  float,
  loadConfig,
  option,
  type WireObject,
} from '../../../../lib/config/index.js';
import { modelOfIni, modelOfWire } from '../../../../server/panel/config-editor/open-model.js';
import { viewEditor } from '../../../../server/panel/config-editor/view.js';
import { encodeLine } from '../../../../server/panel/sgr.js';
import { lineWidth } from '../../../../server/panel/styled.js';
import { TypedEditor } from './support/editor.js';

const spec = defineSpec({
  LIGHT: {
    use: boolean({ default: true, about: 'There are lights' }),
    order: option(['rgb', 'grb'], { default: 'grb', about: 'Order of the colours' }),
    power: float({ default: 0.5, min: 0, max: 1, about: 'Part of the full brightness' }),
  },
});
const text = `[LIGHT]
# of the tent
order = rgb
power = 7
glow = warm
`;
const editorOf = (columns: number, rows: number) =>
  new TypedEditor(
    modelOfIni(text, { name: 'lamp.ini', spec }),
    { how: 'file', canRestart: false },
    { columns, rows },
  );

describe('the editor at 80×24', () => {
  it('begins at the first error, which it explains', () => {
    expect(editorOf(80, 24).lines()).toEqual([
      ' Config lamp.ini > LIGHT > power                         ? 1 unknown  ✗ 1 wrong',
      '   [-] LIGHT  ✗ 1 wrong  ? 1 unknown',
      ' ·   use                          = true                              default',
      '     order                        = rgb',
      '>✗   power                        = 7                                 wrong',
      ' ?   glow                         = warm                              unknown',
      ...Array<string>(11).fill(''),
      '── [LIGHT] power ───────────────────────────────────────────────────────────────',
      ' ✗ "7" is wrong, expected a number from 0 to 1',
      ' expected a number from 0 to 1; default 0.5',
      ' Part of the full brightness',
      ' ✗ wrong',
      '',
      '',
    ]);
  });

  it('shows changes, what is left out, and the comments of the option', () => {
    const editor = editorOf(80, 24).press('d').find('use').press(' ').find('glow').press('e').find('order');
    const lines = editor.lines();
    expect(lines.slice(0, 6)).toEqual([
      ' Config lamp.ini > LIGHT …  ● 2 changed  / 1 excluded  ? 1 unknown  ✓ no errors',
      '   [-] LIGHT  ● 2 changed  / 1 excluded  ? 1 unknown',
      ' ●   use                          = false                             changed',
      '>    order                        = rgb',
      ' ●   power                        = 0.5                               changed',
      ' /   glow                         = warm                              excluded',
    ]);
    expect(lines.slice(-7, -3)).toEqual([
      `── [LIGHT] order ${'─'.repeat(63)}`,
      ' expected one of rgb, grb; default grb',
      ' Order of the colours',
      ' # of the tent',
    ]);
  });

  it('names its keys for the bar, those of a question while there is one', () => {
    const editor = editorOf(80, 24);
    const keys = () => viewEditor(editor.state, editor.size).keys;
    expect(keys()).toMatch(/^Esc back {2}\? help {2}Enter edit {2}s save/);
    editor.press('enter');
    expect(keys()).toBe('Enter take  Esc back');
    editor.press('escape', 'd', 'escape');
    expect(keys()).toBe('s save  d discard  Esc stay');
    expect(editor.lines().slice(-7)).toEqual([
      `── Leave? ${'─'.repeat(70)}`,
      ' lamp.ini has changes that are not saved (1 changed, 0 new).',
      ' s save  d discard  Esc stay',
      ...Array<string>(4).fill(''),
    ]);
  });

  it('keeps the cursor of a long line in sight', () => {
    const editor = editorOf(80, 24).find('glow').press('enter').type('x'.repeat(200));
    expect(editor.lines().at(-1)).toMatch(/^ glow: {2}x+│$/);
    editor.press('home');
    expect(editor.lines().at(-1)).toMatch(/^ glow: {2}│warmx+$/);
  });
});

describe('the editor of a drone', () => {
  const config = loadConfig('id = drone-7\n[FLIGHT]\nland_delay = 2\n', 'client.ini', droneConfigSpec);
  const answer = JSON.parse(JSON.stringify(config.toWire({ withSpec: true }))) as WireObject;

  it('at 120×40 says what each option is, where that is known', () => {
    const model = modelOfIni(config.toIni(), { name: 'client.ini', spec: droneConfigSpec });
    const editor = new TypedEditor(model, {}, { columns: 120, rows: 40 }).find('land_delay');
    const lines = editor.lines();
    expect(lines[0]).toMatch(/^ Config client\.ini > FLIGHT > land_delay +✓ no errors$/);
    expect(lines.find((line) => line.startsWith('>'))).toBe(
      '>    land_delay                   = 2                              Wait at the last point before landing, s',
    );
    expect(lines).toHaveLength(40);
    expect(lines[31]).toBe(`── [FLIGHT] land_delay ${'─'.repeat(97)}`.slice(0, 120));
  });

  it('is folded at first, as a whole on one small screen', () => {
    const editor = new TypedEditor(modelOfWire(answer, { name: 'drone-7' }));
    expect(editor.lines().slice(0, 8)).toEqual([
      ' Config drone-7 > config_name                                       ✓ no errors',
      '>· config_name                    = client                            default',
      ' · config_version                 = 1.0                               default',
      '   id                             = drone-7',
      ' · clover_dir                     = auto                              default',
      '   [+] SERVER  (3)',
      '   [+] SECURITY  (2)',
      '   [+] BROADCAST  (2)',
    ]);
  });

  it('fills every size exactly, down to none, in every question', () => {
    const keys = ['z', 'end', '/', 'x', 'escape', 's', 'r', 'escape', '?', 'escape', ' ', 'escape'];
    for (const size of [
      { columns: 200, rows: 60 },
      { columns: 40, rows: 12 },
      { columns: 20, rows: 5 },
      { columns: 1, rows: 1 },
      { columns: 0, rows: 0 },
    ]) {
      const editor = new TypedEditor(modelOfWire(answer, { name: 'drone-7' }), {}, size);
      for (const key of keys) {
        const { lines } = viewEditor(editor.press(key).state, size);
        expect(lines).toHaveLength(size.rows);
        expect(lines.map(lineWidth)).toEqual(lines.map(() => size.columns));
      }
    }
  });
});

describe('what comes from elsewhere', () => {
  const hostile = () => {
    const name = `evil\u001b[2J\n✓ saved ${'n'.repeat(90)}`;
    const comments = ['# \u001b]0;t\u0007 │ x'];
    const wire = { config: { [name]: { [name]: { __value__: `a\u001b[31m\r\n${name}`, comments } } } };
    return new TypedEditor(modelOfWire(wire, { name }));
  };

  it('can neither move the cursor nor imitate a sign, and is cut with …', () => {
    const editor = hostile().press('down', 'enter');
    for (const keys of [[], ['escape'], ['e'], ['s'], ['escape', 'D'], ['x'], ['escape', 'escape']]) {
      const lines = editor.press(...keys).lines();
      expect(lines.join('')).not.toMatch(/\p{Cc}|✓ saved/u);
      expect(lines.every((line) => line.length <= 80)).toBe(true);
    }
    expect(hostile().lines().join('\n')).toMatch(/evil \? saved n+…/);
  });

  it('and all marks are legible without colours', () => {
    const editor = editorOf(80, 24).find('use').press(' ').find('glow').press('e');
    const { lines } = viewEditor(editor.state, editor.size);
    const painted = lines.map((line) => encodeLine(line, { colors: 0, isUnicode: false }));
    // biome-ignore format: one sequence
    const plain = painted.map((line) => line.split('\u001b').map((part) => part.replace(/^\[[0-9;]*m/, '')).join(''));
    expect(plain.join('\n')).toMatch(/\n \* {3}use +.*changed/);
    expect(plain.join('\n')).toMatch(/\n>\/ {3}glow +.*excluded/);
    expect(plain.join('\n')).toMatch(/\n ! {3}power +.*wrong/);
    const codes = painted
      .join('')
      .split('\u001b[')
      .flatMap((part) => part.split('m')[0]?.split(';') ?? []);
    expect([...new Set(codes)].sort()).toEqual(['', '0', '1', '7']);
  });
});
