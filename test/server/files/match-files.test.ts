import { describe, expect, it } from 'vitest';
import { FilesById } from '../../../server/files/match-files.js';

const entries = (...names: string[]) => names.map((name) => ({ name, path: `/show/${name}` }));
const filesOf = (...names: string[]) => new FilesById('/show', entries(...names), ['.csv', '.txt']);

describe('a file of a folder is that of a drone', () => {
  it('by its very name first, then by a pattern of the whole id', () => {
    const files = filesOf('drone-1.csv', 'drone-[0-9]+.TXT', 'lead|solo.csv', 'notes.md');
    expect(files.of('drone-1')).toEqual({ kind: 'one', file: entries('drone-1.csv')[0] });
    expect(files.of('drone-12')).toEqual({ kind: 'one', file: entries('drone-[0-9]+.TXT')[0] });
    expect(files.of('solo')).toMatchObject({ kind: 'one', file: { name: 'lead|solo.csv' } });
    expect(files.of('a-drone-12')).toEqual({ kind: 'none' });
    expect(files.of('notes')).toEqual({ kind: 'none' });
  });

  it('unless two are', () => {
    const files = filesOf('a.csv', 'a.txt', 'b.csv', '(b|c).csv', '[c].csv');
    expect(files.of('a')).toEqual({ kind: 'several', names: ['a.csv', 'a.txt'] });
    expect(files.of('b')).toMatchObject({ kind: 'one', file: { name: 'b.csv' } });
    expect(files.of('c')).toEqual({ kind: 'several', names: ['(b|c).csv', '[c].csv'] });
  });

  it.each(['drone-(.csv', '[z-a].csv', '(a+)+b.csv', 'a*b*c*d*e.csv', `${'(|)'.repeat(40)}z.csv`])(
    'never by a name like %s',
    (name) => {
      expect(() => filesOf('drone-1.csv', name)).toThrow(
        `/show/${name}: "${name.slice(0, -4)}" is no drone's id`,
      );
    },
  );

  it('of a folder that has some', () => {
    expect(() => filesOf('a.md')).toThrow('/show has no .csv or .txt file');
  });
});
