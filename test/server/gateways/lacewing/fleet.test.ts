/** The fleet as Lacewing clients see it: its rooms as channels, its drones as peers, its variables as messages. */
import { describe, expect, it } from 'vitest';
import type { LacewingClient } from '../../../../lib/protocols/lacewing/index.js';
import { type Rig, startRig } from './support/rig.js';

const one = { id: 'drone:one', name: 'one', rooms: ['show', 'left'] };
const two = { id: 'drone:two', name: 'two', rooms: ['show'] };

async function startFleet(): Promise<Rig> {
  const rig = await startRig();
  const { fleet } = rig.board.hub;
  fleet.openRoom('left');
  fleet.setDrone(one);
  fleet.setDrone(two);
  fleet.setDroneVariables('drone:one', { connected: true, battery: 80, x: 1.5, mode: null });
  fleet.setRoomVariables('show', { phase: 'idle', total: 2 });
  return rig;
}

/** In `show`, with what it was told on joining. */
async function watch(rig: Rig, name = 'desk', hasUdp = true) {
  const client = await rig.client(name, { hasUdp });
  if (hasUdp) await client.udpReady();
  const show = await client.join('show');
  const told = [await nextText(client), await nextText(client)];
  return { client, show, told };
}

async function nextText(client: LacewingClient) {
  const { value, content, isBlasted, channelId } = await client.receive('serverChannelMessage', {
    timeoutMs: 4000,
  });
  const text: unknown = typeof value === 'string' ? JSON.parse(value) : value;
  return { text, subchannel: content.subchannel, isBlasted, channelId };
}

describe('the fleet at the Lacewing gateway', () => {
  it('is in the list of channels', async () => {
    const rig = await startFleet();
    const client = await rig.client('desk');
    expect(await client.listChannels()).toEqual([
      { name: 'show', peerCount: 2 },
      { name: 'left', peerCount: 1 },
    ]);
  });

  it('shows its drones as peers, none of them master, nor who comes first', async () => {
    const { show } = await watch(await startFleet());
    expect(show).toMatchObject({ name: 'show', isMaster: false });
    expect([...show.peers.values()].map(({ name, isMaster }) => [name, isMaster])).toEqual([
      ['one', false],
      ['two', false],
    ]);
  });

  it('tells who joins what is known by then: the room’s variables, then each drone’s', async () => {
    const { told } = await watch(await startFleet());
    expect(told).toEqual([
      { text: { room: 'show', phase: 'idle', total: 2 }, subchannel: 2, isBlasted: false, channelId: 0 },
      {
        text: { drone: 'one', connected: true, battery: 80, x: 1.5, mode: null },
        ...{ subchannel: 1, isBlasted: false, channelId: 0 },
      },
    ]);
  });

  it('blasts numbers, and tells states by TCP', async () => {
    const rig = await startFleet();
    const { client } = await watch(rig);
    rig.board.hub.fleet.setDroneVariables('drone:two', { x: 2, battery: 79 });
    expect(await nextText(client)).toEqual({
      text: { drone: 'two', x: 2, battery: 79 },
      ...{ subchannel: 1, isBlasted: true, channelId: 0 },
    });
    rig.board.hub.fleet.setDroneVariables('drone:two', { x: 3, armed: true });
    expect(await nextText(client)).toMatchObject({ text: { x: 3, armed: true }, isBlasted: false });
    rig.board.hub.fleet.setRoomVariables('show', { total: 3 });
    expect(await nextText(client)).toEqual({
      text: { room: 'show', total: 3 },
      ...{ subchannel: 2, isBlasted: false, channelId: 0 },
    });
  });

  it('tells numbers by TCP to who has no UDP', async () => {
    const rig = await startFleet();
    const { client } = await watch(rig, 'desk', false);
    rig.board.hub.fleet.setDroneVariables('drone:two', { x: 2 });
    expect(await nextText(client)).toMatchObject({ text: { drone: 'two', x: 2 }, isBlasted: false });
  });

  it('tells a drone’s variables once to who is in several of its rooms, in the one joined first', async () => {
    const rig = await startFleet();
    const { client } = await watch(rig);
    await client.join('left');
    expect(await nextText(client)).toMatchObject({ text: { drone: 'one' }, channelId: 1 });
    rig.board.hub.fleet.setDroneVariables('drone:one', { x: 2 });
    rig.board.hub.fleet.setRoomVariables('left', { total: 1 });
    const told = [await nextText(client), await nextText(client)];
    expect(told.map(({ channelId, subchannel }) => [subchannel, channelId]).sort()).toEqual([
      [1, 0],
      [2, 1],
    ]);
  });

  it('keeps the id of a drone that one client sees in two channels, until it is in none', async () => {
    const rig = await startFleet();
    const { client, show } = await watch(rig);
    const left = await client.join('left');
    const [[idInShow] = [], [idInLeft] = []] = [[...show.peers.keys()], [...left.peers.keys()]];
    expect(idInShow).toBe(idInLeft);
    rig.board.hub.fleet.setDrone({ ...one, rooms: ['show'] });
    expect(await client.receive('peerLeft')).toMatchObject({ channelId: left.id, peerId: idInLeft });
    rig.board.hub.fleet.removeDrone('drone:one');
    expect(await client.receive('peerLeft')).toMatchObject({ channelId: show.id, peerId: idInShow });
    rig.board.hub.fleet.setDrone({ id: 'drone:six', name: 'six', rooms: ['show'] });
    expect(await client.receive('peerJoined')).toMatchObject({ peer: { id: idInShow, name: 'six' } });
  });

  it('hears commands said to a channel or to a drone, and answers privately', async () => {
    const rig = await startFleet();
    const { client, show } = await watch(rig);
    const [droneId = -1] = show.peers.keys();
    client.sendToChannel(show.id, '/cue blue');
    client.sendToPeer({ channelId: show.id, peerId: droneId }, '/land', { subchannel: 7 });
    await expect
      .poll(() => rig.events.filter(({ type }) => type === 'message'), { interval: 2, timeout: 20_000 })
      .toMatchObject([
        { room: { name: 'show' }, to: undefined, content: { value: '/cue blue' } },
        { to: { id: 'drone:one' }, content: { value: '/land', topic: 7 } },
      ]);
    const answer = { command: 'cue', ok: true, text: 'blue it is' };
    rig.board.hub.fleet.sendTo('lacewing:1', { topic: 7, value: answer });
    expect(await client.receive('serverMessage')).toMatchObject({
      value: JSON.stringify(answer),
      content: { subchannel: 0, variant: 0, isObject: false },
    });
  });

  it('speaks to a channel as the server', async () => {
    const rig = await startFleet();
    const { client } = await watch(rig);
    rig.board.hub.fleet.sendToRoom('show', { topic: 9, value: 'places, please' });
    expect(await client.receive('serverChannelMessage')).toMatchObject({
      value: 'places, please',
      content: { subchannel: 9 },
    });
  });

  it('blasts what may get lost, unless that is too large for a datagram', async () => {
    const rig = await startFleet();
    const { client } = await watch(rig);
    const large = 'x'.repeat(70_000);
    for (const value of ['small', large]) rig.board.hub.fleet.sendToRoom('show', { value, isLossy: true });
    const told = [await client.receive('serverChannelMessage'), await client.receive('serverChannelMessage')];
    const small = told.find(({ value }) => value === 'small');
    expect(small).toMatchObject({ isBlasted: true });
    expect(told.find((each) => each !== small)).toMatchObject({ value: large, isBlasted: false });
  });

  it('has drones that nobody kicks, and names that nobody takes', async () => {
    const rig = await startFleet();
    const { client, show } = await watch(rig);
    const [droneId = -1] = show.peers.keys();
    client.kick(show.id, droneId);
    expect(await client.receive('serverMessage')).toMatchObject({
      value: expect.stringContaining('only the owner'),
    });
    await expect(client.setName('ONE')).rejects.toMatchObject({ reason: 'the name "ONE" is taken' });
  });

  it('closes a channel with its group', async () => {
    const rig = await startFleet();
    const client = await rig.client('desk');
    const left = await client.join('left');
    rig.board.hub.fleet.closeRoom('left');
    expect(await client.receive('channelClosed')).toEqual({ type: 'channelClosed', channelId: left.id });
    expect(await client.join('left')).toMatchObject({ isMaster: true });
  });

  it('lets commands of the hub be called, by a text or an object to the server', async () => {
    const rig = await startFleet();
    const client = await rig.client('desk');
    rig.board.hub.addPlugin({
      name: 'tests',
      commands: [
        {
          definition: { name: 'double', about: 'Doubles.', role: 'guest', args: { count: 'int' } },
          run: ({ args }) => Number(args.count) * 2,
        },
      ],
    });
    client.sendToServer('{"command":"double","args":{"count":21},"id":5}', { subchannel: 3 });
    const { value, content } = await client.receive('serverMessage');
    expect(value).toBe('{"command":"double","id":5,"ok":true,"answer":42}');
    expect(content.subchannel).toBe(3);
    client.sendToServer({ json: { command: 'double', args: { count: 'many' } } });
    expect(await client.receive('serverMessage')).toMatchObject({
      value: expect.stringContaining('"id":null,"ok":false,"code":"bad_arguments"'),
    });
    client.sendToServer('is anybody there?');
    expect(await client.receive('serverMessage')).toMatchObject({
      value: 'Nobody listens here: send commands to a channel of the fleet.',
    });
  });
});
