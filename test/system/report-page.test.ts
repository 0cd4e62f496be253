import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runProgram } from '../support/program.js';

const circle = fileURLToPath(new URL('../../shows/circle', import.meta.url));
const run = promisify(execFile);

/** Nothing but the page itself is to be loaded: a browser without a network and without a profile. */
const quiet = [
  ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'],
  ...[
    '--disable-background-networking',
    '--disable-component-update',
    '--host-resolver-rules=MAP * ~NOTFOUND',
  ],
];

describe('the report of a show in a browser', () => {
  let folder: string;
  let page: string;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'starling-test-'));
    page = join(folder, 'report.html');
    const made = await runProgram(['show', 'report', circle, '-o', page]);
    expect(made).toMatchObject({ code: 0 });
  });

  afterEach(() => rmSync(folder, { recursive: true }));

  const browse = (...options: string[]) =>
    run(
      'chromium',
      [...quiet, `--user-data-dir=${join(folder, 'profile')}`, ...options, pathToFileURL(page).href],
      {
        maxBuffer: 64 * 1024 * 1024,
        timeout: 60_000,
      },
    );

  it('is one page with the verdict, the paths and the plots, and wants nothing from anywhere', async () => {
    const { stdout } = await browse('--dump-dom');
    expect(stdout).toContain('No violations');
    expect(stdout.match(/<svg/g)?.length).toBeGreaterThan(6);
    expect(readFileSync(page, 'utf8')).not.toMatch(/<script|src=|href=|@import|url\(/i);
  });

  it('prints on paper', async () => {
    const pdf = join(folder, 'report.pdf');
    await browse(`--print-to-pdf=${pdf}`, '--no-pdf-header-footer');
    expect(readFileSync(pdf, 'latin1')).toMatch(/^%PDF-/);
    const pages = readFileSync(pdf, 'latin1').match(/\/Type\s*\/Page[^s]/g)?.length ?? 0;
    expect(pages).toBeGreaterThan(1);
    expect(pages).toBeLessThan(12);
    expect(statSync(pdf).size).toBeGreaterThan(20_000);
  });
});
