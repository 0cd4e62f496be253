/** A folder for what the test files of one run share, such as packages; it goes when the run has ended. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** How the programs that run the tests are told of it. */
const variable = 'STARLING_TEST_RUN';

export function setup(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'starling-run-'));
  process.env[variable] = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}

/** @throws where the run has none: its project in vitest.config.ts names this file. */
export function runFolder(): string {
  const folder = process.env[variable];
  if (folder === undefined) throw new Error(`${variable} is not set: test/support/run-folder.ts sets it`);
  return folder;
}
