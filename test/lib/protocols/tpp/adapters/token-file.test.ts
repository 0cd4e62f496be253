import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  defaultStateFolder,
  loadOrCreateToken,
  readToken,
  tokenPath,
} from '../../../../../lib/protocols/tpp/adapters/token-file.js';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'starling-token-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function modeOf(path: string): Promise<string> {
  return ((await stat(path)).mode & 0o777).toString(8);
}

describe('the control token', () => {
  it('is made once, 32 random bytes, in a file and folder for their owner alone', async () => {
    const state = join(folder, 'deep', 'starling');
    const made = await loadOrCreateToken(state);
    expect(made.path).toBe(tokenPath(state));
    expect(made.token).toMatch(/^[A-Za-z0-9_-]{43}$/);
    expect(await readFile(made.path, 'utf8')).toBe(`${made.token}\n`);
    expect([await modeOf(state), await modeOf(made.path)]).toEqual(['700', '600']);
    expect(await loadOrCreateToken(state)).toEqual(made);
    expect(await readToken(made.path)).toBe(made.token);
  });

  it('is another one in another folder', async () => {
    const one = await loadOrCreateToken(join(folder, 'one'));
    const two = await loadOrCreateToken(join(folder, 'two'));
    expect(one.token).not.toBe(two.token);
  });

  it.each([0o644, 0o640, 0o604, 0o660, 0o602])(
    'is refused when others can open it (mode %o)',
    async (mode) => {
      const { path } = await loadOrCreateToken(folder);
      await chmod(path, mode);
      await expect(readToken(path)).rejects.toMatchObject({ code: 'unsafe_token' });
      await expect(loadOrCreateToken(folder)).rejects.toThrow(
        `${path} can be read or written by others (mode ${mode.toString(8)})`,
      );
    },
  );

  it('is refused when others can replace it', async () => {
    const state = join(folder, 'state');
    await mkdir(state);
    await chmod(state, 0o777);
    await expect(loadOrCreateToken(state)).rejects.toThrow(`${state} can be written by others (mode 777)`);
  });

  it.each(['', '\n', 'short', 'two words that are long enough', 'x'.repeat(5000)])(
    'is refused when the file holds none (%j)',
    async (text) => {
      await writeFile(tokenPath(folder), text, { mode: 0o600 });
      await expect(loadOrCreateToken(folder)).rejects.toMatchObject({ code: 'bad_token' });
    },
  );

  it('of an older server is read however short it is; a server of ours takes none such for its own', async () => {
    await writeFile(tokenPath(folder), 'short\n', { mode: 0o600 });
    expect(await readToken(tokenPath(folder))).toBe('short');
    await expect(loadOrCreateToken(folder)).rejects.toMatchObject({ code: 'bad_token' });
  });

  it('that is not there can not be read', async () => {
    await expect(readToken(tokenPath(folder))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

describe('the state folder', () => {
  it.each([
    [{ HOME: '/home/op' }, '/home/op/.local/state/starling'],
    [{ HOME: '/home/op', XDG_STATE_HOME: '/var/state' }, '/var/state/starling'],
    [{ HOME: '/home/op', XDG_STATE_HOME: '/var/state', STARLING_STATE: '/srv/show' }, '/srv/show'],
    [{ HOME: '/home/op', XDG_STATE_HOME: '', STARLING_STATE: '' }, '/home/op/.local/state/starling'],
  ])('of %j is %s', (env, path) => {
    expect(defaultStateFolder(env)).toBe(path);
  });
});
