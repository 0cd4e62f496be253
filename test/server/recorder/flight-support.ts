/** A flight as its tests need it: the log of a drone, the journal of an evening, and a recording of both. */
import {
  nanosecondsOf,
  noteMessage,
  SampleMessages,
} from '../../../drone-client/flight-log/flight-messages.js';
import type { FlightSample } from '../../../drone-client/flight-log/flight-sample.js';
import { McapPart, type PartMessage } from '../../../drone-client/flight-log/mcap-part.js';
import { topics } from '../../../drone-client/flight-log/topics.js';
import type { Telemetry } from '../../../server/fleet/telemetry.js';
import type { JournalEntry, JournalRecord } from '../../../server/recorder/record.js';
import { Recorder } from '../../../server/recorder/recorder.js';
import type { RecorderFiles } from '../../../server/recorder/recorder-files.js';
import { readFlightLog } from '../../../server/recorder/report/flight-log.js';
import { FakeClock } from '../../support/fake-clock.js';
import { anyDisk, drone, identity } from './support.js';

/** When the show begins, on the server's clock. */
export const startMs = 1_700_000_000_000;

type Flown = {
  /** The server's UTC minus the drone's; undefined: it never knows. */
  readonly offsetMs?: number;
  /** Its clock is set forward by this in mid-flight, and it knows. */
  readonly stepMs?: number;
  readonly seconds?: number;
  /** When it begins, on the server's clock. */
  readonly fromMs?: number;
};

/** A log as the drone writes it: 10 samples a second, off its path by 0.1 m a second, 1 % of battery a second. */
export function logOf(
  droneId: string,
  { offsetMs, stepMs = 0, seconds = 10, fromMs = startMs }: Flown = {},
): Uint8Array {
  const part = new McapPart(topics);
  const said = new SampleMessages();
  const bytes = [part.head('starling', { name: 'flight', metadata: new Map([['droneId', droneId]]) })];
  for (let second = 0; second < seconds; second++) {
    const messages: PartMessage[] = [];
    for (let tick = 0; tick < 10; tick++) {
      const sinceMs = second * 1000 + tick * 100;
      const stepped = second >= seconds / 2 ? stepMs : 0;
      const utcMs = fromMs + sinceMs - (offsetMs ?? 0) + stepped;
      const logNs = nanosecondsOf(fromMs + sinceMs - (offsetMs ?? 0));
      const push = ({ topic, text }: { topic: number; text: string }) =>
        messages.push({
          ...{ topic, logTimeNs: logNs, publishTimeNs: nanosecondsOf(utcMs) },
          data: new TextEncoder().encode(text),
        });
      const at = { x: second / 10, y: 0, z: 5 };
      const still = { x: 0, y: 0, z: 0 };
      const sample: FlightSample = {
        ...{ monotonicMs: sinceMs, utcMs, armed: true, task: 'play', failsafe: [], serverConnected: true },
        position: { positionM: at, velocityMPerS: still, ageMs: 0 },
        setpoint: { positionM: { x: 0, y: 0, z: 5 }, velocityMPerS: still, yawRad: 0 },
        battery: { voltageV: 16 - second / 10, fraction: 0.9 - second / 100 },
        led: { red: 0, green: 0, blue: 0 },
        clock: offsetMs === undefined ? undefined : { offsetMs: offsetMs - stepped, uncertaintyMs: 2 },
      };
      for (const message of said.of(sample, logNs)) push(message);
      if (second === 7 && tick === 0)
        push(noteMessage({ ...sample, level: 'warn', text: 'failsafe: wind' }, logNs, droneId));
    }
    bytes.push(part.chunk(messages));
  }
  bytes.push(part.tail());
  return Buffer.concat(bytes);
}

/** Records at s since the start of the show. */
export function journal(
  ...entries: readonly (readonly [atS: number, entry: JournalEntry])[]
): JournalRecord[] {
  const head = {
    seq: 0,
    utcMs: startMs - 600_000,
    monotonicMs: 0,
    kind: 'head',
    body: { serverId: 'server-1', software: '1' },
  };
  return [
    head,
    ...entries.map(([atS, { kind, body }], place) => ({
      ...{ seq: place + 1, utcMs: startMs + atS * 1000, monotonicMs: atS * 1000, kind, body: { ...body } },
    })),
  ];
}

export const phase = (name: string): JournalEntry => ({
  kind: 'state',
  body: { what: 'phase', value: { phase: name, startUtcMs: startMs } },
});

const ids = ['drone-1', 'drone-2'];
const flown = {
  ...{ result: 'landed', plannedStartS: startMs / 1000, firstSetpointS: startMs / 1000, startErrorMs: 4 },
  ...{ clockOffsetMs: 0, clockUncertaintyMs: 2, maxDistanceM: 0.5, rmsDistanceM: 0.2 },
};

export const evening = journal(
  [-300, { kind: 'state', body: { what: 'show', value: { name: 'evening', digest: 'abc', durationS: 60 } } }],
  [-20, { kind: 'action', body: { by: 'panel', name: 'start', ids } }],
  [-19, { kind: 'wish', body: { wish: 'start', ids, value: startMs } }],
  [-18, phase('countdown')],
  [-17, { kind: 'outcome', body: { action: 'start', result: { id: 'drone-1', ok: true } } }],
  [
    -17,
    {
      kind: 'outcome',
      body: { action: 'start', result: { id: 'drone-2', ok: false, code: 'refused', message: 'low' } },
    },
  ],
  [0, phase('running')],
  [
    4,
    {
      kind: 'alert',
      body: { alert: 'wind', level: 'error', text: 'wind 9 m/s', id: 'drone-1', value: 9, limit: 8 },
    },
  ],
  [5, { kind: 'state', body: { what: 'connected', value: false, id: 'drone-1', text: 'silence' } }],
  [8, { kind: 'state', body: { what: 'connected', value: true, id: 'drone-1' } }],
  [9, { kind: 'note', body: { level: 'info', text: 'the show is over' } }],
  [10, phase('idle')],
  [12, { kind: 'state', body: { what: 'flight', id: 'drone-1', value: flown } }],
);

export function logged(droneId: string, how?: Flown) {
  const log = readFlightLog(logOf(droneId, how));
  if (!log) throw new Error('no log');
  return log;
}

/** What an evening's server recorded of `ids`, of which the first is unlucky; `s` of its clock from `startMs` on. */
export type Evening = {
  readonly ids: readonly string[];
  readonly files: RecorderFiles;
  /** Drones of which the record has no telemetry. */
  readonly isMute?: boolean;
  /** When their motors stop, s after the start. */
  readonly downS?: number;
};

/** From the loading of the show 10 s before its start until half a minute after it. */
export async function recordEvening({ ids, files, isMute = false, downS = 20 }: Evening): Promise<void> {
  const clock = new FakeClock(startMs - 20_000);
  const sinceS = () => (clock.utcMs() - startMs) / 1000;
  const box = new Recorder({
    ...{ clock, files, identity },
    settings: { ...anyDisk, frameMs: 500, minFreeBytes: 0 },
    observe: () => ({
      drones: isMute ? [] : ids.map((id) => drone(id, { telemetry: told(sinceS(), downS) })),
      server: { slots: Object.fromEntries(ids.map((id, place) => [id, `slot-${place + 1}`])) },
    }),
    onAlarm: () => undefined,
    onRecovered: () => undefined,
    onWarning: () => undefined,
  });
  const [unlucky = '', ...lucky] = ids;
  const state = (what: string, value: unknown, id?: string) =>
    box.record({ kind: 'state', body: { what, value, id } });
  state('show', { name: 'evening', digest: 'abc123', durationS: 20 });
  await clock.advance(10_000);
  box.record({ kind: 'action', body: { by: 'panel', name: 'start', ids } });
  for (const id of ids) box.record({ kind: 'outcome', body: { action: 'start', result: { id, ok: true } } });
  state('phase', { phase: 'countdown', startUtcMs: startMs });
  state('battery_plan', { reserve: 0.8, flightS: Object.fromEntries(ids.map((id) => [id, 20])) });
  await clock.advance(15_000);
  state('phase', { phase: 'running', startUtcMs: startMs });
  box.record({
    kind: 'alert',
    body: { alert: 'wind', level: 'error', text: 'wind 9 m/s', action: 'hold_fleet' },
  });
  state('connected', false, unlucky);
  await clock.advance(20_000);
  for (const id of lucky) state('flight', flown, id);
  state('flight', { ...flown, result: 'failsafe: wind; motors were stopped' }, unlucky);
  state('phase', { phase: 'idle' });
  await clock.advance(2000);
  await box.close();
}

/** Armed from the start on, 1 % of battery a second. */
function told(sinceS: number, downS: number): Telemetry {
  const flownS = Math.min(downS, Math.max(0, sinceS));
  const armed = sinceS >= 0 && sinceS < downS;
  return { armed, wind: armed ? [4, 6, 270] : [], battery: [16 - flownS / 10, 0.95 - flownS / 100] };
}
