import { describe, expect, it } from 'vitest';
import { parseCue } from '../../../../server/gateways/fleet/cues.js';
import { FleetCommands } from '../../../../server/gateways/fleet/fleet-commands.js';
import { FleetFeed } from '../../../../server/gateways/fleet/fleet-feed.js';
import { answerFleetMessages } from '../../../../server/gateways/fleet/fleet-messages.js';
import { Switchboard } from '../../../../server/gateways/switchboard.js';
import type { Delivery } from '../../../../server/hub/deliveries.js';
import type { HubValue, VisitorRole } from '../../../../server/hub/hub-types.js';
import { FakeClock } from '../../../support/fake-clock.js';
import { FakeFacade } from '../control/support/fake-facade.js';

const cueLines = { red: 'led_fill red=255', 'left red': 'led_fill red=255 on 1', freeze: 'stop' };

function world({ mayGuestsStop = false } = {}) {
  const clock = new FakeClock();
  const facade = new FakeFacade('drone-1', 'drone-2');
  const board = new Switchboard(clock, {
    gateways: { stage: { needsLogin: true, highestRole: 'operator' } },
  });
  const cues = Object.entries(cueLines).map(([name, line]) => parseCue(name, line));
  const commands = new FleetCommands({ facade, clock, cues, mayGuestsStop });
  board.hub.addPlugin({ name: 'fleet', commands: commands.commands });
  answerFleetMessages(board.hub, commands);
  const feed = new FleetFeed({ hub: board.hub, facade, clock, cues: commands.cueNames });
  const heard = new Map<string, Delivery[]>();
  const enter = (id: string, role: VisitorRole = 'guest') => {
    const deliveries: Delivery[] = [];
    heard.set(id, deliveries);
    board.connect(
      { id, gateway: 'stage', address: '127.0.0.1' },
      { hear: (d) => deliveries.push(d), end: () => 0 },
    );
    board.hub.identify(board.ask(id, 1), 'stage');
    board.hub.login(board.ask(id, 1), { name: id, role });
    return board.hub.join(board.ask(id, 1), 'show');
  };
  const say = async (id: string, value: HubValue, room = 'show') => {
    board.hub.sendToRoom(board.ask(id, 1, 'token'), { room, content: { value } });
    await clock.advance(0);
    const answers = (heard.get(id) ?? []).filter(({ type }) => type === 'privateMessage');
    const last = answers.at(-1);
    return last?.type === 'privateMessage'
      ? { value: last.content.value, correlation: last.correlation }
      : undefined;
  };
  return { clock, facade, board, heard, enter, say, feed };
}

describe('the fleet in the hub', () => {
  it('is there for whoever joins: drones as members, what is known of them, and the show', () => {
    const { board, facade, enter } = world();
    facade.receive('drone-1', {
      battery: [12.34, 0.876],
      current_position: [1.234, 2, 3, 90, 'map'],
      mode: 'OFFBOARD',
    });
    const joined = enter('ann');
    if (joined.denied) throw new Error(joined.denied.reason);
    expect(joined.roster.map(({ name, role }) => [name, role])).toEqual([
      ['drone-2', 'drone'],
      ['drone-1', 'drone'],
      ['ann', 'guest'],
    ]);
    expect(Object.fromEntries(joined.variables)).toMatchObject({
      phase: 'idle',
      title: 'wave',
      total: 2,
      connected: 2,
      cues: ['red', 'left red', 'freeze'],
      start_at: null,
    });
    expect(Object.fromEntries(board.hub.variablesOf('ann', 'drone:drone-1'))).toMatchObject({
      connected: true,
      battery: 88,
      voltage: 12.34,
      x: 1.23,
      y: 2,
      z: 3,
      frame: 'map',
      mode: 'OFFBOARD',
      latency_ms: null,
    });
  });

  it('tells changes alone, and no more often than five times a second', async () => {
    const { clock, facade, heard, enter } = world();
    enter('ann');
    const news = () => (heard.get('ann') ?? []).filter(({ type }) => type === 'memberVariables');
    for (let ms = 0; ms < 1000; ms += 20) {
      facade.receive('drone-1', { current_position: [ms, 0, 0, 0, 'map'] });
      await clock.advance(20);
    }
    expect(news().length).toBe(5);
    const [, second] = news();
    expect(second?.type === 'memberVariables' && Object.keys(second.changed)).toEqual(['x']);
    const before = news().length;
    facade.changed();
    await clock.advance(1000);
    expect(news().length).toBe(before);
  });

  it('is told in several stretches where that takes long, and nothing of it is lost', async () => {
    const { clock, board, facade, enter } = world();
    enter('ann');
    const read = clock.monotonicMs.bind(clock);
    const told: string[] = [];
    clock.monotonicMs = () => read() + told.length * 20;
    const hear = (news: Delivery) => {
      if (news.type !== 'memberVariables') return;
      told.push(`${news.member.name} ${news.changed.mode}`);
      clock.after(0, () => told.push('turn'));
    };
    board.connect({ id: 'slow', gateway: 'stage', address: '' }, { hear, end: () => 0 });
    board.hub.identify(board.ask('slow', 1), 'stage');
    board.hub.login(board.ask('slow', 1), { name: 'slow', role: 'operator' });
    board.hub.join(board.ask('slow', 1), 'show');
    for (const id of ['drone-1', 'drone-2']) facade.receive(id, { mode: 'one' });
    await clock.advance(250);
    expect(told).toEqual(['drone-1 one', 'turn', 'drone-2 one', 'turn']);
    facade.receive('drone-1', { mode: 'two' });
    await clock.advance(1000);
    expect(told.slice(4)).toEqual(['drone-1 two', 'turn']);
  });

  it('is looked at by nobody while there are no visitors', async () => {
    const { clock, board, facade, enter } = world();
    let looks = 0;
    const { snapshot } = facade;
    facade.snapshot = () => {
      looks++;
      return snapshot.call(facade);
    };
    facade.changed();
    await clock.advance(1000);
    expect(looks).toBe(0);
    enter('ann');
    board.disconnect('ann', 'gone');
    const seen = looks;
    facade.changed();
    await clock.advance(1000);
    expect([seen > 0, looks]).toEqual([true, seen]);
  });

  it('has its groups as rooms, those of reserved names aside', async () => {
    const { clock, board, facade, enter } = world();
    enter('ann');
    facade.groups.replace('left', ['drone-1']);
    facade.groups.replace('default', ['drone-2']);
    await clock.advance(250);
    const joined = board.hub.join(board.ask('ann', 1), 'left');
    expect(!joined.denied && joined.roster.map(({ name }) => name)).toEqual(['drone-1', 'ann']);
    expect(facade.lines.filter((line) => line.includes('group default is no room'))).toHaveLength(1);
    facade.groups.remove('left');
    await clock.advance(250);
    expect(board.hub.roomsOf('ann').map(({ name }) => name)).toEqual(['show']);
  });

  it('loses members that the server forgets', async () => {
    const { clock, board, facade, enter } = world();
    enter('ann');
    facade.drones = facade.drones.slice(0, 1);
    facade.changed();
    await clock.advance(250);
    expect(board.hub.roster('ann', 'show').map(({ name }) => name)).toEqual(['drone-1', 'ann']);
  });
});

describe('commands to the fleet', () => {
  it('let a guest fire the cues of the configuration, and say what became of them', async () => {
    const { facade, say, enter } = world();
    enter('ann');
    expect(await say('ann', '/cue left red')).toEqual({
      value: { command: 'cue', ok: true, answer: { done: 1, failed: [] } },
      correlation: 'token',
    });
    expect(facade.calls).toEqual([
      { action: 'led_fill', ids: ['drone-1'], options: { red: 255, green: 0, blue: 0 } },
    ]);
    expect(facade.lines.at(-1)).toBe('info: cue "left red" by "ann" (guest, stage)');
  });

  it('fire one cue only so often, whoever asks', async () => {
    const { clock, facade, say, enter } = world();
    enter('ann');
    enter('bob');
    await say('ann', '/cue red');
    expect(await say('bob', { command: 'cue', name: 'red' })).toMatchObject({
      value: { ok: false, code: 'too_fast' },
    });
    await clock.advance(500);
    expect(await say('bob', { command: 'cue', name: 'red' })).toMatchObject({ value: { ok: true } });
    expect(facade.calls).toHaveLength(2);
  });

  it('are refused to a guest by role, whatever they are, and nothing is done', async () => {
    const { facade, say, enter } = world();
    enter('ann');
    for (const command of [
      'start',
      'authorize',
      'takeoff',
      'land',
      'stop',
      'kill',
      'upload',
      'execute',
      'led_fill',
    ])
      expect(await say('ann', `/${command}`)).toMatchObject({
        value: { command, ok: false, code: 'not_allowed' },
      });
    expect(await say('ann', '/cue start')).toMatchObject({ value: { code: 'unknown_cue' } });
    for (const unknown of ['/arm', '/', '/ cue red', '/cue-red', '//'])
      expect(await say('ann', unknown)).toMatchObject({ value: { code: 'unknown_operation' } });
    expect(facade.calls).toEqual([]);
  });

  it('let a guest stop and land where the configuration says so, and nothing else', async () => {
    const { facade, say, enter } = world({ mayGuestsStop: true });
    enter('ann');
    expect(await say('ann', '/stop')).toMatchObject({ value: { ok: true } });
    expect(await say('ann', { command: 'land' })).toMatchObject({ value: { ok: true } });
    expect(await say('ann', '/pause')).toMatchObject({ value: { code: 'not_allowed' } });
    expect(facade.calls.map(({ action, ids }) => [action, ids.length])).toEqual([
      ['stop', 2],
      ['land', 2],
    ]);
  });

  it('of an operator concern the drones of the room that they are sent to, or the one drone', async () => {
    const { clock, board, facade, say, enter } = world();
    enter('olga', 'operator');
    facade.groups.replace('left', ['drone-2']);
    await clock.advance(250);
    board.hub.join(board.ask('olga', 1), 'left');
    facade.select = (text) => (text === '@left' ? ['drone-2'] : []);
    expect(await say('olga', '/led_fill red=7', 'left')).toMatchObject({ value: { ok: true } });
    board.hub.sendPrivate(board.ask('olga', 1), { to: 'drone:drone-1', content: { value: '/land' } });
    await clock.advance(0);
    expect(facade.calls).toEqual([
      { action: 'led_fill', ids: ['drone-2'], options: { red: 7, green: 0, blue: 0 } },
      { action: 'land', ids: ['drone-1'] },
    ]);
  });

  it('of guests reach a drone only so often, however many of them stop and land', async () => {
    const { clock, board, facade, say, enter } = world({ mayGuestsStop: true });
    for (const id of ['ann', 'bob']) enter(id);
    board.hub.sendPrivate(board.ask('ann', 1), { to: 'drone:drone-1', content: { value: '/land' } });
    expect(await say('bob', '/land')).toMatchObject({ value: { ok: true, answer: { done: 1 } } });
    expect(await say('ann', '/land')).toMatchObject({ value: { ok: false, code: 'too_fast' } });
    expect(await say('ann', '/stop')).toMatchObject({ value: { ok: true } });
    await clock.advance(500);
    expect(await say('ann', '/land')).toMatchObject({ value: { answer: { done: 2 } } });
    expect(facade.calls.map(({ action, ids }) => `${action} ${ids.join(' ')}`)).toEqual([
      'land drone-1',
      'land drone-2',
      'stop drone-1 drone-2',
      'land drone-1 drone-2',
    ]);
  });

  it('concern no other drones than their place says, whatever is in them', async () => {
    const { clock, board, facade, say, heard, enter } = world();
    enter('olga', 'operator');
    facade.groups.replace('left', ['drone-2']);
    await clock.advance(250);
    board.hub.join(board.ask('olga', 1), 'left');
    const wrong = { value: { ok: false, code: 'bad_body' } };
    expect(await say('olga', { command: 'land', select: 'all' }, 'left')).toMatchObject(wrong);
    expect(await say('olga', { command: 'land', all: true }, 'left')).toMatchObject(wrong);
    const value = { command: 'land', ids: ['drone-2'] };
    board.hub.sendPrivate(board.ask('olga', 1), { to: 'drone:drone-1', content: { value } });
    await clock.advance(0);
    expect(heard.get('olga')?.at(-1)).toMatchObject({ content: wrong });
    const args = { operation: 'land', drones: 'drone-1', arguments: { select: 'all' } };
    expect((await board.hub.run(board.ask('olga', 1), 'operate', args)).denied?.reason).toContain(
      'leave out',
    );
    expect(facade.calls).toEqual([]);
  });

  it('are in the log with who said them and how, and no name reads as another', async () => {
    const { facade, say, enter } = world();
    enter('olga', 'operator');
    enter('bob" (operator, stage)\n');
    await say('olga', '/led_fill red=7');
    expect(facade.lines.at(-1)).toBe(
      'info: led_fill 2 drones red=7 green=0 blue=0 by "olga" (operator, stage)',
    );
    await say('bob" (operator, stage)\n', '/cue red');
    expect(facade.lines.at(-1)).toBe(`info: cue "red" by "bob' (operator, stage)?" (guest, stage)`);
    expect(await say('olga', { command: 'cue', name: { toString: 'red' } })).toMatchObject({
      value: { ok: false, code: 'bad_arguments' },
    });
  });

  it('of an operator end at the role of an operator', async () => {
    const { facade, say, enter } = world();
    enter('olga', 'operator');
    expect(await say('olga', { command: 'execute', command_: 'ls' })).toMatchObject({ value: { ok: false } });
    expect(await say('olga', { command: 'reboot_all' })).toMatchObject({ value: { code: 'not_allowed' } });
    expect(await say('olga', { command: 'kill' })).toMatchObject({ value: { code: 'not_allowed' } });
    expect(await say('olga', { command: 'authorize', override: 'because' })).toMatchObject({
      value: { code: 'not_allowed' },
    });
    expect(facade.calls).toEqual([]);
  });

  it('say of each drone that did not do it why, and of a wrong argument what is wrong', async () => {
    const { facade, say, enter } = world();
    enter('olga', 'operator');
    facade.end = (id) =>
      id === 'drone-2' ? { id, ok: false, code: 'timed_out', message: 'no answer' } : { id, ok: true };
    expect(await say('olga', '/land')).toMatchObject({
      value: {
        ok: true,
        answer: { done: 1, failed: [{ drone: 'drone-2', code: 'timed_out', text: 'no answer' }] },
      },
    });
    expect(await say('olga', '/led_fill red=900')).toMatchObject({ value: { ok: false, code: 'usage' } });
    expect(await say('olga', '/STOP')).toMatchObject({ value: { ok: true, command: 'stop' } });
    expect(await say('olga', { command: 'led_fill', ids: ['drone-1'] })).toMatchObject({
      value: { code: 'bad_body' },
    });
  });

  it('are only what they say they are: talk stays talk', async () => {
    const { facade, board, heard, say, enter } = world();
    enter('ann');
    enter('bob');
    expect(await say('ann', 'land')).toBeUndefined();
    expect(await say('ann', { text: 'land' })).toBeUndefined();
    expect(heard.get('bob')?.filter(({ type }) => type === 'roomMessage')).toHaveLength(2);
    board.hub.join(board.ask('ann', 1), 'corner');
    expect(await say('ann', '/cue red', 'corner')).toBeUndefined();
    expect(facade.calls).toEqual([]);
  });

  it('can be switched off while the server runs', async () => {
    const { board, say, enter } = world();
    enter('ann');
    board.hub.switchCommand('cue', false);
    expect(await say('ann', '/cue red')).toMatchObject({ value: { ok: false, code: 'command_disabled' } });
    const asked = await board.hub.run(board.ask('ann', 1), 'cue', { name: 'red' });
    expect(asked.denied?.code).toBe('command_disabled');
  });

  it('are the hub’s own commands too', async () => {
    const { board, facade, enter } = world();
    enter('ann');
    enter('olga', 'operator');
    const args = { operation: 'land', drones: 'all', arguments: {} };
    expect((await board.hub.run(board.ask('ann', 1), 'operate', args)).denied?.code).toBe('not_allowed');
    expect(await board.hub.run(board.ask('olga', 1), 'operate', args)).toEqual({
      answer: { done: 2, failed: [] },
    });
    expect(await board.hub.run(board.ask('ann', 1), 'cue', { name: 'freeze' })).toMatchObject({
      answer: { done: 2 },
    });
    expect(facade.calls.map(({ action }) => action)).toEqual(['land', 'stop']);
  });
});
