/** INI text: read, changed and written back, with everything that was not changed as it was. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatIni, type IniValue, parseIni } from '../../../lib/config/index.js';
import { ConfigError } from '../../../lib/errors.js';

const text = `# made by hand
#  second line

config_name = client   # what the table shows
  id="drone 1, the first" # quoted
empty =
blank = # why

# above the server
[SERVER]   # inline of a section
port=25000
  # indented
  host\t=  192.168.1.101  

[FLOOR FRAME]
translation = 0, 1.5,-2 # a list
one = a,
none = ,
[ANIMATION]
ratio = "1", 'two, three', 3
    [[OUTPUT]]
    takeoff = true
    [["odd ] name"]]
    'odd = key' = """both ' and " here"""
# the end
`;
const read = (source: string) => parseIni(source, 'test.ini');

describe('an INI document', () => {
  it('has the values of its options', () => {
    const values = Object.fromEntries(
      read(text)
        .entries()
        .map(({ path, value }) => [path.join('|'), value]),
    );
    expect(values).toEqual({
      config_name: 'client',
      id: 'drone 1, the first',
      empty: '',
      blank: '',
      'SERVER|port': '25000',
      'SERVER|host': '192.168.1.101',
      'FLOOR FRAME|translation': ['0', '1.5', '-2'],
      'FLOOR FRAME|one': ['a'],
      'FLOOR FRAME|none': [],
      'ANIMATION|ratio': ['1', 'two, three', '3'],
      'ANIMATION|OUTPUT|takeoff': 'true',
      'ANIMATION|odd ] name|odd = key': `both ' and " here`,
    });
  });

  it.each([
    ['the example', text],
    ['Windows line ends', text.replaceAll('\n', '\r\n')],
    ['mixed line ends', 'a = 1\r\nb = 2\n\r\n[X]\nc = 3'],
    ['a byte order mark', `\uFEFF${text}`],
    ['no end of the last line', text.trimEnd()],
    ['nothing', ''],
    ['comments alone', '# a\n\n# b\n'],
  ])('is written back byte for byte: %s', (_, source) => {
    expect(formatIni(read(source))).toBe(source);
  });

  it('changes nothing but the value of a line', () => {
    const document = read(text);
    document.set(['config_name'], 'other');
    document.set(['SERVER', 'port'], '1');
    document.set(['FLOOR FRAME', 'translation'], ['9', '8', '7']);
    document.set(['empty'], 'full');
    document.set(['blank'], 'x');
    const expected = text
      .replace('config_name = client   #', 'config_name = other   #')
      .replace('port=25000', 'port=1')
      .replace('0, 1.5,-2 #', '9, 8, 7 #')
      .replace('empty =', 'empty = full')
      .replace('blank = #', 'blank = x #');
    expect(formatIni(document)).toBe(expected);
  });

  it('adds an option behind the others of its section, and sections that are missing', () => {
    const document = read('# top\n\n[A]\n  x = 1\n# of B\n[B]\n[[C]]\ny = 2\n# end\n');
    document.set(['A', 'new'], '1');
    document.set(['root'], 'r');
    document.set(['B', 'D', 'z'], '3');
    document.set(['E F', 'w'], 'a b');
    expect(formatIni(document)).toBe(
      '# top\n\nroot = r\n[A]\n  x = 1\n  new = 1\n# of B\n[B]\n[[C]]\ny = 2\n[[D]]\nz = 3\n\n[E F]\nw = a b\n# end\n',
    );
  });

  it('ends the last line before it adds another', () => {
    const document = read('a = 1');
    document.set(['b'], '2');
    expect(formatIni(document)).toBe('a = 1\nb = 2\n');
  });

  it('removes an option with its comment, and a section with what is in it', () => {
    const document = read('a = 1\n# of b\nb = 2\n# of S\n[S]\nc = 3\n[[T]]\nd = 4\n[U]\n');
    document.delete(['b']);
    document.delete(['S']);
    expect(formatIni(document)).toBe('a = 1\n[U]\n');
  });

  it('tells and changes comments: initial, of an option, final', () => {
    const document = read('# i\n\na = 1\n# of b\nb = 2\n# f\n');
    expect(document.initialComment).toEqual(['# i', '']);
    expect(document.comments(['a'])).toEqual([]);
    expect(document.comments(['b'])).toEqual(['# of b']);
    expect(document.finalComment).toEqual(['# f']);
    document.initialComment = ['# j'];
    document.setComments(['b'], ['no mark', '']);
    document.finalComment = [];
    expect(formatIni(document)).toBe('# j\na = 1\n# no mark\n\nb = 2\n');
  });

  it('does not repeat the comment of the first option, which reads as the initial one', () => {
    const document = read('a = 1\n');
    document.setComments(['a'], ['# x']);
    document.setComments(['a'], ['# x']);
    expect(formatIni(document)).toBe('# x\na = 1\n');
  });

  it('is independent of its clone', () => {
    const document = read('a = 1\n');
    document.clone().set(['a'], '2');
    expect(formatIni(document)).toBe('a = 1\n');
  });

  it('writes any one-line value so that it is read as the same', () => {
    const part = fc.string().filter((s) => !/[\r\n]/.test(s) && !(s.includes('"') && s.includes("'")));
    const values: fc.Arbitrary<IniValue> = fc.oneof(part, fc.array(part, { maxLength: 4 }));
    fc.assert(
      fc.property(
        values,
        part.filter((s) => s.trim() !== ''),
        (value, name) => {
          const document = read('[S]\na = 1\n');
          document.set(['S', 'a'], value);
          document.set([name, 'b'], value);
          const again = read(formatIni(document));
          expect(again.get(['S', 'a'])).toEqual(value);
          expect(again.entries().at(-1)?.value).toEqual(value);
        },
      ),
    );
  });

  it('refuses to write what one line can not hold', () => {
    expect(() => read('').set(['a'], 'two\nlines')).toThrow(ConfigError);
  });

  it('tells every wrong line at once', () => {
    const wrong = 'a = 1\nnonsense\n[X\n[[[deep]]]\nb = "open\nc = "x" y\na = 2\nd = 1,,2\n[Y]\n[Y]\n';
    const lines = (() => {
      try {
        read(wrong);
        return [];
      } catch (error) {
        expect(error).toBeInstanceOf(ConfigError);
        return error instanceof Error ? error.message.split('\n') : [];
      }
    })();
    expect(lines).toEqual([
      expect.stringMatching(/^test\.ini, line 2: "nonsense".*expected/),
      expect.stringMatching(/^test\.ini, line 3: "\[X"/),
      expect.stringMatching(/^test\.ini, line 4: .*nested too deeply/),
      expect.stringMatching(/^test\.ini, line 5: .*not closed/),
      expect.stringMatching(/^test\.ini, line 6: .*unexpected "y"/),
      expect.stringMatching(/^test\.ini, line 7: a is there a second time/),
      expect.stringMatching(/^test\.ini, line 8: .*empty item/),
      expect.stringMatching(/^test\.ini, line 10: .*Y is there a second time/),
    ]);
  });
});

describe('a text that would take long to be understood', () => {
  it.each([
    ['brackets', '['.repeat(4000)],
    ['blanks in a section', `[a${' '.repeat(4000)}b`],
    ['blanks in an option', `a${' '.repeat(4000)}b`],
    ['names in brackets', `[${'a '.repeat(2000)}`],
  ])('is refused soon: a thousand lines of %s', (_what, line) => {
    const startMs = performance.now();
    expect(() => parseIni(`${line}\n`.repeat(1000), 'a.ini')).toThrow(ConfigError);
    expect(performance.now() - startMs).toBeLessThan(1000);
  });

  it('is refused at once: lines and numbers of lines that no file has', () => {
    expect(() => parseIni(`a = ${'x'.repeat(4096)}\n`, 'a.ini')).toThrow(
      'a.ini, line 1: the line has 4101 characters, at most 4096 are read',
    );
    expect(() => parseIni('#\n'.repeat(4001), 'a.ini')).toThrow('4001 lines are too many');
    expect(parseIni('#\n'.repeat(4000), 'a.ini').entries()).toEqual([]);
  });
});
