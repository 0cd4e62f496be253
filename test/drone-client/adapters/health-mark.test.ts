/** Root's helper reads there how the client is, and goes back to the old one where the new one does not come to it. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { keepHealthMark } from '../../../drone-client/adapters/health-mark.js';
import { type ClientHealth, parseClientHealth } from '../../../drone-client/jobs/job.js';
import { FakeClock } from '../../support/fake-clock.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'starling-health-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('is there from the start, follows what changes, and is never half a file', async () => {
  const clock = new FakeClock();
  let health: ClientHealth = { version: '0.2.0', server: false, vehicle: false };
  const read = () => parseClientHealth(JSON.parse(readFileSync(join(folder, 'health'), 'utf8')));
  const stop = keepHealthMark({ clock, folder, health: () => health, onTrouble: expect.unreachable });
  expect(read()).toEqual(health);
  health = { ...health, server: true, vehicle: true };
  await clock.advance(500);
  expect(read()).toEqual(health);
  const written = statSync(join(folder, 'health')).ino;
  await clock.advance(2000);
  expect([readdirSync(folder), statSync(join(folder, 'health')).ino]).toEqual([['health'], written]);
  stop();
  expect(clock.pending).toBe(0);
});

it('that can not be written is told once, and written when it can be', async () => {
  const clock = new FakeClock();
  const troubles: string[] = [];
  const health = { version: '0.2.0', server: true, vehicle: true };
  const gone = join(folder, 'gone');
  keepHealthMark({ clock, folder: gone, health: () => health, onTrouble: (text) => troubles.push(text) });
  await clock.advance(2000);
  expect(troubles).toEqual([expect.stringMatching(/gone\/health: .*could not be marked/)]);
});
