/** Keys of the editor: what they do to the tree, when something is asked, and that nothing is saved without being told. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { droneConfigSpec } from '../../../../drone-client/config-spec.js';
import { loadConfig, type WireObject } from '../../../../lib/config/index.js';
import { serverConfigSpec } from '../../../../server/config-spec.js';
import { editorBindings } from '../../../../server/panel/config-editor/editor-keys.js';
import { modelOfIni, modelOfWire } from '../../../../server/panel/config-editor/open-model.js';
import { TypedEditor } from './support/editor.js';

const partial = '# of the field\nid = drone-7\n[FLIGHT]\nland_delay = 2\n';
const answer = () =>
  JSON.parse(
    JSON.stringify(loadConfig(partial, 'client.ini', droneConfigSpec).toWire({ withSpec: true })),
  ) as WireObject;
const peerModel = modelOfWire(answer(), { name: 'drone-7' });
const onPeer = () => new TypedEditor(peerModel);
const onServer = (text = '[TABLE]\n[[PRESETS]]\n[[[short]]]\nmode = true, 10\n') =>
  new TypedEditor(modelOfIni(text, { name: 'server.ini', spec: serverConfigSpec }), {
    how: 'file',
    path: '/etc/server.ini',
    canRestart: false,
  });

describe('an evening with the editor', () => {
  it('three options changed, one undone, saved: the wire changes exactly two', () => {
    const editor = onPeer();
    editor.find('takeoff_time').press('enter').retype('7');
    editor.find('check_ground').press('enter');
    editor.find('start_action').press('enter', 'down', 'enter');
    expect(editor.screen()).toContain('● 3 changed');
    editor.press('u');
    expect(editor.effects).toEqual([]);
    editor.press('s', 'enter');
    expect(editor.effects).toEqual([
      {
        type: 'save',
        how: 'send',
        mode: 'modify',
        restart: false,
        config: {
          FLIGHT: { takeoff_time: { __value__: 7 } },
          ANIMATION: { check_ground: { __value__: false } },
        },
      },
    ]);
    const drone = loadConfig(partial, 'client.ini', droneConfigSpec);
    const before = drone.toIni();
    const [effect] = editor.effects;
    if (effect?.type === 'save' && effect.how === 'send') drone.applyWire(effect.config, effect.mode);
    expect(drone.toIni().startsWith(before)).toBe(true);
    expect([drone.getNumber('FLIGHT/takeoff_time'), drone.getBoolean('ANIMATION/check_ground')]).toEqual([
      7,
      false,
    ]);
    expect(drone.getString('ANIMATION/start_action')).toBe('auto');
    editor.take({ type: 'saved' }).press('escape');
    expect(editor.effects.at(-1)).toEqual({ type: 'close' });
  });

  it('a preset is duplicated, a column added, changed and written into the file', () => {
    const editor = onServer();
    editor.find('short').press('D').retype('wide');
    expect(editor.screen()).toContain('wide');
    editor.press('a', 'enter').retype('battery').retype('true, 70').press('s');
    expect(editor.effects).toHaveLength(1);
    const [effect] = editor.effects;
    const text = effect?.type === 'save' && effect.how === 'file' ? effect.text : '';
    const read = loadConfig(text, 'server.ini', serverConfigSpec);
    expect(read.get(['TABLE', 'PRESETS', 'wide', 'battery'])).toEqual([true, 70]);
    expect(read.get(['TABLE', 'PRESETS', 'wide', 'mode'])).toEqual([true, 10]);
    expect(read.optionNames(['TABLE', 'PRESETS', 'short'])).toEqual(['mode']);
  });
});

describe('saving', () => {
  it('goes to the first error instead, unfolds it and says how many there are', () => {
    const editor = onServer('[SERVER]\nport = x\n[CHECKS]\nbattery_min = 101\n').press('home', 's');
    expect(editor.effects).toEqual([]);
    expect(editor.state.cursor?.path).toEqual(['SERVER', 'port']);
    expect(editor.screen()).toContain('not saved: 2 errors, this is the first');
    expect(editor.screen()).toContain('"x" is wrong, expected an integer from 0 to 65535');
    editor.press('enter').retype('9').press('s');
    expect(editor.state.cursor?.path).toEqual(['CHECKS', 'battery_min']);
    editor.press('d', 's');
    expect(editor.effects).toMatchObject([{ type: 'save', how: 'file', path: undefined }]);
  });

  it('asks how, where there is a choice, and shows what was changed', () => {
    const editor = onPeer().find('land_timeout').press('enter').retype('20').press('s');
    expect(editor.screen()).toContain('[FLIGHT] land_timeout: 10.0 > 20.0');
    expect(editor.screen()).toContain('sends 1 option;');
    editor.press('r', 't');
    expect(editor.screen()).toContain('[x] rewrite');
    editor.press('escape');
    expect(editor.effects).toEqual([]);
    editor.press('s', 'r', 't', 's');
    expect(editor.effects).toMatchObject([{ how: 'send', mode: 'rewrite', restart: true }]);
    const [effect] = editor.effects;
    const config = effect?.type === 'save' && effect.how === 'send' ? effect.config : {};
    expect(config).toMatchObject({
      id: { __value__: 'drone-7' },
      FLIGHT: { land_timeout: { __value__: 20 } },
    });
  });

  it('warns of what a rewrite of a copy sets back', () => {
    const model = modelOfWire(answer(), { name: 'drone-7', purpose: 'copy' });
    const editor = new TypedEditor(model).press('s');
    expect(editor.screen()).not.toContain('set back');
    editor.press('r');
    expect(editor.screen()).toContain('! left out, so set back to their defaults there: id,');
    editor.press('m', 'enter');
    expect(editor.effects).toMatchObject([{ how: 'send', mode: 'modify' }]);
    expect(JSON.stringify(editor.effects)).not.toContain('drone-7');
  });

  it('waits for the answer, once, and tells it', () => {
    const editor = onPeer()
      .find('land_timeout')
      .press('enter')
      .retype('20')
      .press('s', 'enter', 's', 'S', 'enter');
    expect(editor.effects).toHaveLength(1);
    expect(editor.screen()).toContain('wait for the answer');
    editor.take({ type: 'failed', text: 'refused: \u001b[31mland first' });
    expect(editor.screen()).toContain('not saved: refused: land first');
    editor.press('escape');
    expect(editor.screen()).toContain('Leave?');
    editor.press('escape', 's', 'enter').take({ type: 'saved', text: 'drone-7 has it' });
    expect(editor.screen()).toContain('drone-7 has it');
    expect(editor.screen()).not.toContain('changed');
    expect(editor.press('s', 'enter').effects).toHaveLength(2);
    expect(editor.screen()).toContain('nothing to send');
    expect(editor.take({ type: 'saved' }).effects).toHaveLength(2);
  });

  it('as a copy asks for a path and leaves the rest as it is', () => {
    const editor = onServer().find('fetch').press(' ', 'S');
    expect(editor.screen()).toContain('save a copy as:  /etc/server.ini│');
    editor.retype('').press('escape', 'S').retype('/tmp/copy.ini');
    expect(editor.effects).toMatchObject([
      { type: 'save', how: 'file', path: '/tmp/copy.ini', restart: false },
    ]);
    editor.take({ type: 'saved' }).press('escape');
    expect(editor.screen()).toContain('Leave?');
  });

  it('says so when there is nothing to save', () => {
    expect(onServer().press('s').screen()).toContain('nothing has changed');
  });

  it('tells when a text can not be written', () => {
    const model = modelOfWire({ config: { 'a\nb': 'x' } }, { name: 'odd' });
    const editor = new TypedEditor(model).press('S', 'enter');
    expect(editor.effects).toEqual([]);
    expect(editor.screen()).toContain('can not be written');
  });
});

describe('Esc', () => {
  it('leaves at once when nothing was changed', () => {
    expect(onPeer().press('escape').effects).toEqual([{ type: 'close' }]);
  });

  it('asks when something was, and only d discards', () => {
    const editor = onPeer().find('use').press(' ');
    editor.press('escape', 'escape', 'escape', 'y', 'enter', 'q', 'n', 'x');
    expect(editor.effects).toEqual([]);
    expect(editor.screen()).toContain('s save  d discard  Esc stay');
    expect(editor.press('d').effects).toEqual([{ type: 'close' }]);
  });

  it('saves from its question, and closes when that was done and nothing came after', () => {
    const editor = onServer().find('fetch').press(' ', 'escape', 's');
    expect(editor.effects).toMatchObject([{ type: 'save' }]);
    expect(editor.take({ type: 'saved' }).effects.at(-1)).toEqual({ type: 'close' });
    const other = onServer().find('fetch').press(' ', 'escape', 's', 'u').take({ type: 'saved' });
    expect(other.effects).toHaveLength(1);
  });

  it('goes back from a field, a list and the help without doing anything', () => {
    const editor = onPeer();
    const { model } = editor.state;
    editor.find('host').press('enter').type('x').press('escape');
    editor.find('start_action').press('enter', 'down', 'escape');
    editor.press('?', 'down', 'escape', 'S', 'escape');
    expect(editor.state.model).toBe(model);
    expect([editor.state.mode.kind, editor.effects]).toEqual(['tree', []]);
  });
});

describe('a typed line', () => {
  it('begins with the present value, and a wrong one stays open with what is expected', () => {
    const editor = onPeer().find('land_delay').press('enter');
    expect(editor.screen()).toContain('land_delay:  2.0│');
    editor.press('home', '-', 'enter');
    expect(editor.screen()).toContain(
      'land_delay:  -│2.0   ✗ "-2.0" is wrong, expected a number, at least 0',
    );
    editor.press('backspace', 'right', 'right', 'delete', '5', 'left', 'enter');
    expect(editor.screen()).toMatch(/● +land_delay += 2\.5 +changed/);
  });

  it('moves by whole letters, and ignores keys that are none', () => {
    const editor = onPeer().find('host').press('enter');
    editor.press('ctrl-u', 'foreign', 'pageup', 'a', 'b', 'left', 'c', 'end', 'd', 'enter');
    expect(editor.screen()).toMatch(/host += acbd/);
  });

  it('of a comment takes the place of the line above the option', () => {
    const editor = onServer('[SERVER]\n# old\nport = 1\n').find('port').press('c');
    expect(editor.screen()).toContain('comment:  old│');
    editor.retype('new').press('s');
    expect(editor.effects).toMatchObject([{ text: '[SERVER]\n# new\nport = 1\n' }]);
    expect(editor.find('buffer_size').press('c').screen()).toContain('not in the file');
  });
});

describe('the tree', () => {
  it('folds, unfolds and is gone through, by arrows, pages and ends', () => {
    const editor = onPeer().press('end', 'home', 'down', 'down', 'down', 'down');
    expect(editor.state.cursor).toEqual({ kind: 'section', path: ['SERVER'] });
    editor.press('right', 'down');
    expect(editor.state.cursor?.path).toEqual(['SERVER', 'port']);
    editor.press('left');
    expect(editor.state.cursor?.path).toEqual(['SERVER']);
    editor.press('left', 'down');
    expect(editor.state.cursor?.path).toEqual(['SECURITY']);
    editor.press('enter', ' ', 'z', 'end', 'pageup', 'up', 'pagedown', 'down');
    expect(editor.state.cursor?.path.at(-1)).toBe('port');
    editor.press('z');
    expect(editor.state.cursor).toEqual({ kind: 'section', path: ['NTP'] });
    expect(editor.press('left', '-', 'h').state.cursor?.path).toEqual(['NTP']);
  });

  it('is searched by name as it is typed, on and back, and Esc returns', () => {
    const editor = onPeer().press('/', 'u', 's', 'e');
    expect(editor.state.cursor?.path).toEqual(['BROADCAST', 'use']);
    editor.press('enter', 'n');
    expect(editor.state.cursor?.path).toEqual(['LED', 'use']);
    editor.press('N', 'N');
    expect(editor.state.cursor?.path).toEqual(['NTP', 'use']);
    editor.press('/', 'z', 'z', 'z');
    expect(editor.screen()).toContain('no name holds "zzz"');
    editor.press('escape');
    expect(editor.state.cursor?.path).toEqual(['NTP', 'use']);
    expect(onPeer().press('n').screen()).toContain('nothing was searched for');
  });

  it('says what can not be done, and why', () => {
    const editor = onPeer();
    expect(editor.press('a').screen()).toContain('allows nothing to be added here');
    expect(editor.press('D').screen()).toContain('only a section can be duplicated');
    expect(editor.press('d').screen()).toContain('it has its default');
    expect(editor.press('u').screen()).toContain('nothing to undo');
    expect(editor.press('ctrl-r').screen()).toContain('nothing to do again');
    expect(editor.press('w').screen()).toContain('key w does nothing here');
    expect(editor.find('SERVER').press('d').screen()).toContain('d is for one option');
    expect(editor.press('D').screen()).toContain('no section can be added beside SERVER');
  });

  it('asks what to add where there are several possibilities', () => {
    const editor = onServer().find('short').press('a');
    expect(editor.screen()).toContain('> option in [TABLE] [[PRESETS]] short');
    editor.press('down', 'enter').retype('wide');
    expect(editor.state.cursor).toEqual({ kind: 'section', path: ['TABLE', 'PRESETS', 'wide'] });
    expect(editor.press('x').screen()).not.toContain('wide');
    expect(editor.press('u').screen()).toContain('wide');
    expect(editor.press('u', 'ctrl-r').screen()).toContain('wide');
    editor.find('short').press('e');
    expect(editor.screen()).toContain('/ 1 excluded');
  });

  it('has each key in its help, and no key twice', () => {
    const keys = editorBindings.flatMap((binding) => binding.keys);
    expect(new Set(keys).size).toBe(keys.length);
    const editor = onPeer();
    editor.size = { columns: 120, rows: 60 };
    const help = editor.press('?').screen();
    for (const { help: sentence } of editorBindings) expect(help).toContain(sentence);
  });
});

const savingKeys = ['s', 'S'];
const otherKeys = [
  ...[
    'up',
    'down',
    'pageup',
    'pagedown',
    'home',
    'end',
    'left',
    'right',
    'enter',
    'escape',
    ' ',
    'backspace',
    'delete',
  ],
  ...[
    'd',
    'a',
    'x',
    'D',
    'e',
    'u',
    'U',
    'ctrl-r',
    '/',
    '?',
    'c',
    'z',
    'n',
    'N',
    'm',
    'r',
    't',
    'k',
    'j',
    'foreign',
    '1',
    '.',
    '-',
    ',',
    '"',
    '[',
  ],
];
const sizes = [
  { columns: 80, rows: 24 },
  { columns: 200, rows: 60 },
  { columns: 9, rows: 3 },
  { columns: 0, rows: 0 },
];

describe('any keys', () => {
  const models = [
    peerModel,
    onServer().state.model,
    modelOfIni('[SERVER]\nport = x\n', { name: 'wrong.ini', spec: serverConfigSpec }),
    modelOfIni('', { name: 'empty.ini' }),
    modelOfWire({ config: { 'a\u001b[2J': 'b\nc', s: { t: { u: 1 } } } }, { name: 'x\ny', purpose: 'copy' }),
  ];
  const editorOf = (which: number) => {
    const model = models[which] ?? peerModel;
    const isFile = model.origin === 'file';
    return new TypedEditor(model, { how: isFile ? 'file' : 'send', canRestart: !isFile });
  };

  it('without the one for saving never save, never fail, and fill the screen', () => {
    fc.assert(
      fc.property(
        fc.nat(4),
        fc.nat(3),
        fc.array(fc.constantFrom(...otherKeys), { maxLength: 60 }),
        (which, size, keys) => {
          const editor = editorOf(which);
          editor.size = sizes[size] ?? editor.size;
          for (const key of keys) {
            editor.press(key);
            const lines = editor.lines();
            expect(lines).toHaveLength(editor.size.rows);
            expect(lines.join('')).not.toContain('\u001b');
          }
          expect(editor.effects.filter(({ type }) => type === 'save')).toEqual([]);
        },
      ),
      { numRuns: 25 },
    );
  });

  it('with it save only while there is no error', () => {
    const keys = fc.array(fc.constantFrom(...otherKeys, ...savingKeys, ...savingKeys), { maxLength: 40 });
    fc.assert(
      fc.property(keys, (pressed) => {
        const editor = editorOf(2);
        for (const key of pressed) {
          const count = editor.effects.length;
          const wasWrong = /✗ \d+ wrong/.test(editor.lines()[0] ?? '');
          editor.press(key);
          const emitted = editor.effects.slice(count).some(({ type }) => type === 'save');
          if (emitted) expect(wasWrong).toBe(false);
        }
      }),
      { numRuns: 15 },
    );
  });
});
