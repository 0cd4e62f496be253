import { beforeEach, describe, expect, it } from 'vitest';
import { type Peer, Rig } from './rig.js';

describe('the fleet as CL4 shows it', () => {
  let rig: Rig;
  let ada: Peer;

  beforeEach(() => {
    rig = new Rig({ hub: { bridges: [{ room: 'lobby', gateways: 'all' }] } });
    const { fleet } = rig.board.hub;
    fleet.setDrone({ id: 'drone:kite', name: 'kite', rooms: ['show', 'red'] });
    fleet.setDroneVariables('drone:kite', { battery: 80, mode: null });
    fleet.setRoomVariables('show', { phase: 'idle', cues: ['gold'] });
    ada = rig.cl4('Ada');
  });

  const kite = { id: 'drone:kite', username: 'kite', uuid: 'drone:kite' };

  it('link tells who is there, and after its status the last values', () => {
    expect(ada.ask({ cmd: 'link', val: 'show' })).toEqual([
      { cmd: 'ulist', mode: 'set', val: [kite, ada.as('Ada')], rooms: 'show' },
      { cmd: 'statuscode', code: 'I:100 | OK', code_id: 100 },
      { cmd: 'gvar', name: 'phase', val: 'idle', rooms: 'show' },
      { cmd: 'gvar', name: 'cues', val: ['gold'], rooms: 'show' },
      { cmd: 'gvar', name: 'kite.battery', val: 80, rooms: 'show' },
      { cmd: 'gvar', name: 'kite.mode', val: '', rooms: 'show' },
    ]);
  });

  it('a value that changes is told once, in a room that both are in', () => {
    ada.ask({ cmd: 'link', val: ['red', 'show'] });
    const { fleet } = rig.board.hub;
    fleet.setDroneVariables('drone:kite', { battery: 79, x: 1.5, armed: false });
    fleet.setRoomVariables('show', { phase: 'flying' });
    expect(ada.told()).toEqual([
      { cmd: 'gvar', name: 'kite.battery', val: 79, rooms: 'red' },
      { cmd: 'gvar', name: 'kite.x', val: 1.5, rooms: 'red' },
      { cmd: 'gvar', name: 'kite.armed', val: false, rooms: 'red' },
      { cmd: 'gvar', name: 'phase', val: 'flying', rooms: 'show' },
    ]);
  });

  it('drones come, are renamed and go as users do', () => {
    ada.ask({ cmd: 'link', val: 'show' });
    const { fleet } = rig.board.hub;
    fleet.setDrone({ id: 'drone:kite', name: 'kestrel', rooms: ['show'] });
    fleet.removeDrone('drone:kite');
    expect(ada.told()).toEqual([
      { cmd: 'ulist', mode: 'remove', val: kite, rooms: 'show' },
      { cmd: 'ulist', mode: 'add', val: { ...kite, username: 'kestrel' }, rooms: 'show' },
      { cmd: 'ulist', mode: 'remove', val: { ...kite, username: 'kestrel' }, rooms: 'show' },
    ]);
  });

  it('nobody but the fleet sets its variables', () => {
    ada.ask({ cmd: 'link', val: 'show' });
    expect(ada.ask({ cmd: 'gvar', name: 'phase', val: 'x', listener: 'l' })).toMatchObject([
      { code: 'E:108 | Refused', listener: 'l', details: expect.stringContaining('only the fleet') },
    ]);
  });

  it('a command to a drone or to a room carries the listener, which comes back with the answer', () => {
    const asked: unknown[] = [];
    rig.board.hub.listen('fleet', (event) => {
      if (event.type === 'message') asked.push([event.to?.id, event.content.value, event.correlation]);
    });
    ada.ask({ cmd: 'link', val: 'show' });
    ada.say({ cmd: 'pmsg', id: 'kite', val: '/land', listener: 'a' });
    ada.say({ cmd: 'direct', id: 'drone:kite', val: '/land', listener: 'b' });
    ada.say({ cmd: 'gmsg', val: { command: 'stop' }, listener: 'c' });
    expect(asked).toEqual([
      ['drone:kite', '/land', 'a'],
      ['drone:kite', '/land', 'b'],
      [undefined, { command: 'stop' }, 'c'],
    ]);
  });

  it('what the server says is direct and without an origin, or to the room', () => {
    ada.ask({ cmd: 'link', val: 'show' });
    const { fleet } = rig.board.hub;
    fleet.sendTo(ada.memberId, { topic: 'answer', value: { command: 'land', ok: true } });
    fleet.sendToRoom('show', { value: 'ready?' });
    expect(ada.told()).toEqual([
      { cmd: 'direct', val: { command: 'land', ok: true } },
      { cmd: 'gmsg', val: 'ready?', rooms: 'show' },
    ]);
  });

  it('members of other gateways are heard through rooms that are shared, bytes as Base64', () => {
    ada.ask({ cmd: 'link', val: 'lobby' });
    const { hub } = rig.board;
    rig.board.connect(
      { id: 'lace:1', gateway: 'lacewing', address: '' },
      { hear: () => undefined, end: () => undefined },
    );
    const ask = (correlation?: string) => rig.board.ask('lace:1', 10, correlation);
    hub.identify(ask(), 'lacewing');
    hub.login(ask(), { name: 'Lace', role: 'guest' });
    hub.join(ask(), 'lobby');
    hub.sendToRoom(ask('theirs'), { room: 'lobby', content: { topic: 3, value: new Uint8Array([1, 2]) } });
    hub.changeRoomVariable(ask(), {
      room: 'lobby',
      wish: { kind: 'set', name: 'v', value: { n: Number.NaN } },
    });
    hub.changeRoomVariable(ask(), { room: 'lobby', wish: { kind: 'delete', name: 'v' } });
    hub.setOwnVariables(ask(), { w: 1 });
    hub.sendPrivate(ask(), { to: ada.memberId, room: 'lobby', content: { topic: 'v', value: null } });
    const lace = { id: 'lace:1', username: 'Lace', uuid: 'lace:1' };
    expect(ada.told()).toEqual([
      { cmd: 'ulist', mode: 'add', val: lace, rooms: 'lobby' },
      { cmd: 'gmsg', val: 'AQI=', rooms: 'lobby' },
      { cmd: 'gvar', name: 'v', val: { n: 'NaN' }, rooms: 'lobby' },
      { cmd: 'gvar', name: 'Lace.w', val: 1, rooms: 'lobby' },
      { cmd: 'pvar', name: 'v', val: '', origin: lace, rooms: 'lobby' },
    ]);
  });
});
