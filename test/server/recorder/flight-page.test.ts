import { beforeAll, describe, expect, it } from 'vitest';
import { Recording } from '../../../server/recorder/replay/recording.js';
import { plannedUseOf } from '../../../server/recorder/report/battery-plan.js';
import { fleetSeries } from '../../../server/recorder/report/fleet-series.js';
import type { FlightLog } from '../../../server/recorder/report/flight-log.js';
import {
  type FlightPageData,
  flightJson,
  flightPageData,
} from '../../../server/recorder/report/flight-page-data.js';
import { flightsOf } from '../../../server/recorder/report/flights.js';
import { findingsOf } from '../../../server/recorder/report/page/findings.js';
import { flightPage } from '../../../server/recorder/report/page/flight-page.js';
import { scriptSource } from '../../../server/recorder/report/page/time-line.js';
import { verdictOf } from '../../../server/recorder/report/page/verdict.js';
import { recordHealth } from '../../../server/recorder/report/record-health.js';
import { sessionReport } from '../../../server/recorder/report/session-report.js';
import { type Evening, logged, recordEvening } from './flight-support.js';
import { MemoryDisk } from './support.js';

type Given = Partial<Evening> & {
  readonly logs?: readonly FlightLog[];
  readonly tamper?: (disk: MemoryDisk) => void;
};

async function dataOf({ logs = [], tamper, ...evening }: Given): Promise<FlightPageData> {
  const disk = new MemoryDisk();
  await recordEvening({ ids: ['drone-1', 'drone-2', 'drone-3'], files: disk, ...evening });
  tamper?.(disk);
  const recording = await Recording.open(disk.sessionFiles());
  const { records, telemetryGaps, head, durationMs } = recording;
  const [flight] = flightsOf(records);
  if (!flight) throw new Error('no flight');
  const fleet = await fleetSeries(recording, flight);
  const plannedUse = plannedUseOf(records, flight);
  const report = sessionReport({ records, logs, flight: 0, expected: fleet.slots.keys(), plannedUse });
  if (!report) throw new Error('no report');
  return flightPageData({
    session: { name: '000001-20261122T014621Z', startUtcMs: head.utcMs, durationMs },
    ...{ flightNumber: 1, flights: 1, report, fleet, plannedUse },
    health: recordHealth({ verdict: await recording.verify(), records, telemetryGaps }),
    logs: { folder: '/logs', files: logs.length, ofOtherTimes: 0, troubles: [] },
  });
}

const pageOf = (data: FlightPageData) => flightPage({ data, made: 'Made today.' });

describe('the page of a flight', () => {
  let data: FlightPageData;
  let page: string;
  beforeAll(async () => {
    data = await dataOf({ logs: [logged('drone-2', { offsetMs: 250 })] });
    page = pageOf(data);
  });

  it('says first how the flight ended, and who needs a look', () => {
    expect(verdictOf(data)).toMatchObject({ tone: 'bad', title: '✗ 1 of 3 drones did not land as planned' });
    expect(findingsOf(data).map(({ what, text }) => `${what}: ${text}`)).toEqual([
      'Landing: drone-1: failsafe: wind; motors were stopped.',
      'Connection lost: drone-1 at 0:05.0: not back before the record of the flight ends.',
      'Alert: At 0:05.0: Wind 9 m/s → hold fleet.',
      'Battery: Used more than planned: drone-1 19 % (plan 15 %), drone-2 9 % (plan 5 %), drone-3 19 % (plan 15 %).',
      'Flight log: No flight log of drone-1, drone-3.',
    ]);
  });

  it('has start, path and battery of each drone, and where they are from', () => {
    const row = (id: string) =>
      new RegExp(`<tr class="[^"]*"><td class="words name">${id}</td>.*`).exec(page)?.[0];
    const cells = (id: string) => [...(row(id) ?? '').matchAll(/<td[^>]*>([^<]*)/g)].map(([, text]) => text);
    expect(cells('drone-1')).toEqual([
      ...['drone-1', 'slot-1', 'failsafe: wind; motors were stopped', '4.0', '2.0', '0.50', '0.20'],
      ...['19 % ²', '15 %', '76 %', '0', '1, not back'],
    ]);
    expect(cells('drone-2')).toEqual([
      ...['drone-2', 'slot-2', 'landed', '4.0', '2.0', '0.50', '0.20', '9 %', '5 %', '81 %', '0', '0'],
    ]);
  });

  it('draws batteries, paths, wind and connections', () => {
    expect(page.match(/<svg/g)?.length).toBe(4);
    expect(page).toContain('drone-2: 0.90 m');
    expect(page).toContain('From the flight logs of 1 of 3 drones');
  });

  it('has operator, alerts and the notes of drones in one line of time', () => {
    const order = [
      '<td>panel</td>',
      'show: running',
      'wind 9 m/s → hold fleet',
      'failsafe: wind<',
      'show: idle',
    ];
    const places = order.map((text) => page.indexOf(text, page.indexOf('<h2>Time line')));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(places[0]).toBeGreaterThan(0);
    expect(page).toContain('<td>drone-1, drone-2, drone-3</td><td class="text">start done</td>');
  });

  it('lets no script run but its own', () => {
    expect(page).toContain(`default-src 'none'; style-src 'unsafe-inline'; script-src ${scriptSource}"`);
    expect(page.match(/<script>/g)).toHaveLength(1);
    expect(page).not.toMatch(/src=|href=|@import|url\(/i);
  });

  it('is said to be intact, and by which hash', () => {
    expect(page).toContain('intact: every record follows the one before');
    expect(page).toContain(data.health.last?.hash);
  });

  it('as data says the same, and what is unknown is not there', () => {
    const json = JSON.parse(JSON.stringify(flightJson(data))) as { drones: Record<string, unknown>[] };
    expect(json.drones[0]).toMatchObject({
      id: 'drone-1',
      slot: 'slot-1',
      part: 'flew',
      end: { kind: 'bad' },
    });
    expect(json.drones[0]).not.toHaveProperty('trackingMaxM');
    expect(json).toMatchObject({ health: { state: 'whole' }, show: { name: 'evening' } });
  });
});

describe('a page of a record that has little, or lies', () => {
  it('escapes whatever drones and journal say', async () => {
    const evil = '<script>alert(1)</script>';
    const log = { ...logged('drone-2'), droneId: `"><img src=x onerror=1>${evil}` };
    const page = pageOf(await dataOf({ ids: [evil, log.droneId], logs: [log] }));
    expect(page.match(/<script/g)).toHaveLength(1);
    expect(page).not.toContain('<img');
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
  });

  it('says unknown, never zero, of what nobody told', async () => {
    const page = pageOf(await dataOf({ isMute: true }));
    expect(page).toMatch(/<span>least battery at the end<\/span><b>unknown<\/b>/);
    expect(page).toContain('What was used of the battery of any drone is not known.');
    expect(page).toContain('No flight log of drone-1, drone-2, drone-3.');
  });

  it('says TAMPERED before all else', async () => {
    const data = await dataOf({
      tamper: (disk) => {
        const parts = disk.stored.values().next().value;
        const text = Buffer.from(parts?.get('journal-0001.jsonl') ?? []).toString();
        parts?.set('journal-0001.jsonl', Buffer.from(text.replace('wind 9 m/s', 'wind 2 m/s')));
      },
    });
    expect(verdictOf(data)).toMatchObject({ tone: 'bad', title: expect.stringContaining('TAMPERED') });
    expect(pageOf(data)).toMatch(/journal, part 1, line \d+: record \d+, or the one before it, was changed/);
  });

  it('leaves the least important out of a long line of time, and says so', async () => {
    const data = await dataOf({ isMute: true });
    const [entry] = data.report.timeline;
    if (!entry) throw new Error('nothing happened');
    const notes = Array.from({ length: 2100 }, (_, i) => ({
      ...{ ...entry, kind: 'log', level: 'info' as const, id: 'drone-1', by: 'drone-1' },
      text: `note ${i}`,
    }));
    const timeline = [...notes, ...data.report.timeline];
    const page = pageOf({ ...data, report: { ...data.report, timeline } });
    expect(page.match(/<tr class="[a-z]+ [a-z]+"><td class="when">/g)).toHaveLength(2000);
    expect(page).toContain('<td>panel</td>');
    expect(page).toMatch(
      /Too many for one page, and so left out: 1\d\d of kind &quot;log&quot;; --json has all/,
    );
  });
});
