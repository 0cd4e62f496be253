import { describe, expect, it } from 'vitest';
import { type Ending, Switchboard } from '../../../server/gateways/switchboard.js';
import type { Delivery } from '../../../server/hub/deliveries.js';
import { FakeClock } from '../../support/fake-clock.js';

function world() {
  const clock = new FakeClock();
  const board = new Switchboard(clock, { gateways: { strict: { needsLogin: true } } });
  const heard = new Map<string, Delivery[]>();
  const ended = new Map<string, Ending>();
  const enter = (id: string, gateway = 'open') => {
    const deliveries: Delivery[] = [];
    heard.set(id, deliveries);
    return board.connect(
      { id, gateway, address: '127.0.0.1' },
      { hear: (delivery) => deliveries.push(delivery), end: (why) => ended.set(id, why) },
    );
  };
  return { clock, board, heard, ended, enter };
}

describe('the switchboard', () => {
  it('brings to each visitor what the hub has for it, and to nobody who has left', () => {
    const { board, heard, enter } = world();
    for (const id of ['a', 'b']) {
      enter(id);
      board.hub.identify(board.ask(id, 1), 'open');
      board.hub.join(board.ask(id, 1), 'lobby');
    }
    board.hub.sendToRoom(board.ask('a', 5), { room: 'lobby', content: { value: 'one' } });
    board.disconnect('b', 'gone');
    board.hub.sendToRoom(board.ask('a', 5), { room: 'lobby', content: { value: 'two' } });
    expect(heard.get('b')?.map(({ type }) => type)).toEqual(['roomMessage']);
    expect(heard.get('a')?.map(({ type }) => type)).toEqual(['joined', 'left']);
  });

  it('ends, and takes out of the hub, who has not said in time what it speaks', async () => {
    const { clock, board, ended, enter } = world();
    enter('silent');
    enter('quick');
    board.hub.identify(board.ask('quick', 1), 'open');
    await clock.advance(9_500);
    expect(ended.size).toBe(0);
    await clock.advance(750);
    expect(ended.get('silent')?.what).toBe('identify');
    expect([board.hub.member('silent'), board.hub.member('quick')?.id]).toEqual([undefined, 'quick']);
  });

  it('ends who has not logged in within its time after that', async () => {
    const { clock, board, ended, enter } = world();
    enter('shy', 'strict');
    await clock.advance(1000);
    board.hub.identify(board.ask('shy', 1), 'strict');
    await clock.advance(4_700);
    expect(ended.size).toBe(0);
    await clock.advance(600);
    expect(ended.get('shy')).toMatchObject({ what: 'login' });
  });

  it('puts out whom an operator wants out, with the reason', () => {
    const { board, ended, enter } = world();
    enter('rude');
    board.expel('rude', 'put out by local');
    board.expel('nobody', 'put out by local');
    expect([...ended]).toEqual([['rude', { what: 'expelled', reason: 'put out by local' }]]);
    expect(board.hub.member('rude')).toBeUndefined();
  });

  it('keeps nobody whom the hub does not let in, and no timer when it is closed', () => {
    const { clock, board, enter } = world();
    enter('twin');
    expect(enter('twin').denied?.code).toBe('id_taken');
    board.close();
    expect(clock.pending).toBe(0);
  });

  it('tells nobody who leaves when all do, because it is closed', () => {
    const { board, heard, enter } = world();
    for (const id of ['a', 'b']) {
      enter(id);
      board.hub.identify(board.ask(id, 1), 'open');
      board.hub.join(board.ask(id, 1), 'lobby');
    }
    board.close();
    board.disconnect('b', 'the server ends');
    expect(heard.get('a')?.map(({ type }) => type)).toEqual(['joined']);
    expect(board.hub.member('b')).toBeUndefined();
  });
});
