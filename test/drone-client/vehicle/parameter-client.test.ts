import { common } from 'mavlink-mappings';
import { describe, expect, it } from 'vitest';
import { ParamSetBits, ParamValueBits } from '../../../drone-client/vehicle/mavlink/messages.js';
import { DisconnectedError, RefusedError, RequestTimeoutError } from '../../../lib/errors.js';
import { FakeAutopilot, INT8, INT32, manyRows, REAL32 } from './fake-parameter-autopilot.js';

const table = [
  { id: 'COM_OBL_RC_ACT', type: INT32, value: 0 },
  { id: 'COM_OF_LOSS_T', type: REAL32, value: 1 },
  { id: 'MINUS', type: INT32, value: -1 },
  { id: 'SMALL', type: INT8, value: -3 },
];

const writes = (autopilot: FakeAutopilot): ParamSetBits[] =>
  autopilot.sent.filter((message) => message instanceof ParamSetBits);
const reads = (autopilot: FakeAutopilot): common.ParamRequestRead[] =>
  autopilot.sent.filter((message) => message instanceof common.ParamRequestRead);

describe('reading a parameter', () => {
  it('asks the autopilot by name and tells value and kind', async () => {
    const autopilot = new FakeAutopilot(table);
    const value = await autopilot.finish(autopilot.client.read('MINUS', 0));
    expect(value).toEqual({ id: 'MINUS', value: -1, type: 'integer' });
    expect(autopilot.sent).toHaveLength(1);
    expect(autopilot.sent[0]).toMatchObject({
      targetSystem: 7,
      targetComponent: 1,
      paramId: 'MINUS',
      paramIndex: -1,
    });
  });

  it('takes integers as converted floats where the autopilot sends them so', async () => {
    const autopilot = new FakeAutopilot(table, { encoding: 'cast', hidesIndex: true });
    expect(await autopilot.finish(autopilot.client.read('SMALL', 0))).toMatchObject({ value: -3 });
    expect(await autopilot.finish(autopilot.client.read('MINUS', 0))).toMatchObject({ value: -1 });
  });

  it('follows the autopilot when it tells another encoding than the flavour has', async () => {
    const autopilot = new FakeAutopilot(table, { encoding: 'cast' });
    autopilot.client.setEncoding('bytes');
    expect((await autopilot.finish(autopilot.client.read('MINUS', 0))).value).not.toBe(-1);
    autopilot.client.setEncoding('cast');
    expect((await autopilot.finish(autopilot.client.read('MINUS', 0))).value).toBe(-1);
  });

  it('asks five times again and then says that nobody answers for that name', async () => {
    const autopilot = new FakeAutopilot(table);
    const error = await autopilot.finish(autopilot.client.read('NOT_THERE', 0).catch((caught) => caught));
    expect(error).toBeInstanceOf(RefusedError);
    expect(error).toMatchObject({ code: 'unknown_parameter' });
    expect(error.message).toContain('NOT_THERE');
    expect(reads(autopilot)).toHaveLength(6);
    expect(autopilot.nowMs).toBeGreaterThanOrEqual(6 * 500);
    expect(autopilot.nowMs).toBeLessThanOrEqual(6 * 1000);
  });

  it.each(['', 'SEVENTEEN_LETTERS', 'WITH BLANK', 'ÜMLAUT'])(
    'asks nobody for "%s", which can not be a name',
    async (id) => {
      const autopilot = new FakeAutopilot(table);
      await expect(autopilot.client.read(id, 0)).rejects.toMatchObject({ code: 'unknown_parameter' });
      expect(autopilot.sent).toEqual([]);
    },
  );

  it('finds its answer under an id with NULs and what stands behind them', async () => {
    const autopilot = new FakeAutopilot(table);
    const reading = autopilot.client.read('MINUS', 0);
    autopilot.isMute = true;
    const answer = { paramId: 'MINUS\0\0rest', paramType: INT32, paramBits: 5, paramIndex: 2, paramCount: 4 };
    autopilot.client.received(Object.assign(new ParamValueBits(), answer), 10);
    expect(await reading).toEqual({ id: 'MINUS', value: 5, type: 'integer' });
  });

  it('keeps no more than five questions on the line, and answers them all', async () => {
    const autopilot = new FakeAutopilot(manyRows(40));
    const all = Promise.all(autopilot.table.map(({ id }) => autopilot.client.read(id, 0)));
    expect(autopilot.sent).toHaveLength(5);
    const answer = { paramId: 'P_00000', paramType: REAL32, paramBits: 0, paramIndex: 0, paramCount: 40 };
    autopilot.client.received(Object.assign(new ParamValueBits(), answer), 1);
    expect(autopilot.sent).toHaveLength(6);
    const values = await autopilot.finish(all);
    expect(values.map(({ value }) => value)).toEqual(autopilot.table.map(({ value }) => value));
    expect(autopilot.sent).toHaveLength(40);
  });

  it('ends when the autopilot is lost, also for those that wait', async () => {
    const autopilot = new FakeAutopilot(manyRows(10));
    const outcomes = Promise.allSettled([
      ...autopilot.table.map(({ id }) => autopilot.client.read(id, 0)),
      autopilot.client.list(0),
      autopilot.client.set('P_00001', 5, 0),
    ]);
    autopilot.client.disconnect();
    for (const outcome of await outcomes)
      expect(outcome).toMatchObject({ reason: expect.any(DisconnectedError) });
    const { length } = autopilot.sent;
    await autopilot.run(5000);
    expect(autopilot.sent).toHaveLength(length);
  });
});

describe('setting a parameter', () => {
  it("writes an integer as the float's bytes, waits for the echo and reads it back", async () => {
    const autopilot = new FakeAutopilot(table);
    const stored = await autopilot.finish(autopilot.client.set('COM_OBL_RC_ACT', 4, 0));
    expect(stored).toEqual({ id: 'COM_OBL_RC_ACT', value: 4, type: 'integer' });
    expect(autopilot.value('COM_OBL_RC_ACT')).toBe(4);
    expect(writes(autopilot)).toEqual([
      expect.objectContaining({ paramBits: 4, paramType: INT32, targetSystem: 7, targetComponent: 1 }),
    ]);
    expect(reads(autopilot)).toHaveLength(2);
  });

  it('writes an integer as a converted float to an autopilot that wants it so', async () => {
    const autopilot = new FakeAutopilot(table, { encoding: 'cast', hidesIndex: true });
    expect((await autopilot.finish(autopilot.client.set('SMALL', 4, 0))).value).toBe(4);
    expect(writes(autopilot)[0]?.paramBits).toBe(0x40800000);
  });

  it('writes negative integers', async () => {
    const autopilot = new FakeAutopilot(table);
    expect((await autopilot.finish(autopilot.client.set('MINUS', -70000, 0))).value).toBe(-70000);
    expect(autopilot.value('MINUS')).toBe(-70000);
  });

  it('takes the nearest 32-bit float of a real value for that value', async () => {
    const autopilot = new FakeAutopilot(table);
    const { value } = await autopilot.finish(autopilot.client.set('COM_OF_LOSS_T', 0.85, 0));
    expect(value).toBe(Math.fround(0.85));
  });

  it.each([
    ['MINUS', Number.NaN, 'not a number'],
    ['COM_OF_LOSS_T', Number.NaN, 'not a number'],
    ['COM_OF_LOSS_T', 1e39, '32-bit float'],
    ['COM_OF_LOSS_T', Number.POSITIVE_INFINITY, '32-bit float'],
    ['MINUS', 0.5, 'whole numbers'],
    ['MINUS', 2 ** 31, '-2147483648 to 2147483647'],
    ['MINUS', -(2 ** 31) - 1, '-2147483648 to 2147483647'],
    ['MINUS', Number.NEGATIVE_INFINITY, '-2147483648 to 2147483647'],
    ['SMALL', 128, '-128 to 127'],
  ])('refuses %s = %d, and writes nothing', async (id, value, reason) => {
    const autopilot = new FakeAutopilot(table);
    const error = await autopilot.finish(autopilot.client.set(id, value, 0).catch((caught) => caught));
    expect(error).toMatchObject({ code: 'bad_value', message: expect.stringContaining(reason) });
    expect(error.message).toContain(id);
    expect(writes(autopilot)).toEqual([]);
  });

  it('refuses an integer that a converted float does not carry', async () => {
    const autopilot = new FakeAutopilot(table, { encoding: 'cast' });
    const setting = autopilot.client.set('MINUS', 2 ** 24 + 1, 0);
    await expect(autopilot.finish(setting)).rejects.toMatchObject({ code: 'bad_value' });
    expect(writes(autopilot)).toEqual([]);
  });

  it('says both values when the autopilot stores another one', async () => {
    const autopilot = new FakeAutopilot(table, { store: (_, value) => Math.min(value, 2) });
    const error = await autopilot.finish(
      autopilot.client.set('COM_OF_LOSS_T', 2.6, 0).catch((caught) => caught),
    );
    expect(error).toBeInstanceOf(RefusedError);
    expect(error).toMatchObject({ code: 'refused' });
    expect(error.message).toMatch(/COM_OF_LOSS_T .*2\.6\b.* 2:/);
  });

  it('tells neighbouring large integers apart', async () => {
    const autopilot = new FakeAutopilot(table, { store: () => 2 ** 24 });
    const setting = autopilot.client.set('MINUS', 2 ** 24 + 1, 0);
    await expect(autopilot.finish(setting)).rejects.toMatchObject({ code: 'refused' });
  });

  it('is not misled by a late answer with the value before', async () => {
    const autopilot = new FakeAutopilot(table);
    const setting = autopilot.client.set('COM_OBL_RC_ACT', 4, 0);
    await autopilot.run(20);
    expect(writes(autopilot)).toHaveLength(1);
    const late = { paramId: 'COM_OBL_RC_ACT', paramType: INT32, paramBits: 0, paramIndex: 0, paramCount: 4 };
    for (let copies = 0; copies < 2; copies += 1) {
      autopilot.client.received(Object.assign(new ParamValueBits(), late), 21);
      for (let turns = 0; turns < 4; turns += 1) await Promise.resolve();
    }
    expect((await autopilot.finish(setting)).value).toBe(4);
  });

  it('says that it got no answer when the autopilot falls silent at the writing', async () => {
    const autopilot = new FakeAutopilot(table, {
      store: (_, value) => {
        autopilot.isMute = true;
        return value;
      },
    });
    autopilot.say = () => undefined;
    const setting = autopilot.client.set('MINUS', 5, 0).catch((caught) => caught);
    const answer = { paramId: 'MINUS', paramType: INT32, paramBits: 0, paramIndex: 2, paramCount: 4 };
    autopilot.client.received(Object.assign(new ParamValueBits(), answer), 10);
    expect(await autopilot.finish(setting)).toBeInstanceOf(RequestTimeoutError);
    expect(writes(autopilot)).toHaveLength(6);
  });

  it('works over a line that loses every third message', async () => {
    const autopilot = new FakeAutopilot(table, { loss: 0.3, seed: 5 });
    expect((await autopilot.finish(autopilot.client.set('COM_OBL_RC_ACT', 4, 0))).value).toBe(4);
    expect(autopilot.value('COM_OBL_RC_ACT')).toBe(4);
  });

  it('goes no further when the autopilot is lost between two of its steps', async () => {
    const autopilot = new FakeAutopilot(table);
    const setting = autopilot.client.set('MINUS', 5, 0);
    const answer = { paramId: 'MINUS', paramType: INT32, paramBits: 0, paramIndex: 2, paramCount: 4 };
    autopilot.client.received(Object.assign(new ParamValueBits(), answer), 10);
    autopilot.client.disconnect();
    await expect(setting).rejects.toBeInstanceOf(DisconnectedError);
    expect(writes(autopilot)).toEqual([]);
  });
});

describe('listing the parameters', () => {
  it('takes the flood in one go on a good line, without the hash', async () => {
    const autopilot = new FakeAutopilot(manyRows(1430));
    const all = await autopilot.finish(autopilot.client.list(0));
    expect(autopilot.sent).toHaveLength(1);
    expect([...all.values()].map(({ value }) => value)).toEqual(autopilot.table.map(({ value }) => value));
    expect(all.has('_HASH_CHECK')).toBe(false);
  });

  it.each([1, 2, 3])('is complete over a line that loses 30 % (seed %d), in under 60 s', async (seed) => {
    const autopilot = new FakeAutopilot(manyRows(1430), { loss: 0.3, seed, queue: 20, hidesIndex: true });
    const all = await autopilot.finish(autopilot.client.list(0));
    expect([...all.values()].map(({ value }) => value)).toEqual(autopilot.table.map(({ value }) => value));
    expect(autopilot.nowMs).toBeLessThan(60_000);
  });

  it('asks for gaps only after half a second of silence, twenty at once', async () => {
    const autopilot = new FakeAutopilot(manyRows(100), { loss: 0 });
    const listing = autopilot.client.list(0);
    const dropped = autopilot.table.splice(40);
    await autopilot.run(10);
    autopilot.client.disconnect();
    await expect(listing).rejects.toBeInstanceOf(DisconnectedError);
    autopilot.table.push(...dropped);
    await autopilot.run(1000);

    autopilot.isMute = true;
    const again = autopilot.client.list(autopilot.nowMs);
    const from = autopilot.sent.length;
    for (const row of autopilot.table.slice(0, 50)) autopilot.say(row);
    await autopilot.run(500);
    expect(autopilot.sent).toHaveLength(from);
    await autopilot.run(30);
    const asked = reads(autopilot).map(({ paramIndex }) => paramIndex);
    expect(asked).toEqual(Array.from({ length: 20 }, (_, index) => 50 + index));
    autopilot.isMute = false;
    expect((await autopilot.finish(again)).size).toBe(100);
  });

  it('asks for the list again when not even the first value came', async () => {
    const autopilot = new FakeAutopilot(table);
    autopilot.isMute = true;
    const listing = autopilot.client.list(0);
    await autopilot.run(900);
    autopilot.isMute = false;
    expect((await autopilot.finish(listing)).size).toBe(4);
    expect(autopilot.sent).toHaveLength(2);
  });

  it('says how many are missing after 60 s', async () => {
    const autopilot = new FakeAutopilot(manyRows(30));
    autopilot.isMute = true;
    const listing = autopilot.client.list(0).catch((caught) => caught);
    for (const row of autopilot.table.slice(0, 23)) autopilot.say(row);
    const error = await autopilot.finish(listing);
    expect(error).toMatchObject({ code: 'parameters_missing' });
    expect(error.message).toContain("7 of the autopilot's 30 parameters are missing");
    expect(autopilot.nowMs).toBeGreaterThanOrEqual(60_000);
    expect(autopilot.nowMs).toBeLessThan(60_100);
  });

  it('says so when the autopilot sends none at all', async () => {
    const autopilot = new FakeAutopilot([]);
    const listing = autopilot.client.list(0).catch((caught) => caught);
    expect((await autopilot.finish(listing)).message).toContain('sent none of its parameters');
  });

  it('starts anew when the count changes in between, and takes no place for another', async () => {
    const autopilot = new FakeAutopilot(manyRows(10));
    const listing = autopilot.client.list(0);
    await autopilot.run(10);
    autopilot.isMute = true;
    const stale = autopilot.table.slice(0, 5);
    autopilot.client.disconnect();
    await expect(listing).rejects.toBeInstanceOf(DisconnectedError);
    await autopilot.run(100);

    const again = autopilot.client.list(autopilot.nowMs);
    for (const row of stale) autopilot.say(row);
    await autopilot.run(50);
    autopilot.table.splice(1, 2);
    autopilot.table.unshift({ id: 'A_NEW', type: INT32, value: 1 });
    autopilot.isMute = false;
    const [first] = autopilot.table;
    if (first) autopilot.say(first);
    const all = await autopilot.finish(again);
    expect([...all.keys()]).toEqual(autopilot.table.map(({ id }) => id));
  });

  it('is shared by those who ask at the same time', async () => {
    const autopilot = new FakeAutopilot(table);
    const [one, other] = [autopilot.client.list(0), autopilot.client.list(0)];
    expect(await autopilot.finish(one)).toBe(await autopilot.finish(other));
    expect(autopilot.sent).toHaveLength(1);
  });

  it('is not disturbed by duplicates, by answers without an index and by reads meanwhile', async () => {
    const autopilot = new FakeAutopilot(manyRows(50), { hidesIndex: true });
    const listing = autopilot.client.list(0);
    const reading = autopilot.client.read('P_00003', 0);
    for (const row of autopilot.table.slice(0, 10)) autopilot.say(row);
    expect((await autopilot.finish(listing)).size).toBe(50);
    expect((await autopilot.finish(reading)).value).toBe(Math.fround(0.3));
  });
});
