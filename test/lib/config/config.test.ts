/** Configurations against a specification: defaults, errors, warnings, changes, and their form on the wire. */
import { describe, expect, it } from 'vitest';
import {
  boolean,
  defaultIni,
  defineSpec,
  float,
  freeSection,
  integer,
  loadConfig,
  numbers,
  option,
  string,
  texts,
  tuple,
  type WireValue,
  wordOrNumber,
} from '../../../lib/config/index.js';
import { ConfigError } from '../../../lib/errors.js';

const about = 'something';
const spec = defineSpec({
  root: { id: string({ default: '/hostname', maxLength: 9, about }) },
  SERVER: {
    port: integer({ default: 25000, min: 1, max: 65535, about }),
    host: string({ default: 'h', about }),
  },
  FLIGHT: { arming_time: float({ default: 0.5, about }), delay: float({ default: 1, min: 0, about }) },
  'FLOOR FRAME': { translation: numbers({ default: [0, 0, 0], about }) },
  ANIMATION: {
    yaw: wordOrNumber(['animation', 'nan'], { default: 'nan', about }),
    start: option(['auto', 'fly'], { default: 'auto', about }),
    OUTPUT: { land: boolean({ default: true, about }) },
  },
  TABLE: {
    PRESETS: freeSection({
      fixed: { current: string({ default: 'DEFAULT', about }) },
      anySection: freeSection({
        anyOption: tuple([boolean({ default: true, about }), integer({ default: 1, about })], {
          default: [true, 1],
          about,
        }),
      }),
    }),
  },
});
const load = (text: string) => loadConfig(text, 'client.ini', spec);

function messageOf(action: () => unknown): string[] {
  try {
    action();
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return error instanceof Error ? error.message.split('\n') : [];
  }
  throw new Error('nothing was thrown');
}

describe('a configuration', () => {
  it('takes from the specification what the file leaves out', () => {
    const config = load(
      '[FLOOR FRAME]\ntranslation = 1, 2.5, -3\n[ANIMATION]\nyaw = 90\n[[OUTPUT]]\nland = No\n',
    );
    expect(config.getNumbers('FLOOR FRAME/translation')).toEqual([1, 2.5, -3]);
    expect(config.getBoolean('ANIMATION/OUTPUT/land')).toBe(false);
    expect(config.get('ANIMATION/yaw')).toBe(90);
    expect(config.getNumber(['FLIGHT', 'arming_time'])).toBe(0.5);
    expect(config.getString('id')).toBe('/hostname');
    expect(config.warnings).toEqual([]);
  });

  it('names file, line, section, option, value and what was expected, for all errors at once', () => {
    const wrong = `id = much too long a name
[SERVER]
port = 0
[FLIGHT]
arming_time = soon
delay = -1
[FLOOR FRAME]
translation = 1, 2
[ANIMATION]
yaw = north
start = maybe
[[OUTPUT]]
land = perhaps`;
    expect(messageOf(() => load(wrong))).toEqual([
      'client.ini, line 1: id = "much too long a name" is wrong, expected a text of at most 9 characters',
      'client.ini, line 3: [SERVER] port = "0" is wrong, expected an integer from 1 to 65535',
      'client.ini, line 5: [FLIGHT] arming_time = "soon" is wrong, expected a number',
      'client.ini, line 6: [FLIGHT] delay = "-1" is wrong, expected a number, at least 0',
      'client.ini, line 8: [FLOOR FRAME] translation = ["1","2"] is wrong, expected a list of 3 numbers',
      'client.ini, line 10: [ANIMATION] yaw = "north" is wrong, expected animation, nan or a number',
      'client.ini, line 11: [ANIMATION] start = "maybe" is wrong, expected one of auto, fly',
      'client.ini, line 13: [ANIMATION] [[OUTPUT]] land = "perhaps" is wrong, expected true or false',
    ]);
  });

  it.each(['1.5', 'nan', 'inf', '', '0x10', '1e3'])(
    'takes the port %s only when it is an integer',
    (text) => {
      const action = () => load(`[SERVER]\nport = ${text}`).getNumber('SERVER/port');
      if (text === '1e3') expect(action()).toBe(1000);
      else expect(action).toThrow(/\[SERVER\] port/);
    },
  );

  it('keeps options that it does not know and warns of their place', () => {
    const text = '[SERVER]\nhots = x\n[OLD]\na = 1, 2\n';
    const config = load(text);
    expect(config.warnings).toEqual([
      'client.ini, line 2: [SERVER] hots is unknown; it is kept and not used',
      'client.ini, line 4: [OLD] a is unknown; it is kept and not used',
    ]);
    expect(config.get('OLD/a')).toEqual(['1', '2']);
    expect(config.toIni()).toBe(text);
  });

  it('changes an option in its place and keeps the comments', () => {
    const config = load('# top\n\n[FLIGHT] # f\n# above\ndelay = 2 # behind\n');
    config.set('FLIGHT/delay', 3);
    config.set('FLOOR FRAME/translation', [1, 2, 3]);
    expect(config.toIni()).toBe(
      '# top\n\n[FLIGHT] # f\n# above\ndelay = 3.0 # behind\n\n[FLOOR FRAME]\ntranslation = 1.0, 2.0, 3.0\n',
    );
    expect(config.getNumber('FLIGHT/delay')).toBe(3);
  });

  it('refuses a wrong change and stays as it was', () => {
    const config = load('[FLIGHT]\ndelay = 2\n');
    expect(messageOf(() => config.set('FLIGHT/delay', -3))[0]).toBe(
      'client.ini: [FLIGHT] delay = -3 is wrong, expected a number, at least 0',
    );
    expect(() => config.set('FLIGHT/none', 1)).toThrow(/no option \[FLIGHT\] none/);
    expect(() => config.get('FLIGHT/none')).toThrow(/no option/);
    expect(() => config.getString('FLIGHT/delay')).toThrow(/not a text/);
    expect(config.toIni()).toBe('[FLIGHT]\ndelay = 2\n');
  });

  it('has free sections with names of their own', () => {
    const config = load(
      '[TABLE]\n[[PRESETS]]\ncurrent = small\n[[[small]]]\nbattery = true, 80\nmode = no, 1\n',
    );
    expect(config.getString('TABLE/PRESETS/current')).toBe('small');
    expect(config.sectionNames('TABLE/PRESETS')).toEqual(['small']);
    expect(config.optionNames('TABLE/PRESETS/small')).toEqual(['battery', 'mode']);
    expect(config.get('TABLE/PRESETS/small/battery')).toEqual([true, 80]);
    expect(() => config.get('TABLE/PRESETS/small/other')).toThrow(/no option/);
    expect(() => load('[TABLE]\n[[PRESETS]]\n[[[a]]]\nx = 1\n')).toThrow(/\[\[\[a\]\]\] x = "1" .*the list/);
    config.set(['TABLE', 'PRESETS', 'a/b', 'mode'], [false, 3]);
    expect(config.get(['TABLE', 'PRESETS', 'a/b', 'mode'])).toEqual([false, 3]);
  });

  it('is written whole with its defaults and descriptions, and that file is right', () => {
    const text = defaultIni(spec, ['A drone']);
    expect(text).toContain(
      '# A drone\n\n# something\nid = /hostname\n\n[SERVER]\n# something\nport = 25000\n',
    );
    expect(text).toContain('\n[ANIMATION]\n');
    expect(text).toContain('\n[[OUTPUT]]\n# something\nland = true\n');
    expect(load(text).getNumbers('FLOOR FRAME/translation')).toEqual([0, 0, 0]);
    expect(load(text).warnings).toEqual([]);
  });
});

describe('an option of several texts', () => {
  const hosts = defineSpec({ NTP: { host: texts({ default: 'one', about }) } });
  const config = (text: string) => loadConfig(text, 'client.ini', hosts);

  it('is one text with commas, however the file writes it, and a single one stays as it is', () => {
    expect(config('').getString('NTP/host')).toBe('one');
    expect(config('[NTP]\nhost = two\n').getString('NTP/host')).toBe('two');
    expect(config('[NTP]\nhost = a,  b ,"c"\n').getString('NTP/host')).toBe('a, b, c');
    expect(config('[NTP]\nhost = "a,b"\n').getString('NTP/host')).toBe('a, b');
    expect(config('[NTP]\nhost = a,\n').getString('NTP/host')).toBe('a');
    expect(config('[NTP]\nhost =\n').getString('NTP/host')).toBe('');
  });

  it('is written as a list without quotes, and as a text on the wire, for peers that know only that', () => {
    const changed = config('[NTP]\nhost = one # of ours\n');
    changed.applyWire({ NTP: { host: 'a, b' } }, 'modify');
    expect(changed.toIni()).toBe('[NTP]\nhost = a, b # of ours\n');
    expect(changed.toWire({ withSpec: true })).toMatchObject({
      config: { NTP: { host: { __value__: 'a, b' } } },
      configspec: { NTP: { host: 'string(default="one")' } },
    });
    changed.set('NTP/host', ['x', 'y', 'z']);
    expect(changed.getString('NTP/host')).toBe('x, y, z');
    changed.set('NTP/host', 'x');
    expect(changed.toIni()).toBe('[NTP]\nhost = x # of ours\n');
    expect(() => changed.set('NTP/host', [true])).toThrow('a text, or several with commas between');
  });
});

describe('a configuration on the wire', () => {
  it('is whole, typed, nested, with comments', () => {
    const { config, configspec } = load(
      '# top\n\na = 1\n# wait\n[FLIGHT]\n# so long\ndelay = 2\n# end',
    ).toWire();
    expect(configspec).toBeUndefined();
    expect(config).toEqual({
      initial_comment: ['# top', ''],
      id: { __value__: '/hostname' },
      a: { __value__: '1' },
      SERVER: { port: { __value__: 25000 }, host: { __value__: 'h' } },
      FLIGHT: { arming_time: { __value__: 0.5 }, delay: { __value__: 2, comments: ['# so long'] } },
      'FLOOR FRAME': { translation: { __value__: [0, 0, 0] } },
      ANIMATION: {
        yaw: { __value__: 'nan' },
        start: { __value__: 'auto' },
        OUTPUT: { land: { __value__: true } },
      },
      TABLE: { PRESETS: { current: { __value__: 'DEFAULT' } } },
      final_comment: ['# end'],
    });
  });

  it('has a number as text where old peers expect a text', () => {
    expect(load('[ANIMATION]\nyaw = 90').toWire().config.ANIMATION).toMatchObject({
      yaw: { __value__: '90' },
    });
  });

  it('is refused whole when a name can not be written', () => {
    const config = load('id = a\n');
    expect(() => config.applyWire({ id: 'b', 'two\nlines': 1 }, 'modify')).toThrow(ConfigError);
    expect(config.toIni()).toBe('id = a\n');
  });

  it('comes with its specification as text when asked for', () => {
    expect(load('').toWire({ withSpec: true }).configspec).toEqual({
      id: 'string(default="/hostname", max=9)',
      SERVER: { port: 'integer(default=25000, min=1, max=65535)', host: 'string(default="h")' },
      FLIGHT: { arming_time: 'float(default=0.5)', delay: 'float(default=1.0, min=0)' },
      'FLOOR FRAME': { translation: 'float_list(default=list(0.0, 0.0, 0.0), min=3, max=3)' },
      ANIMATION: {
        yaw: 'string(default="nan")',
        start: 'option("auto", "fly", default="auto")',
        OUTPUT: { land: 'boolean(default=true)' },
      },
      TABLE: {
        PRESETS: {
          current: 'string(default="DEFAULT")',
          __many__: { __many__: 'mixed_list("boolean", "integer")' },
        },
      },
    });
  });

  it('is taken wrapped or bare, typed or as texts', () => {
    const config = load('');
    config.applyWire(
      {
        id: 'a',
        SERVER: { port: { __value__: '1', comments: ['# p'], inline_comment: { host: null } } },
        FLIGHT: { delay: 3 },
        'FLOOR FRAME': { translation: ['1', 2, '3.5'] },
        ANIMATION: { yaw: '45', OUTPUT: { land: { __value__: 'False' } } },
      },
      'modify',
    );
    expect(config.get('id')).toBe('a');
    expect(config.get('SERVER/port')).toBe(1);
    expect(config.get('FLIGHT/delay')).toBe(3);
    expect(config.get('FLOOR FRAME/translation')).toEqual([1, 2, 3.5]);
    expect(config.get('ANIMATION/yaw')).toBe(45);
    expect(config.get('ANIMATION/OUTPUT/land')).toBe(false);
    expect(config.toIni()).toContain('# p\nport = 1\n');
    config.applyWire({ 'FLOOR FRAME': { translation: '4, 5, 6' }, ANIMATION: { yaw: Number.NaN } }, 'modify');
    expect(config.get('ANIMATION/yaw')).toBe('nan');
    expect(config.get('FLOOR FRAME/translation')).toEqual([4, 5, 6]);
  });

  it('is refused whole when any value is wrong, with every one of them named', () => {
    const config = load('[FLIGHT]\ndelay = 2\n');
    const wire: WireValue = {
      id: 'ok',
      SERVER: { port: 0, host: null },
      FLIGHT: { delay: { __value__: 'x' }, arming_time: { deeper: 1 } },
      ANIMATION: 5,
    };
    expect(messageOf(() => config.applyWire(wire, 'modify'))).toEqual([
      'client.ini: [SERVER] port = 0 is wrong, expected an integer from 1 to 65535',
      'client.ini: [SERVER] host = null is wrong, expected a text',
      'client.ini: [FLIGHT] delay = "x" is wrong, expected a number, at least 0',
      'client.ini: [FLIGHT] arming_time = {"deeper":1} is wrong, expected a value, not a section',
      'client.ini: ANIMATION = 5 is wrong, expected a section, not a value',
    ]);
    expect(config.toIni()).toBe('[FLIGHT]\ndelay = 2\n');
    expect(config.get('id')).toBe('/hostname');
  });

  it.each([[null], ['text'], [[1]]])('is refused when it is %j', (wire) => {
    expect(() => load('').applyWire(wire, 'modify')).toThrow(ConfigError);
  });

  it('leaves alone what modify does not name, and lines whose value is the same', () => {
    const text = '# top\n[SERVER]\nport = 025000 # odd but right\nhost = x\n';
    const config = load(text);
    config.applyWire({ SERVER: { port: 25000 }, FLIGHT: { delay: 1 } }, 'modify');
    expect(config.toIni()).toBe(text);
  });

  it('sets back to the defaults what rewrite does not name, and keeps comments', () => {
    const config = load(
      '# top\nid = a\n# s\n[SERVER]\n# h\nhost = x # i\nport = 1\n[OLD]\nb = 1\n[TABLE]\n[[PRESETS]]\n[[[m]]]\nx = 1, 2\n',
    );
    config.applyWire({ SERVER: { port: 2 } }, 'rewrite');
    expect(config.toIni()).toBe(
      '# top\nid = /hostname\n# s\n[SERVER]\n# h\nhost = h # i\nport = 2\n[TABLE]\n[[PRESETS]]\n',
    );
  });

  it('goes to another drone and comes back as the same', () => {
    const from = load(
      '# top\n\nid = a\n# s\nunknown = 1, b\n[FLIGHT]\n# d\ndelay = 3\n[TABLE]\n[[PRESETS]]\n[[[m]]]\nx = 1, 2\n# end\n',
    );
    const to = load('');
    to.applyWire(JSON.parse(JSON.stringify(from.toWire().config)), 'rewrite');
    expect(to.toWire()).toEqual(from.toWire());
    expect(to.warnings).toHaveLength(1);
  });

  it('does not take names of the language for options', () => {
    const config = load('');
    config.applyWire(JSON.parse('{"__proto__": {"x": 1}, "constructor": "y"}'), 'modify');
    expect(config.get('__proto__/x')).toBe('1');
    expect(Object.hasOwn(config.toWire().config, '__proto__')).toBe(true);
  });

  it('refuses texts that would not fit one line of the file', () => {
    expect(() => load('').applyWire({ id: 'a\nb = 1' }, 'modify')).toThrow(/id = "a\\nb = 1" is wrong/);
  });
});

describe('a change that would make the file unreadable', () => {
  it('is refused whole: a section under the name of an option that is there', () => {
    const config = load('[OTHER]\nx = 1\n');
    const before = config.toIni();
    expect(() => config.applyWire({ OTHER: { x: { y: 2 } } }, 'modify')).toThrow(/x is there a second time/);
    expect(config.toIni()).toBe(before);
    expect(config.get('OTHER/x')).toBe('1');
  });
});
