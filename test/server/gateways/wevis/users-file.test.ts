import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { readWevisUsers } from '../../../../server/gateways/wevis/adapters/read-users.js';
import { parseWevisUsers } from '../../../../server/gateways/wevis/users-file.js';

const folders: string[] = [];

afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true });
});

describe('a text of wevis users', () => {
  it('has a name, a role and a password a line, with comments and blanks', () => {
    const text = '# who may\r\n\r\n  ann operator se#cret  \r\nbj\u00f6rn\tviewer\t my pass word\r\n';
    expect([...parseWevisUsers(text, 'users')]).toEqual([
      ['ann', { password: 'se#cret', role: 'operator' }],
      ['bj\u00f6rn', { password: 'my pass word', role: 'viewer' }],
    ]);
    expect(parseWevisUsers('', 'users').size).toBe(0);
  });

  it.each([
    ['ann', 'users, line 2: a name, a role and a password are expected'],
    ['ann operator', 'users, line 2: a name, a role and a password are expected'],
    ['ann secret operator', 'users, line 2: the role of "ann" must be viewer'],
    ['ann admin secret', 'must be viewer (watches, fires cues) or operator (acts)'],
    ['ann viewer secret # of ann', 'users, line 2: a comment stands on a line of its own'],
    ['bob viewer again', 'users, line 2: there is a user "bob" already'],
    ['ann viewer se\ufffdcret', 'users, line 2: this is not UTF-8'],
  ])('with "%s" in it is refused, by its line, without the password', (line, message) => {
    const reading = () => parseWevisUsers(`bob viewer guess\n${line}`, 'users');
    expect(reading).toThrow(message);
    expect(reading).toThrow(expect.objectContaining({ code: 'bad_config' }));
    expect(reading).not.toThrow(/again|secret/);
  });
});

describe('a file of wevis users', () => {
  it('is read when it is its owner\u2019s alone', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'wevis-users-'));
    folders.push(folder);
    const path = join(folder, 'users');
    await writeFile(path, 'ann operator secret\n', { mode: 0o600 });
    expect(readWevisUsers(path).get('ann')).toEqual({ password: 'secret', role: 'operator' });
    await chmod(path, 0o640);
    expect(() => readWevisUsers(path)).toThrow(/can be read or written by others \(mode 640\)/);
    const none = join(folder, 'none');
    expect(() => readWevisUsers(none)).toThrow(
      `the file of wevis users ${none} can not be read: there is no such file`,
    );
  });
});
