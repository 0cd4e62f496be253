import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JournalEntry } from '../../../server/recorder/record.js';
import { sessionsToRemove } from '../../../server/recorder/retention.js';
import { verifyJournal } from '../../../server/recorder/verify.js';
import { drone, MemoryDisk, recordsOf, rig } from './support.js';

const note = (text: string): JournalEntry => ({ kind: 'note', body: { level: 'info', text } });

function textsOf(parts: readonly Uint8Array[]): unknown[] {
  return recordsOf(parts).flatMap(({ kind, body }) => (kind === 'note' ? [body.text] : []));
}

function bytesOf(disk: MemoryDisk): string {
  return [...disk.partsOf('journal'), ...disk.partsOf('telemetry')]
    .map((part) => Buffer.from(part).toString())
    .join('---');
}

describe('the black box', () => {
  it('writes what happens within a tenth of a second, and makes it safe', async () => {
    const { clock, disk, recorder } = rig();
    await clock.advance(500);
    disk.calls.length = 0;
    const ids = ['drone-1'];
    recorder.record({ kind: 'action', body: { by: 'panel', name: 'land', ids } });
    await clock.advance(99);
    expect(disk.calls).toEqual([]);
    await clock.advance(1);
    expect(disk.calls).toEqual(['append', 'sync']);
    const [head, action] = recordsOf(disk.partsOf('journal'));
    expect(head).toMatchObject({
      seq: 0,
      kind: 'head',
      body: { serverId: 'server-1', stream: 'journal', version: 1 },
    });
    expect(action).toEqual({
      ...{ seq: 1, kind: 'action', body: { by: 'panel', ids, name: 'land' } },
      ...{ monotonicMs: 500, utcMs: 1_700_000_000_500 },
    });
  });

  it('writes what comes together at once, and telemetry every second', async () => {
    let frames = 0;
    const observe = () => ({ drones: [], server: { frame: frames++ } });
    const { clock, disk, recorder } = rig({}, { observe });
    for (let n = 0; n < 10; n++) recorder.record(note(`${n}`));
    await clock.advance(1200);
    expect(disk.calls.filter((call) => call === 'append')).toHaveLength(2);
    await clock.advance(1000);
    expect(disk.calls.filter((call) => call === 'append')).toHaveLength(3);
  });

  it('ends with the end of its telemetry, so that a shorter one shows', async () => {
    const { clock, disk, recorder } = rig();
    recorder.record(note('one'));
    await clock.advance(100);
    recorder.record(note('two'));
    await recorder.close();
    const telemetry = verifyJournal(disk.partsOf('telemetry'));
    const records = recordsOf(disk.partsOf('journal'));
    expect(records.map(({ kind }) => kind)).toEqual(['head', 'note', 'note', 'end']);
    expect(records.at(-1)?.body).toEqual({ telemetry: telemetry.last });
    expect(telemetry).toMatchObject({ isEnded: true, findings: [] });
    expect(verifyJournal(disk.partsOf('journal')).last).toEqual(recorder.last);
    recorder.record(note('too late'));
    expect(recorder.isRecording).toBe(false);
  });

  it('writes the same bytes for the same session, however fast the disk is', async () => {
    const session = async (hang: () => Promise<void>) => {
      const record = { current: drone('drone-1') };
      const { clock, disk, recorder } = rig(
        { maxPartBytes: 2000 },
        { observe: () => ({ drones: [record.current], server: { phase: 'idle' } }) },
      );
      for (let n = 0; n < 40; n++) {
        disk.hang = hang();
        recorder.record(note(`note ${n}`));
        record.current = drone('drone-1', { telemetry: { battery: [16 - n / 100, 1], armed: n % 2 === 0 } });
        await clock.advance(130);
      }
      await recorder.close();
      return bytesOf(disk);
    };
    const bytes = await session(() => Promise.resolve());
    expect(bytes.length).toBeGreaterThan(10_000);
    expect(await session(() => new Promise((resolve) => setImmediate(resolve)))).toBe(bytes);
  });

  it('goes on in another part when one is full, and the chain goes through', async () => {
    const { clock, disk, recorder } = rig({ maxPartBytes: 1000 });
    for (let n = 0; n < 20; n++) {
      recorder.record(note(`note ${n}`));
      await clock.advance(30);
    }
    await recorder.close();
    expect(disk.partsOf('journal').length).toBeGreaterThan(3);
    expect(textsOf(disk.partsOf('journal'))).toHaveLength(20);
  });

  it('throws nothing for a record that can not be written, and none is missing for it', async () => {
    const { clock, disk, recorder, told } = rig();
    recorder.record({ kind: 'state', body: { what: 'strange', value: () => 1 } });
    await clock.advance(100);
    expect(recordsOf(disk.partsOf('journal'))[1]).toMatchObject({
      kind: 'state',
      body: { leftOut: expect.any(String) },
    });
    expect(told).toEqual([]);
  });

  it('goes on when whoever it asks about the fleet fails, and says so once', async () => {
    const { clock, disk, recorder, told } = rig(
      {},
      {
        observe: () => {
          throw new Error('no fleet');
        },
      },
    );
    recorder.record(note('one'));
    await clock.advance(2000);
    const text = 'a frame was not recorded, nor may others be: no fleet';
    expect(told).toEqual([{ warning: text }]);
    expect(textsOf(disk.partsOf('journal'))).toEqual(['one', text]);
  });
});

describe('a full disk', () => {
  it('raises one alarm, stops the record, and afterwards the record says what is missing', async () => {
    const { clock, disk, recorder, told } = rig();
    recorder.record(note('before'));
    await clock.advance(1100);
    disk.capacity = 0;
    recorder.record(note('lost in the queue'));
    await clock.advance(3000);
    expect(told).toEqual([{ alarm: 'ENOSPC: as the test wants it' }]);
    expect(recorder.isRecording).toBe(false);
    for (let n = 0; n < 5; n++) recorder.record(note('lost'));
    recorder.record({ kind: 'alert', body: { alert: 'wind', level: 'error', text: 'wind' } });
    await clock.advance(25_000);
    recorder.record(note('lost after a try that failed'));
    expect(told).toHaveLength(1);
    disk.capacity = Number.POSITIVE_INFINITY;
    await clock.advance(20_000);
    expect(told).toHaveLength(2);
    expect(told[1]).toMatchObject({ lost: { note: 7, alert: 1 } });
    recorder.record(note('after'));
    await recorder.close();
    const records = recordsOf(disk.partsOf('journal'));
    const gap = records.find(({ kind }) => kind === 'gap');
    expect(gap?.body).toMatchObject({
      ...{ why: 'ENOSPC: as the test wants it', lost: { note: 7, alert: 1 }, sinceMonotonicMs: 1100 },
    });
    expect(textsOf(disk.partsOf('journal'))).toEqual(['before', 'after']);
    const heads = records.filter(({ kind }) => kind === 'head').map(({ body }) => body);
    expect(heads[1]).toMatchObject({ isAfterFailure: true, continues: { seq: 1 } });
    expect(recordsOf(disk.partsOf('telemetry')).map(({ kind }) => kind)).toContain('end');
  });

  it('that is full again loses no more than it lost', async () => {
    const { clock, disk, recorder, told } = rig();
    for (const text of ['one', 'two']) {
      disk.fault = { code: 'ENOSPC' };
      recorder.record(note(text));
      await clock.advance(1000);
      disk.fault = undefined;
      await clock.advance(12_000);
    }
    expect(told.map((said) => Object.keys(said as object)[0])).toEqual(['alarm', 'lost', 'alarm', 'lost']);
    const gaps = recordsOf(disk.partsOf('journal')).filter(({ kind }) => kind === 'gap');
    expect(gaps.map(({ body }) => body.lost)).toEqual([{ note: 1 }, { note: 1 }]);
  });

  it('that took a part of a line leaves a record that is whole', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 6000 }), async (capacity) => {
        const disk = new MemoryDisk();
        disk.capacity = capacity;
        const { clock, recorder } = rig({ maxPartBytes: 1500, telemetryFlushMs: 200 }, { disk });
        for (let n = 0; n < 15; n++) {
          recorder.record(note(`note ${n}`));
          await clock.advance(110);
        }
        disk.capacity = Number.POSITIVE_INFINITY;
        await clock.advance(11_000);
        recorder.record(note('last'));
        await recorder.close();
        const texts = textsOf(disk.partsOf('journal'));
        const gaps = recordsOf(disk.partsOf('journal')).filter(({ kind }) => kind === 'gap');
        const lost = gaps.reduce(
          (sum, { body }) => sum + Number((body.lost as { note?: number }).note ?? 0),
          0,
        );
        expect(texts.at(-1)).toBe('last');
        // A line may be on the disk though the disk never said so.
        expect(new Set(texts).size).toBe(texts.length);
        expect(texts.length + lost).toBeGreaterThanOrEqual(16);
        recordsOf(disk.partsOf('telemetry'));
      }),
      { numRuns: 15 },
    );
  });

  it.each(['begin', 'create', 'append', 'sync'] as const)('that fails to %s is tried again', async (of) => {
    const disk = new MemoryDisk();
    disk.fault = { code: 'EIO', of };
    const { clock, recorder, told } = rig({}, { disk });
    recorder.record(note('lost'));
    await clock.advance(35_000);
    expect(told).toEqual([{ alarm: 'EIO: as the test wants it' }]);
    disk.fault = undefined;
    await clock.advance(10_000);
    expect(told.at(-1)).toMatchObject({ lost: { note: 1 } });
    recorder.record(note('kept'));
    await recorder.close();
    expect(textsOf(disk.partsOf('journal'))).toEqual(['kept']);
  });

  it('is written on when the alarm itself fails', async () => {
    const onAlarm = () => {
      throw new Error('no horn');
    };
    const { clock, disk, recorder } = rig({}, { onAlarm });
    disk.fault = { code: 'ENOSPC' };
    recorder.record(note('lost'));
    await clock.advance(1000);
    disk.fault = undefined;
    await clock.advance(12_000);
    recorder.record(note('after'));
    await recorder.close();
    expect(textsOf(disk.partsOf('journal'))).toEqual(['after']);
  });

  it('is left its last room: others have to write as well', async () => {
    const { clock, disk, recorder, told } = rig({ minFreeBytes: 50e6 });
    disk.free = 60e6;
    await clock.advance(2500);
    disk.free = 49e6;
    recorder.record(note('lost'));
    await clock.advance(2000);
    expect(told).toEqual([{ alarm: 'the disk has 49 MB left: free some of it' }]);
    disk.free = 50e6;
    await clock.advance(10_000);
    expect(told[1]).toMatchObject({ lost: { note: 1 } });
  });

  it('has its last words when there is room at the end', async () => {
    const { clock, disk, recorder } = rig();
    disk.fault = { code: 'ENOSPC' };
    recorder.record(note('lost'));
    await clock.advance(500);
    disk.fault = undefined;
    await recorder.close();
    expect(recordsOf(disk.partsOf('journal')).map(({ kind }) => kind)).toEqual(['head', 'gap', 'end']);
  });
});

describe('a slow disk', () => {
  it('makes nobody wait: what the queue can not hold is counted, and told of when the disk has caught up', async () => {
    const { clock, disk, recorder, told } = rig({ maxQueuedBytes: 5000 });
    await clock.advance(1100);
    let goOn: () => void = () => undefined;
    disk.hang = new Promise((resolve) => {
      goOn = resolve;
    });
    for (let n = 0; n < 100; n++) {
      recorder.record(note(`note ${n}`));
      // The first are on their way while the others come.
      if (n === 4) await clock.advance(100);
    }
    await clock.advance(500);
    expect(told).toEqual([{ alarm: 'the disk is too slow' }]);
    goOn();
    await clock.advance(500);
    recorder.record(note('after'));
    await recorder.close();
    const texts = textsOf(disk.partsOf('journal'));
    expect(told.at(-1)).toEqual({ lost: { note: 101 - texts.length } });
    expect(texts.length).toBeGreaterThan(10);
    expect(texts.slice(-2)).toEqual([`note ${texts.length - 2}`, 'after']);
    const head = recordsOf(disk.partsOf('journal')).findLast(({ kind }) => kind === 'head');
    expect(head?.body).toMatchObject({ part: 2, continues: { seq: texts.length - 1 } });
  });

  it('that does not answer is an alarm long before the queue is full, and nothing is lost when it does', async () => {
    const { clock, disk, recorder, told } = rig();
    await clock.advance(1100);
    let goOn: () => void = () => undefined;
    disk.hang = new Promise((resolve) => {
      goOn = resolve;
    });
    recorder.record(note('late'));
    await clock.advance(4900);
    expect([told, recorder.isRecording]).toEqual([[], true]);
    await clock.advance(300);
    expect([told, recorder.isRecording]).toEqual([[{ alarm: 'the disk does not answer' }], false]);
    await clock.advance(60_000);
    expect(told).toHaveLength(1);
    goOn();
    await clock.advance(100);
    expect([told.at(-1), recorder.isRecording]).toEqual([{ lost: {} }, true]);
    await recorder.close();
    expect(recordsOf(disk.partsOf('journal')).map(({ kind }) => kind)).toEqual(['head', 'note', 'end']);
  });

  it('that never answers holds up the end for two seconds', async () => {
    const { clock, disk, recorder } = rig();
    disk.hang = new Promise(() => undefined);
    recorder.record(note('never'));
    await clock.advance(200);
    let isClosed = false;
    void recorder.close().then(() => {
      isClosed = true;
    });
    await clock.advance(1999);
    expect(isClosed).toBe(false);
    await clock.advance(1);
    expect(isClosed).toBe(true);
  });
});

describe('recordings of before', () => {
  const stored = (disk: MemoryDisk, name: string, bytes: number) =>
    disk.stored.set(name, new Map([['journal-0001.jsonl', new Uint8Array(bytes)]]));

  it('go when they are too old or too many, the oldest first, and what is no recording stays', async () => {
    const disk = new MemoryDisk();
    stored(disk, 'holiday pictures', 1e6);
    stored(disk, '000002-20231101T000000Z', 10);
    stored(disk, '000010-20231113T000000Z', 400);
    stored(disk, '000009-20231112T000000Z', 400);
    stored(disk, '000011-20231114T000000Z', 400);
    const { clock, recorder } = rig({ maxAgeMs: 5 * 86_400_000, maxTotalBytes: 1400 }, { disk });
    recorder.record(note('one'));
    await clock.advance(1200);
    expect(disk.calls.filter((call) => call.startsWith('remove'))).toEqual([
      'remove 000002-20231101T000000Z',
      'remove 000009-20231112T000000Z',
    ]);
    expect(recorder.session).toBe('000012-20231114T221320Z');
  });

  it('hold up nothing while they go, and go also where they have left no room', async () => {
    const disk = new MemoryDisk();
    stored(disk, '000010-20220101T000000Z', 400);
    disk.free = 1;
    const remove = disk.remove.bind(disk);
    let goOn: () => void = () => undefined;
    disk.remove = (name) => new Promise((resolve) => (goOn = () => resolve(remove(name))));
    const { clock, told } = rig({ minFreeBytes: 1000 }, { disk });
    await clock.advance(1200);
    expect(told).toEqual([{ alarm: expect.stringContaining('the disk has 0 MB left') }]);
    disk.free = 2000;
    await clock.advance(10_500);
    expect(told.at(-1)).toEqual({ lost: expect.anything() });
    goOn();
    await clock.advance(100);
    expect([...disk.stored.keys()]).toEqual(['000011-20231114T221320Z']);
  });

  it('go by their age alone where there is room, and by their size alone where they are young', () => {
    const sessions = [
      { name: '000002-20231102T000000Z', bytes: 5 },
      { name: '000001-20231101T000000Z', bytes: 5 },
      { name: '000003-20231103T000000Z', bytes: 5 },
    ];
    const moment = { utcMs: Date.UTC(2023, 10, 4), current: '000003-20231103T000000Z' };
    const day = 86_400_000;
    const gone = (maxAgeMs: number, maxTotalBytes: number) =>
      sessionsToRemove(sessions, { maxAgeMs, maxTotalBytes }, moment).map((name) => name.slice(0, 6));
    expect(gone(2.5 * day, 100)).toEqual(['000001']);
    expect(gone(100 * day, 14)).toEqual(['000001']);
    expect(gone(100 * day, 9)).toEqual(['000001', '000002']);
    expect(gone(0, 0)).toEqual(['000001', '000002']);
    expect(gone(100 * day, 15)).toEqual([]);
  });

  it('never cost the one that is being written, however large it is', async () => {
    const { clock, disk, recorder } = rig({ maxTotalBytes: 100, maxPartBytes: 500 });
    for (let n = 0; n < 20; n++) {
      recorder.record(note(`note ${n}`));
      await clock.advance(110);
    }
    expect(disk.calls.filter((call) => call.startsWith('remove'))).toEqual([]);
    expect(textsOf(disk.partsOf('journal'))).toHaveLength(20);
  });
});
