import { describe, expect, it } from 'vitest';
import { Rig } from './rig.js';

describe('the first message of a connection', () => {
  it.each([
    ['', ['Empty message'], 'Empty message'],
    ['{', ['Invalid JSON'], 'Invalid JSON'],
    [' ', ['Invalid JSON'], 'Invalid JSON'],
    ['[1]', [], ''],
    ['5', [], ''],
    ['{}', ['Unable to identify protocol'], 'Unable to identify protocol'],
    ['{"cmd":5}', ['Unable to identify protocol'], 'Unable to identify protocol'],
    ['{"cmd":"ping","val":null}', ['Unable to identify protocol'], 'Unable to identify protocol'],
    ['{"method":5}', ['Unable to identify protocol'], 'Unable to identify protocol'],
  ])('%j is nobody: told so, and closed with 1000', (text, sent, reason) => {
    const peer = new Rig().connect();
    peer.say(text);
    expect([peer.take(), peer.closed]).toEqual([sent, { code: 1000, reason }]);
  });

  it('with cmd is CL4, also beside a method; it is in the room default, and its command runs', () => {
    const rig = new Rig();
    const peer = rig.connect();
    expect(peer.ask({ cmd: 'ping', method: 'handshake' })).toEqual([
      { cmd: 'statuscode', code: 'I:100 | OK', code_id: 100 },
    ]);
    expect(rig.board.hub.member(peer.memberId)?.gateway).toBe('cloudlink');
    expect(rig.board.hub.roomsOf(peer.memberId).map(({ name }) => name)).toEqual(['default']);
  });

  it('with method alone is Scratch, by either rules', () => {
    for (const scratch of ['strict', 'cloudlink'] as const) {
      const rig = new Rig({ scratch });
      const peer = rig.scratch('104');
      expect(rig.board.hub.member(peer.memberId)?.gateway).toBe('scratch');
    }
  });

  it('that looks like CL4 but is ill-typed can still be Scratch', () => {
    const rig = new Rig();
    const peer = rig.connect();
    peer.say({ cmd: 5, method: 'handshake', user: 'ada', project_id: '1' });
    expect(rig.board.hub.member(peer.memberId)?.name).toBe('ada');
  });

  it("with a user of bad length is nobody by CloudLink's rules, and a bad username by the strict ones", () => {
    const handshake = { method: 'handshake', user: 'x'.repeat(21), project_id: '1' };
    const loose = new Rig({ scratch: 'cloudlink' }).connect();
    loose.say(handshake);
    expect([loose.take(), loose.closed?.code]).toEqual([['Unable to identify protocol'], 1000]);
    const strict = new Rig().connect();
    strict.say(handshake);
    expect([strict.take(), strict.closed?.code]).toEqual([[], 4002]);
  });

  it('may be binary for CL4', () => {
    const peer = new Rig().connect();
    peer.say({ cmd: 'ping' }, true);
    expect(peer.told()).toMatchObject([{ code_id: 100 }]);
  });

  it('of Scratch must be text by the strict rules, as all that follow', () => {
    const rig = new Rig();
    const peer = rig.connect();
    peer.say({ method: 'handshake', user: 'ada', project_id: '1' }, true);
    expect([rig.board.hub.member(peer.memberId)?.gateway, peer.closed]).toEqual(['cloudlink', undefined]);
    peer.say({ method: 'handshake', user: 'ada', project_id: '1' });
    expect(rig.board.hub.member(peer.memberId)?.gateway).toBe('scratch');
  });

  it('must come in time', async () => {
    const rig = new Rig();
    const peer = rig.connect();
    await rig.clock.advance(11_000);
    expect(peer.closed).toMatchObject({ code: 1000, reason: expect.stringContaining('in time') });
  });

  it('waits, as all others, while too much is asked, and nothing of it is done', () => {
    const rig = new Rig({ hub: { limits: { messages: { burst: 2, perS: 1 } } } });
    const peer = rig.connect();
    expect([peer.say({ cmd: 'ping' }), peer.say({ cmd: 'setid', val: 'Ada' })]).toEqual([0, 0]);
    peer.take();
    expect(peer.say({ cmd: 'gmsg', val: 1 })).toBe(1000);
    expect(peer.take()).toEqual([]);
  });

  it('never changes: who spoke CL4 is answered as CL4', () => {
    const peer = new Rig().cl4();
    expect(peer.ask({ method: 'handshake', user: 'ada', project_id: '1' })).toMatchObject([
      { code_id: 101, details: { cmd: ['required field'] } },
    ]);
  });

  it('is the last when the server puts it out', () => {
    const rig = new Rig();
    const [nobody, cl4, scratch] = [rig.connect(), rig.cl4('Ada'), rig.scratch('1')];
    for (const { memberId } of [nobody, cl4, scratch]) rig.board.expel(memberId, 'enough');
    expect([nobody.closed, cl4.closed, scratch.closed]).toEqual([
      { code: 1000, reason: 'enough' },
      { code: 1000, reason: 'enough' },
      { code: 4000, reason: 'enough' },
    ]);
  });
});
