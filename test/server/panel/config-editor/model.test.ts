/** Configurations that are edited: marks, edits and their undoing, problems, and the forms in which they are saved. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { droneConfigSpec } from '../../../../drone-client/config-spec.js';
import {
  loadConfig,
  type Path,
  parseIni,
  type WireObject,
  type WireValue,
} from '../../../../lib/config/index.js';
import { serverConfigSpec } from '../../../../server/config-spec.js';
import {
  resetToDefault,
  setComment,
  setValue,
  toggleExcluded,
} from '../../../../server/panel/config-editor/edits.js';
import { countMarks, optionFacts, problems } from '../../../../server/panel/config-editor/facts.js';
import { type ConfigModel, type Edit, redo, undo } from '../../../../server/panel/config-editor/model.js';
import { modelOfConfig, modelOfIni, modelOfWire } from '../../../../server/panel/config-editor/open-model.js';
import {
  changes,
  isModified,
  markSaved,
  sendNotes,
  toIni,
} from '../../../../server/panel/config-editor/save-forms.js';
import {
  add,
  duplicateSection,
  freeName,
  remove,
} from '../../../../server/panel/config-editor/structure-edits.js';
import { allOptions, allSections } from '../../../../server/panel/config-editor/tree.js';

const droneText = `# of the field

id = drone-7
[SERVER]
# in the tent
host = 10.0.0.1   # behind
[FLIGHT]
land_delay = 2
[MINE]
lamp = a, b
`;
const serverText = `[TABLE]
[[PRESETS]]
current = short
[[[short]]]
# narrow
battery = true, 40
mode = false, 10
`;

const file = (text = droneText) => modelOfIni(text, { name: 'client.ini', spec: droneConfigSpec });
const server = () => modelOfConfig(loadConfig(serverText, 'server.ini', serverConfigSpec));
const answer = (text = droneText) =>
  JSON.parse(
    JSON.stringify(loadConfig(text, 'client.ini', droneConfigSpec).toWire({ withSpec: true })),
  ) as WireObject;
const peer = (text = droneText) => modelOfWire(answer(text), { name: 'drone-7' });
const copy = () => modelOfWire(answer(), { name: 'drone-7', purpose: 'copy' });

function ok({ model, error }: Edit): ConfigModel {
  expect(error).toBeUndefined();
  return model;
}
const marks = (model: ConfigModel, ...path: string[]) => optionFacts(model, path)?.marks;

describe('what is said of an option', () => {
  it('is its value or its default, what is expected, and the comments above it', () => {
    const model = file();
    expect(optionFacts(model, ['SERVER', 'host'])).toMatchObject({
      text: '10.0.0.1',
      defaultText: '192.168.1.101',
      expected: 'a text',
      about: 'Address or name of the server, used when none is heard',
      comments: ['# in the tent'],
      marks: [],
      error: undefined,
      choices: [],
    });
    expect(optionFacts(model, ['FLIGHT', 'takeoff_time'])).toMatchObject({ text: '5.0', marks: ['default'] });
    expect(optionFacts(model, ['MINE', 'lamp'])).toMatchObject({
      text: 'a, b',
      marks: ['unknown'],
      expected: undefined,
    });
    expect(optionFacts(model, ['ANIMATION', 'start_action'])?.choices).toEqual(['auto', 'takeoff', 'fly']);
    expect(optionFacts(model, ['LED', 'use'])?.choices).toEqual(['true', 'false']);
    expect(optionFacts(model, ['LED', 'nothing'])).toBeUndefined();
  });

  it('comes from a peer as well, where what equals its default counts as one', () => {
    const model = peer();
    expect(optionFacts(model, ['FLIGHT', 'land_delay'])).toMatchObject({
      text: '2.0',
      marks: [],
      expected: 'a number, at least 0',
    });
    expect(optionFacts(model, ['SERVER', 'host'])?.comments).toEqual(['# in the tent']);
    expect(marks(model, 'FLIGHT', 'takeoff_time')).toEqual(['default']);
    expect(marks(model, 'MINE', 'lamp')).toEqual(['unknown']);
  });

  it('can be told of old peers, whose values are texts, and of what is no configuration at all', () => {
    const old = modelOfWire(
      {
        config: {
          id: 'copter1',
          FLIGHT: { land_delay: { __value__: '1.5', inline_comment: {} }, gone: null },
        },
        configspec: {
          id: 'string(default=/hostname, max=63)',
          FLIGHT: { land_delay: 'float(default=1.0, min=0)' },
        },
      },
      { name: 'copter1' },
    );
    expect(optionFacts(old, ['FLIGHT', 'land_delay'])).toMatchObject({
      text: '1.5',
      marks: [],
      defaultText: '1.0',
    });
    expect(marks(old, 'FLIGHT', 'gone')).toEqual(['unknown', 'default']);
    const bare = modelOfWire({ config: { a: 1, b: { c: [1, { d: 2 }] } } }, { name: 'x' });
    expect([optionFacts(bare, ['a'])?.text, optionFacts(bare, ['b', 'c'])?.text]).toEqual([
      '1',
      `1, '{"d":2}'`,
    ]);
    expect(marks(bare, 'a')).toEqual([]);
    expect(allOptions(modelOfWire(null, { name: 'x' }).root)).toEqual([]);
    let deep: WireValue = 1;
    for (let depth = 0; depth < 1000; depth++) deep = { s: deep };
    const seen = allOptions(modelOfWire({ config: { s: deep } }, { name: 'x' }).root);
    expect(seen.map(({ node }) => [node.raw, node.isExcluded])).toEqual([
      ['a section too deep to be edited here', true],
    ]);
  });
});

describe('setting a value', () => {
  it('is refused with what is expected, and leaves everything as it was', () => {
    const model = file();
    const { model: same, error } = setValue(model, ['FLIGHT', 'land_delay'], '-1');
    expect(error).toBe('"-1" is wrong, expected a number, at least 0');
    expect(same).toBe(model);
    expect(setValue(model, ['SERVER', 'host'], `a"b'c`).error).toContain('quotes');
    expect(setValue(model, ['SERVER', 'nothing'], '1').error).toContain('no option [SERVER] nothing');
    expect(setValue(model, ['MINE', 'lamp'], 'a, "b').error).toContain('not closed');
  });

  it('marks it as changed until it is as before, however that is written', () => {
    const changed = ok(setValue(file(), ['FLIGHT', 'land_delay'], '3'));
    expect(marks(changed, 'FLIGHT', 'land_delay')).toEqual(['changed']);
    expect(isModified(changed)).toBe(true);
    expect(ok(setValue(changed, ['FLIGHT', 'land_delay'], '3.00'))).toBe(changed);
    const back = ok(setValue(changed, ['FLIGHT', 'land_delay'], '2'));
    expect(isModified(ok(undo(changed)))).toBe(false);
    expect(toIni(back)).toBe(droneText.replace('land_delay = 2', 'land_delay = 2.0'));
  });

  it('takes lists as they are typed, and a default that is typed is nothing new', () => {
    const path = ['ANIMATION', 'ratio'];
    const model = ok(setValue(file(), path, '1, 2,0.5'));
    expect(optionFacts(model, path)?.text).toBe('1.0, 2.0, 0.5');
    const untouched = file();
    expect(ok(setValue(untouched, path, '1, 1, 1'))).toBe(untouched);
    expect(optionFacts(ok(setValue(file(), ['MINE', 'lamp'], 'x')), ['MINE', 'lamp'])?.text).toBe('x,');
  });
});

describe('edits', () => {
  it('give the default back in its line, and by taking the line out', () => {
    const path = ['SERVER', 'host'];
    const reset = ok(resetToDefault(file(), path));
    expect(toIni(reset)).toContain('# in the tent\nhost = 192.168.1.101   # behind');
    expect(resetToDefault(reset, path).error).toBe('it has its default');
    expect(resetToDefault(file(), ['MINE', 'lamp']).error).toContain('no default');
    expect(resetToDefault(file(), ['MINE']).error).toContain('only an option');
    const removed = ok(remove(file(), { kind: 'option', path }));
    expect(marks(removed, ...path)).toEqual(['changed', 'default']);
    expect(toIni(removed)).toBe(droneText.replace('# in the tent\nhost = 10.0.0.1   # behind\n', ''));
    expect(remove(removed, { kind: 'option', path }).error).toContain('not there');
    const typed = ok(setValue(file(), ['LED', 'count'], '9'));
    expect(toIni(ok(resetToDefault(typed, ['LED', 'count'])))).toBe(droneText);
  });

  it('add options and sections only where there may be any', () => {
    const parent = ['TABLE', 'PRESETS'];
    expect(add(server(), ['TABLE'], { what: 'option', name: 'x' }).error).toBe(
      'TABLE takes no further options',
    );
    expect(add(server(), [], { what: 'section', name: 'x' }).error).toBe('the top takes no further sections');
    expect(add(server(), parent, { what: 'section', name: 'short' }).error).toBe('"short" is there already');
    for (const name of ['', ' ', '__value__', `a"'b`, 'a\nb'])
      expect([name, add(server(), parent, { what: 'section', name }).error]).not.toEqual([name, undefined]);
    const section = ok(add(server(), parent, { what: 'section', name: 'wide [1]' }));
    const model = ok(add(section, [...parent, 'wide [1]'], { what: 'option', name: 'mode' }));
    expect(optionFacts(model, [...parent, 'wide [1]', 'mode'])).toMatchObject({
      text: 'true, 100.0',
      marks: ['new'],
    });
    expect(toIni(section)).toContain('[[["wide [1]"]]]\n');
    expect(problems(model)).toEqual(
      [{ place: { kind: 'option', path: [...parent, 'wide [1]', 'mode'] }, text: expect.any(String) }].slice(
        1,
      ),
    );
  });

  it('duplicate a section with all its values, under a name that is not taken', () => {
    const path = ['TABLE', 'PRESETS', 'short'];
    const name = freeName(server(), path);
    expect(name).toBe('short-2');
    const model = ok(duplicateSection(server(), path, name));
    const read = loadConfig(toIni(model), 'server.ini', serverConfigSpec);
    expect(read.get(['TABLE', 'PRESETS', 'short-2', 'battery'])).toEqual([true, 40]);
    expect(freeName(model, path)).toBe('short-3');
    expect(countMarks(model).new).toBe(2);
    expect(duplicateSection(model, ['TABLE'], 'T2').error).toBe('the top takes no further sections');
    expect(duplicateSection(model, ['nothing'], 'T2').error).toContain('only a section');
  });

  it('empty a section that the specification has, and remove one that it has not', () => {
    const preset = ok(remove(server(), { kind: 'section', path: ['TABLE', 'PRESETS', 'short'] }));
    expect(toIni(preset)).toBe('[TABLE]\n[[PRESETS]]\ncurrent = short\n');
    const table = ok(remove(server(), { kind: 'section', path: ['TABLE'] }));
    expect(optionFacts(table, ['TABLE', 'PRESETS', 'current'])).toMatchObject({ text: 'DEFAULT' });
    expect(allSections(table.root)).not.toContainEqual(['TABLE', 'PRESETS', 'short']);
    expect(loadConfig(toIni(table), 'x', serverConfigSpec).getString('TABLE/PRESETS/current')).toBe(
      'DEFAULT',
    );
  });

  it('leave options and sections out, and take them in again', () => {
    const out = ok(toggleExcluded(file(), { kind: 'section', path: ['SERVER'] }));
    expect(countMarks(out).excluded).toBe(3);
    expect(toIni(out)).not.toContain('10.0.0.1');
    const some = ok(toggleExcluded(out, { kind: 'option', path: ['SERVER', 'host'] }));
    expect(toIni(some)).toBe(droneText);
    expect(countMarks(ok(toggleExcluded(some, { kind: 'section', path: ['SERVER'] }))).excluded).toBe(3);
  });

  it('change a comment of one line', () => {
    const model = ok(setComment(file(), ['FLIGHT', 'land_delay'], ' # calm '));
    expect(toIni(model)).toContain('[FLIGHT]\n# calm\nland_delay = 2\n');
    expect(toIni(ok(setComment(file(), ['SERVER', 'host'], '')))).not.toContain('tent');
    expect(setComment(file(), ['id'], 'x').error).toContain('belongs to the whole file');
    expect(setComment(file(), ['LED', 'use'], 'x').error).toContain('not in the file');
    expect(
      setComment(file('[LED]\nuse = true\n# a\n# b\ncount = 3\n'), ['LED', 'count'], 'x').error,
    ).toContain('2 lines');
    expect(changes(ok(setComment(peer(), ['SERVER', 'host'], 'far')), 'modify')).toEqual({
      SERVER: { host: { __value__: '10.0.0.1', comments: ['# far'] } },
    });
  });

  it('are undone one by one and done again, until something else is done', () => {
    const one = ok(setValue(file(), ['LED', 'count'], '9'));
    const two = ok(setValue(one, ['LED', 'use'], 'false'));
    const back = ok(undo(two));
    expect([marks(back, 'LED', 'use'), marks(back, 'LED', 'count')]).toEqual([['default'], ['changed']]);
    expect(ok(redo(back)).root).toBe(two.root);
    const other = ok(setValue(back, ['LED', 'gamma'], '1'));
    expect(redo(other).error).toBe('nothing to do again');
    const start = ok(undo(ok(undo(other))));
    expect(undo(start).error).toBe('nothing to undo');
    expect(start.root).toBe(start.loaded);
  });
});

describe('what is wrong', () => {
  it('is named with its place, all of it, but not where it is excluded', () => {
    const model = file('SERVER = 5\n[FLIGHT]\nland_delay = soon\n[LED]\n[[count]]\n');
    expect(problems(model)).toEqual([
      {
        place: { kind: 'option', path: ['SERVER'] },
        text: 'a section of this name is expected, not a value',
      },
      {
        place: { kind: 'option', path: ['FLIGHT', 'land_delay'] },
        text: '"soon" is wrong, expected a number, at least 0',
      },
      {
        place: { kind: 'section', path: ['LED', 'count'] },
        text: 'a value of this name is expected, not a section',
      },
    ]);
    expect(marks(model, 'FLIGHT', 'land_delay')).toEqual(['wrong']);
    const mended = ok(
      toggleExcluded(ok(remove(model, { kind: 'option', path: ['SERVER'] })), {
        kind: 'section',
        path: ['FLIGHT'],
      }),
    );
    expect(problems(ok(remove(mended, { kind: 'section', path: ['LED', 'count'] })))).toEqual([]);
  });

  it('throws only where lines can not be read at all', () => {
    expect(() => file('what is this')).toThrow('client.ini, line 1');
  });
});

describe('what a peer is sent', () => {
  it('is what was changed, or all that is not excluded', () => {
    const model = ok(setValue(ok(setValue(peer(), ['FLIGHT', 'land_delay'], '3')), ['config_version'], '2'));
    expect(changes(model, 'modify')).toEqual({
      config_version: { __value__: '2' },
      FLIGHT: { land_delay: { __value__: 3 } },
    });
    const before = loadConfig(droneText, 'client.ini', droneConfigSpec);
    before.applyWire(changes(model, 'modify'), 'modify');
    const after = loadConfig(droneText, 'client.ini', droneConfigSpec);
    after.applyWire(changes(model, 'rewrite'), 'rewrite');
    expect(before.toWire()).toEqual(after.toWire());
    expect(after.getNumber('FLIGHT/land_delay')).toBe(3);
    expect(after.toIni()).toContain('# in the tent\nhost = 10.0.0.1   # behind');
  });

  it('of a copy is everything but what is one drone’s own, whatever the mode', () => {
    const sent = changes(copy(), 'modify');
    expect(sent).not.toHaveProperty('id');
    expect(sent).not.toHaveProperty('clover_dir');
    expect(sent).not.toHaveProperty('SECURITY');
    expect(sent).not.toHaveProperty('EXECUTE');
    expect(sent).not.toHaveProperty(['ANIMATION', 'private_offset']);
    expect(sent).toHaveProperty(['ANIMATION', 'common_offset', '__value__'], [0, 0, 0]);
    const target = loadConfig('id = drone-8\n[ANIMATION]\nprivate_offset = 1, 2, 3\n', 'x', droneConfigSpec);
    target.applyWire(sent, 'modify');
    expect([target.getString('id'), target.getNumbers('ANIMATION/private_offset')]).toEqual([
      'drone-8',
      [1, 2, 3],
    ]);
    expect(target.getNumber('FLIGHT/land_delay')).toBe(2);
    expect(sendNotes(copy(), 'modify')).toEqual([]);
    expect(sendNotes(copy(), 'rewrite')[0]).toContain('back to their defaults there: id, clover_dir, ');
    const within = ok(toggleExcluded(copy(), { kind: 'option', path: ['id'] }));
    expect(changes(within, 'modify')).toHaveProperty(['id', '__value__'], 'drone-7');
  });

  it('says what was removed: a default, or a note that only a rewrite can do it', () => {
    const model = ok(
      remove(ok(remove(peer(), { kind: 'option', path: ['FLIGHT', 'land_delay'] })), {
        kind: 'section',
        path: ['MINE'],
      }),
    );
    expect(changes(model, 'modify')).toEqual({ FLIGHT: { land_delay: { __value__: 1 } } });
    expect(sendNotes(model, 'modify')).toEqual(['only a rewrite removes [MINE] lamp']);
    const target = loadConfig(droneText, 'client.ini', droneConfigSpec);
    target.applyWire(changes(model, 'rewrite'), 'rewrite');
    expect(target.toIni()).not.toContain('lamp');
    expect(target.getNumber('FLIGHT/land_delay')).toBe(1);
  });

  it('can be written as a file that a drone reads', () => {
    const read = loadConfig(toIni(peer()), 'saved.ini', droneConfigSpec);
    expect(read.toWire().config).toHaveProperty(['SERVER', 'host'], {
      __value__: '10.0.0.1',
      comments: ['# in the tent'],
    });
    expect(read.get(['MINE', 'lamp'])).toEqual(['a', 'b']);
    expect(toIni(peer())).toMatch(/^# of the field\n/);
    const strange = modelOfWire({ config: { 'a\nb': 'x' } }, { name: 'x' });
    expect(() => toIni(strange)).toThrow('can not be written');
  });
});

describe('a model that was saved', () => {
  it('has nothing left to save but what was done since, and what was left out', () => {
    const model = ok(setValue(peer(), ['FLIGHT', 'land_delay'], '3'));
    const more = ok(setValue(model, ['LED', 'count'], '7'));
    const saved = markSaved(more, { root: model.root });
    expect(changes(saved, 'modify')).toEqual({ LED: { count: { __value__: 7 } } });
    const out = ok(toggleExcluded(more, { kind: 'section', path: ['LED'] }));
    expect(marks(markSaved(out, { root: out.root }), 'LED', 'count')).toEqual(['excluded', 'changed']);
    const text = ok(setValue(file(), ['LED', 'count'], '7'));
    const written = markSaved(text, { root: text.root, text: toIni(text) });
    expect([isModified(written), countMarks(written).changed]).toEqual([false, 0]);
  });
});

const typed = fc.oneof(
  fc.constantFrom(
    'true',
    'no',
    '0',
    '1',
    '2.5',
    '-1',
    'land',
    'a, b',
    '1, 2, 3',
    '',
    ' x ',
    '"q"',
    "it's",
    '#',
    'x = y',
    '[a]',
    'ä',
  ),
  fc.string({ maxLength: 8 }),
);

describe('any edits', () => {
  it('that are then saved read back to what was shown, comments included', () => {
    const edit = fc.record({
      at: fc.nat(400),
      text: typed,
      what: fc.constantFrom('set', 'set', 'set', 'remove', 'reset', 'exclude', 'add', 'comment'),
    });
    const models = [file(), peer(), server()];
    fc.assert(
      fc.property(fc.nat(2), fc.array(edit, { maxLength: 12 }), (which, edits) => {
        let model = models[which] ?? file();

        for (const { at, text, what } of edits) model = changed(model, { at, text, what });
        // An added program is wrong until it has a path.
        fc.pre(problems(model).length === 0);
        const again = modelOfIni(toIni(model), {
          name: 'again.ini',
          ...(model.spec ? { spec: model.spec } : {}),
        });
        expect(problems(again)).toEqual([]);
        for (const { path, node } of allOptions(model.root)) {
          if (node.isExcluded) continue;
          if (node.raw !== undefined) for (const line of node.comments) expect(toIni(model)).toContain(line);
          const shown = optionFacts(model, path);
          const read = optionFacts(again, path);
          expect([path, read?.text]).toEqual([path, shown?.text]);
        }
        expect(allSections(again.root).map(String).sort()).toEqual(
          allSections(model.root).map(String).sort(),
        );
      }),
      { numRuns: 25 },
    );
  });
});

function changed(
  model: ConfigModel,
  { at, text, what }: { at: number; text: string; what: string },
): ConfigModel {
  const options = allOptions(model.root);
  const path: Path = options[at % options.length]?.path ?? [];
  const sections: Path[] = [[], ...allSections(model.root)];
  switch (what) {
    case 'remove':
      return remove(
        model,
        at % 3 === 0
          ? { kind: 'section', path: sections[1 + (at % (sections.length - 1))] ?? [] }
          : { kind: 'option', path },
      ).model;
    case 'reset':
      return resetToDefault(model, path).model;
    case 'exclude':
      return toggleExcluded(model, { kind: 'option', path }).model;
    case 'add':
      return add(model, sections[at % sections.length] ?? [], {
        what: at % 2 ? 'section' : 'option',
        name: text,
      }).model;
    case 'comment':
      return setComment(model, path, text).model;
    default:
      return setValue(model, path, text).model;
  }
}

describe('a file about which nothing is known', () => {
  it('can be edited freely', () => {
    const model = modelOfIni('a = 1\n[b]\nc = x, y\n', { name: 'any.ini' });
    expect(countMarks(model)).toMatchObject({ unknown: 0, default: 0 });
    const edited = ok(
      add(
        ok(add(ok(setValue(model, ['b', 'c'], 'z, "1,2"')), ['b'], { what: 'section', name: 'd' })),
        ['b', 'd'],
        { what: 'option', name: 'e' },
      ),
    );
    expect(parseIni(toIni(edited), 'x').get(['b', 'c'])).toEqual(['z', '1,2']);
    expect(toIni(edited)).toBe('a = 1\n[b]\nc = z, "1,2"\n[[d]]\ne = ""\n');
    const wire: WireValue = changes(edited, 'rewrite');
    expect(wire).toMatchObject({ b: { d: { e: { __value__: '' } } } });
  });
});
