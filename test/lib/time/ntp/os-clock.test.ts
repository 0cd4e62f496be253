import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { OsClock } from '../../../../lib/time/ntp/adapters/os-clock.js';
import { parseTracking } from '../../../../lib/time/ntp/tracking.js';
import { FakeClock } from '../../../support/fake-clock.js';
import { until } from '../../../support/until.js';

const nowMs = 1_795_269_600_000;
/** Source: chronyc(1), the order of `tracking`: 13 columns after the reference id. */
const line =
  'C0A80101,192.168.1.1,3,1795269500.250000000,-0.000125000,0.000020,0.000030,-12.5,0.01,0.25,0.010000000,0.002000000,64.2,Normal\n';

describe('what chronyc says', () => {
  it('is a disciplined clock with its stratum, its root values and the time it was set', () => {
    expect(parseTracking(line, nowMs).state).toEqual({
      type: 'disciplined',
      by: 'chrony',
      leap: 0,
      stratum: 3,
      rootDelayS: 0.01,
      rootDispersionS: 0.002125,
      dispersionPerS: 0.25e-6,
      asOfUtcMs: nowMs,
      referenceUtcMs: 1_795_269_500_250,
    });
  });

  it('keeps its sentence while the matter is the same, so that nobody is told twice', () => {
    const later = line.replace('0.002000000', '0.003000000').replace('1795269500', '1795269564');
    expect(parseTracking(later, nowMs).text).toBe(parseTracking(line, nowMs).text);
  });

  it('passes a leap second on', () => {
    expect(parseTracking(line.replace('Normal', 'Insert second'), nowMs).state).toMatchObject({ leap: 1 });
    expect(parseTracking(line.replace('Normal', 'Delete second'), nowMs).state).toMatchObject({ leap: 2 });
  });

  it.each([
    ['no source yet', line.replace('Normal', 'Not synchronised')],
    ['stratum 16', line.replace(',3,', ',16,')],
    ['stratum 0', line.replace(',3,', ',0,')],
    ['chrony being its own reference', line.replace('C0A80101', '7F7F0101')],
    ['chrony following this very machine', line.replace('C0A80101', '7F000001')],
    ['a column too few', line.replace('64.2,', '')],
    ['a column too many', line.replace('64.2,', '64.2,1,')],
    ['no number where one belongs', line.replace('0.010000000', '')],
    ['nothing', ''],
  ])('is a clock that is alone at %s', (_, text) => {
    expect(parseTracking(text, nowMs).state).toEqual({ type: 'alone' });
  });
});

describe('the clock of the operating system', () => {
  const clocks: OsClock[] = [];
  afterEach(() => {
    for (const clock of clocks.splice(0)) clock.close();
  });

  /** A clock that runs `script` in place of chronyc. */
  function osClock(script: string, clock = new FakeClock(nowMs)) {
    const texts: string[] = [];
    const command = ['/bin/sh', '-c', script, 'chronyc'] as const;
    const os = new OsClock({ clock, command, onChange: (text) => texts.push(text) });
    clocks.push(os);
    return { os, texts, clock };
  }

  it('is alone until chrony has answered, and disciplined from then on', async () => {
    const { os, texts } = osClock(`test "$1" = tracking && echo '${line.trim()}'`);
    expect(os.state).toEqual({ type: 'alone' });
    await os.refresh();
    expect(os.state).toMatchObject({ type: 'disciplined', stratum: 3, asOfUtcMs: nowMs });
    expect(texts).toEqual(['the OS clock is kept by chrony, stratum 3']);
  });

  it('is asked again after 30 s, and tells what has changed', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'starling-test-'));
    const { os, texts, clock } = osClock(`cat '${folder}/line'`);
    await os.refresh();
    expect(texts).toEqual(['the OS clock is the reference: chrony does not run']);
    await clock.advance(29_999);
    await os.refresh();
    expect(texts).toHaveLength(1);
    writeFileSync(join(folder, 'line'), line);
    await clock.advance(1);
    await until(() => texts.length === 2);
    expect(os.state).toMatchObject({ type: 'disciplined', asOfUtcMs: nowMs + 30_000 });
    await os.refresh();
    expect(texts).toHaveLength(2);
    rmSync(folder, { recursive: true });
    await clock.advance(30_000);
    await until(() => texts.length === 3);
    expect(os.state).toEqual({ type: 'alone' });
  });

  it('is alone where chrony is not installed', async () => {
    const clock = new FakeClock();
    const os = new OsClock({ clock, command: ['/nowhere/chronyc'] });
    clocks.push(os);
    await os.refresh();
    expect(os.state).toEqual({ type: 'alone' });
    expect(os.text).toBe('the OS clock is the reference: chrony is not installed');
  });

  it('asks nothing more once closed, and waits for nothing', async () => {
    const { os, texts, clock } = osClock('exec sleep 60');
    const asked = os.refresh();
    os.close();
    await asked;
    expect(clock.pending).toBe(0);
    expect(texts).toEqual([]);
  });
});
