/** Another show takes the place of the loaded one while the server runs. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { version } from '../../bin/version.js';
import { runCtl } from '../../lib/protocols/tpp/adapters/run-ctl.js';
import { readToken } from '../../lib/protocols/tpp/adapters/token-file.js';
import { SystemClock } from '../../lib/time/adapters/system-clock.js';
import { startServer } from '../../server/main.js';

function write(folder: string, name: string, rows: readonly string[]): string {
  const path = join(folder, name);
  mkdirSync(path);
  writeFileSync(join(path, 'drone-1.csv'), `${name}\n${rows.join('\n')}\n`);
  return path;
}

it('a running server loads one show after the other, and keeps the one that it has when the next is wrong', async ({
  onTestFinished,
}) => {
  const folder = mkdtempSync(join(tmpdir(), 'starling-test-'));
  const good = ['1,0,0,0,0,255,0,0', '2,0,0,0,0,0,255,0'];
  const [first, second] = [write(folder, 'dawn', good), write(folder, 'dusk', good)];
  const broken = write(folder, 'broken', [...good, '3,0,zero,0,0,0,0,0']);
  const server = await startServer({
    ...{ clock: new SystemClock(), version, stateFolder: join(folder, 'state'), isHeadless: true },
    ...{ port: 0, bind: '127.0.0.1', controlPort: 0, isDiscoverable: false, showPath: first },
  });
  onTestFinished(async () => {
    await server.close();
    rmSync(folder, { recursive: true });
  });
  const ctl = async (action: string, ...ids: string[]) => {
    const lines: string[] = [];
    const code = await runCtl({
      ...{
        action,
        words: ids,
        host: '127.0.0.1',
        port: server.controlPort,
        write: (line) => lines.push(line),
      },
      token: await readToken(server.tokenPath),
    });
    return { code, lines };
  };
  const name = () => server.facade.snapshot().show?.name;
  expect(name()).toBe('dawn');
  expect(await ctl('load', second)).toMatchObject({
    code: 0,
    lines: expect.arrayContaining([expect.stringMatching(/^show +dusk \(1 drones/)]) as string[],
  });
  expect(name()).toBe('dusk');
  expect(await ctl('load', broken)).toMatchObject({
    code: 1,
    lines: [expect.stringMatching(/drone-1\.csv, line 4: y "zero"/)],
  });
  expect(await ctl('load', join(folder, 'nothing'))).toMatchObject({ code: 1 });
  expect(name()).toBe('dusk');
});
