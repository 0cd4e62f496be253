/**
 * A client whose disk can not be written, from its start on or from amid a flight, as a card does that wears out. Needs
 * root, e2fsprogs and loop devices.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { KeptClient } from '../support/kept-client.js';
import { MountSpace } from '../support/mount-space.js';
import { until } from '../support/until.js';

let space: MountSpace;
let rig: KeptClient;
let show: string;

const rateHz = 10;

/** Straight up from where the drone stands, 1.5 m, and down again. */
function hop(): string {
  const rise = (share: number) => 0.75 * (1 - Math.cos(Math.PI * Math.min(1, Math.max(0, share))));
  const heightAt = (second: number) => Math.min(rise((second - 1) / 4), rise((12 - second) / 4));
  const rows = Array.from(
    { length: 13 * rateHz },
    (_, n) => `${n},0,0,${heightAt(n / rateHz).toFixed(3)},0,0,0,0`,
  );
  return `hop\n${rows.join('\n')}\n`;
}

beforeEach(async () => {
  space = await MountSpace.open();
  await space.must('truncate -s 2G image && mkfs.ext4 -q -F image && mkdir disk && mount -o loop image disk');
  rig = await KeptClient.open({ kept: space.path('disk'), prefix: space.prefix });
  rig.place = space.inside('disk');
  show = join(rig.folder, 'hop');
  mkdirSync(show);
  writeFileSync(join(show, 'drone-1.csv'), hop());
  rig.start();
  await rig.joins();
  expect(await rig.send(show)).toMatchObject({ ok: true });
});

afterEach(async () => {
  await rig.close();
  await space.close();
});

/** What the client has said of its disk: how often each. */
function toldOfDisk(): { readonly [text: string]: number } {
  const lines = `${rig.client?.stdout}${rig.client?.stderr}`.split('\n');
  const told = lines.filter((line) => /EROFS|EIO|read-only|the flight log/.test(line));
  const counts: { [text: string]: number } = {};
  for (const line of told) {
    const text = /"msg":"(.*)"\}$/.exec(line)?.[1] ?? line;
    counts[text] = (counts[text] ?? 0) + 1;
    // What is read-only is not told as something that is missing.
    expect(text).not.toContain('ENOENT');
  }
  return counts;
}

async function takesOff(): Promise<void> {
  const { operations } = rig.server.facade;
  const blockers = () => JSON.stringify(rig.view?.blockers.map(({ text }) => text));
  await until(() => rig.view?.isReady === true, 30_000, blockers);
  const [authorized] = await operations.authorize([rig.id], { scope: 'live', validS: 60 });
  expect(authorized?.ok, authorized?.message).toBe(true);
  const [started] = await operations.start([rig.id], { delayS: 4 });
  expect(started?.ok, started?.message).toBe(true);
  await until(() => rig.view?.isArmed === true, 15_000);
}

async function lands(): Promise<void> {
  await until(
    () => rig.server.facade.snapshot().phase.phase === 'idle',
    40_000,
    () => rig.lines.slice(-5).join('\n'),
  );
  const report = (await rig.server.facade.ask(rig.id, 'flight_report')) as {
    readonly [key: string]: unknown;
  };
  expect(report, JSON.stringify(report)).toMatchObject({ result: 'landed', isFlying: false });
  expect(Number(report.maxDistanceM)).toBeLessThan(1);
  expect(rig.client?.hasEnded).toBe(false);
}

it('from its start on: it joins, flies the show that it has, and says once what it can not keep', {
  timeout: 120_000,
}, async () => {
  await rig.client?.stop();
  await space.must('mount -o remount,ro disk');
  rig.start();
  await rig.joins();
  await takesOff();
  await lands();
  const told = toldOfDisk();
  expect(Object.keys(told).join('\n')).toContain('the flight log has a gap');
  expect(Math.max(...Object.values(told))).toBe(1);
  const refused = [
    await rig.run('set_option', { option: 'FLIGHT/takeoff_height', value: '2' }),
    await rig.run('send_animation', { path: join(show, 'drone-1.csv') }),
  ];
  for (const { ok, message } of refused)
    expect([ok, message]).toEqual([false, expect.stringMatching(/read-only/)]);
  expect(rig.isThere).toBe(true);
});

it('from amid a flight on: the flight goes on to its end', { timeout: 120_000 }, async () => {
  await takesOff();
  await new Promise((resolve) => setTimeout(resolve, 2000));
  // What the kernel does to a disk of which it finds errors, though files are open.
  await space.must('mount -o remount,abort disk');
  await lands();
  const told = toldOfDisk();
  expect(Object.keys(told).join('\n')).toContain('the flight log has a gap');
  expect(Math.max(...Object.values(told))).toBe(1);
});
