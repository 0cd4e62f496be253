import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { JobFolderFiles } from '../../../drone-client/jobs/adapters/job-folder-files.js';
import { jobPaths } from '../../../drone-client/jobs/job.js';

let root: string;
let folder: JobFolderFiles;
const at = (path: string) => join(root, path);
const write = (path: string, text: string) => {
  mkdirSync(dirname(at(path)), { recursive: true });
  writeFileSync(at(path), text);
};

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'starling-jobs-'));
  folder = new JobFolderFiles(root);
});
afterEach(() => rmSync(root, { recursive: true }));

describe('the folder of requests', () => {
  it('that is not there means that no helper is, and says what brings it', async () => {
    expect(await folder.obstacle()).toMatch(/no helper is installed .*package starling-drone brings it/);
    mkdirSync(at(jobPaths.requests), { recursive: true });
    expect(await folder.obstacle()).toBeUndefined();
  });

  it('gets an empty file by the name of the job, once, until it is taken away', async () => {
    mkdirSync(at(jobPaths.requests), { recursive: true });
    writeFileSync(at(join(jobPaths.requests, 'something')), '');
    expect([await folder.put('reboot'), await folder.put('reboot')]).toEqual([true, false]);
    expect(statSync(at(join(jobPaths.requests, 'reboot'))).size).toBe(0);
    expect(await folder.waiting()).toEqual(['reboot']);
    expect([await folder.withdraw('reboot'), await folder.withdraw('reboot')]).toEqual([true, false]);
    expect(readdirSync(at(jobPaths.requests))).toEqual(['something']);
  });

  it('gets nothing through a link that lies in the way', async () => {
    mkdirSync(at(jobPaths.requests), { recursive: true });
    symlinkSync(at('elsewhere'), at(join(jobPaths.requests, 'reboot')));
    expect(await folder.put('reboot')).toBe(false);
    expect(readdirSync(root)).toEqual(['run']);
  });
});

describe('what the helper has written', () => {
  it('is read as it is, and is nothing where it is not there or makes no sense', async () => {
    const result = { job: 'reboot', ok: false, text: 'armed', run: 3 };
    const path = join(jobPaths.results, 'reboot.json');
    expect(await folder.result('reboot')).toBeUndefined();
    for (const text of ['', '{', JSON.stringify({ ...result, job: 'update' }), 'x'.repeat(20_000)]) {
      write(path, text);
      expect(await folder.result('reboot')).toBeUndefined();
    }
    write(path, JSON.stringify(result));
    expect(await folder.result('reboot')).toEqual(result);
    const report = { outcome: 'done', sha256: 'a'.repeat(64), text: 'installed', atUtcMs: 5 };
    expect(await folder.updateReport()).toBeUndefined();
    write(jobPaths.updateReport, JSON.stringify(report));
    expect(await folder.updateReport()).toEqual(report);
  });

  it('tells whether any key is trusted', async () => {
    expect(await folder.trustObstacle()).toContain('starling-drone-setup --enroll KEYFILE');
    write(join(jobPaths.trustedKeys, 'fleet.pub'), 'a'.repeat(64));
    expect(await folder.trustObstacle()).toBeUndefined();
  });
});
