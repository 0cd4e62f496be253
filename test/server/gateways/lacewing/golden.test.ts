/** The protocol's bytes as clients of others send and expect them, against a gateway on real sockets. */
import { describe, expect, it } from 'vitest';
import { hello, type RawClient, type Rig, serverText, startRig } from './support/rig.js';

const connected = (id: string) => `00 09 00 01 ${id}00 68656c6c6f`;

async function arrive(rig: Rig, id: string): Promise<RawClient> {
  const raw = await rig.raw();
  return raw.send(hello).expect(connected(id));
}

/** ann (0) in `room`, another (1), and cat (2) in the room as well. */
async function meet() {
  const rig = await startRig();
  const ann = await arrive(rig, '00');
  await ann.send('00 04 01 616e6e').expect('00 06 01 01 03 616e6e');
  await ann.send('00 06 02 00 726f6f6d').expect('00 0a 02 01 01 04 726f6f6d 0000');
  const other = await arrive(rig, '01');
  const cat = await arrive(rig, '02');
  await cat.send('00 04 01 636174').expect('00 06 01 01 03 636174');
  await cat.send('00 06 02 00 726f6f6d').expect('00 11 02 01 00 04 726f6f6d 0000 | 0000 01 03 616e6e');
  await ann.expect('90 08 0000 0200 00 636174');
  return { rig, ann, other, cat };
}

const filled = (head: string, count: number) => `${head} ${'78'.repeat(count)}`;

describe('the Lacewing gateway, byte by byte', () => {
  it('connects, names, creates a room and lets a second one join', async () => {
    const { ann, cat } = await meet();
    expect([ann.unread, cat.unread]).toEqual(['', '']);
  });

  it('tells of a rename and of a leave', async () => {
    const { ann, cat } = await meet();
    await cat.send('00 05 01 63617439').expect('00 07 01 01 04 63617439');
    await ann.expect('90 09 0000 0200 00 63617439');
    await ann.send('00 05 01 616e6e32').expect('00 07 01 01 04 616e6e32');
    await cat.expect('90 09 0000 0000 01 616e6e32');
    await cat.send('00 03 03 0000').expect('00 04 03 01 0000');
    await ann.expect('90 04 0000 0200');
  });

  it('carries texts, numbers, bytes and objects, each as it came', async () => {
    const { ann, cat } = await meet();
    await cat.send('20 05 06 0000 6869');
    await ann.expect('20 07 06 0000 0200 6869');
    await cat.send('21 07 06 0000 09000000');
    await ann.expect('21 09 06 0000 0200 09000000');
    await cat.send('22 07 ff 0000 deadbeef');
    await ann.expect('22 09 ff 0000 0200 deadbeef');
    await cat.send('50 07 05 0000 7b20207d');
    await ann.expect('60 09 05 0000 0200 7b20207d');
    // No UTF-8, and not made into any.
    await cat.send('20 05 06 0000 fffe');
    await ann.expect('20 07 06 0000 0200 fffe');
  });

  it('carries them to one peer, whichever way', async () => {
    const { ann, other, cat } = await meet();
    await cat.send('30 07 06 0000 0000 6869');
    await ann.expect('30 07 06 0000 0200 6869');
    await cat.send('60 07 05 0000 0000 7b7d');
    await ann.expect('70 07 05 0000 0200 7b7d');
    expect([other.unread, cat.unread]).toEqual(['', '']);
  });

  it('writes the size in one, three or five bytes', async () => {
    const { ann, cat } = await meet();
    await cat.send(filled('20 fe 2f01 06 0000', 300));
    await ann.expect(filled('20 fe 3101 06 0000 0200', 300));
    await cat.send(filled('20 ff 73110100 06 0000', 70_000));
    await ann.expect(filled('20 ff 75110100 06 0000 0200', 70_000));
  });

  it('lists the rooms, the fleet’s too, but none that are hidden', async () => {
    const { cat, other } = await meet();
    await cat.send('00 08 02 01 636174736f6e').expect('00 0c 02 01 01 06 636174736f6e 0100');
    for (const each of [other, cat])
      await each.send('00 01 04').expect('00 10 04 01 | 0000 04 73686f77 | 0200 04 726f6f6d');
  });

  it('kicks, and tells the one and the others', async () => {
    const { ann, cat } = await meet();
    await cat.send('80 05 0000 00 0000');
    await cat.expect(serverText('only the owner of "room" or an operator may put somebody out'));
    await ann.send('80 05 0000 00 0200').expect('90 04 0000 0200');
    await cat.expect('00 04 03 01 0000');
  });

  it('greets by UDP, and relays what is blasted as it came', async () => {
    const { ann, cat, other } = await meet();
    await (await cat.blast('70 0200')).expectBlast('a0');
    await (await ann.blast('70 0000')).expectBlast('a0');
    await cat.blast('21 0200 06 0000 09000000');
    await ann.expectBlast('21 06 0000 0200 09000000');
    await cat.blast('30 0200 06 0000 0000 6869');
    await ann.expectBlast('30 06 0000 0200 6869');
    expect([ann.unread, cat.unread, other.unread]).toEqual(['', '', '']);
  });

  it('sends what was blasted by TCP to one whose UDP is not known', async () => {
    const { ann, cat } = await meet();
    await cat.blast('21 0200 06 0000 09000000');
    await ann.expect('21 09 06 0000 0200 09000000');
  });

  it('asks whether a client is there, and takes its answer', async () => {
    const rig = await startRig({ limits: { pingIntervalMs: 20 } });
    const ann = await arrive(rig, '00');
    await (await ann.expect('b0 00')).send('90 00').expect('b0 00');
    expect(rig.board.hub.member('lacewing:1')?.latencyMs).toBeGreaterThanOrEqual(0);
  });

  it('skips what it does not know by its size', async () => {
    const rig = await startRig();
    const ann = await arrive(rig, '00');
    await ann.send('f3 03 010203 | a0 03 616263 | 70 00 | 00 02 09 00 | 00 04 01 616e6e');
    await ann.expect('00 06 01 01 03 616e6e');
  });

  it('reads a stream that comes byte by byte', async () => {
    const rig = await startRig();
    const ann = await rig.raw();
    for (const byte of Buffer.from('00000b007265766973696f6e2033', 'hex')) ann.send(Uint8Array.of(byte));
    await ann.expect(connected('00'));
  });
});
