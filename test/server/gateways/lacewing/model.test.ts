/**
 * Whatever clients, drones and members of other gateways do, what each Lacewing client was told adds up to what the hub
 * has, and nobody is told of what it can not know. Without sockets.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  encodeClientMessage,
  type LacewingClientMessage,
  LacewingDecoder,
  LacewingDoor,
  type LacewingPeer,
  type LacewingServerMessage,
  makeContent,
  nextServerMessage,
} from '../../../../lib/protocols/lacewing/index.js';
import { ChannelBook } from '../../../../server/gateways/lacewing/channel-book.js';
import { Crossing } from '../../../../server/gateways/lacewing/crossing.js';
import { Packer } from '../../../../server/gateways/lacewing/packer.js';
import { PeerIds } from '../../../../server/gateways/lacewing/peer-ids.js';
import { LacewingVisitor } from '../../../../server/gateways/lacewing/visitor.js';
import { Switchboard } from '../../../../server/gateways/switchboard.js';
import { FakeClock } from '../../../support/fake-clock.js';

const rooms = ['show', 'left', 'lobby', 'room'] as const;
const slots = [0, 1, 2, 3] as const;
const names = ['ann', 'ANN', 'bob', 'cat', 'one'] as const;

type SeenChannel = { readonly name: string; readonly peers: Map<number, LacewingPeer> };

/** What a client knows from what it was told, and nothing else. */
class View {
  readonly channels = new Map<number, SeenChannel>();
  readonly #decoder = new LacewingDecoder();
  isOver = false;

  take(bytes: Uint8Array): void {
    if (this.isOver) throw new Error('told something after the end');
    this.#decoder.push(bytes);
    for (let next = nextServerMessage(this.#decoder); next; next = nextServerMessage(this.#decoder))
      this.#hear(next);
  }

  #hear(message: LacewingServerMessage): void {
    if (message.type === 'unknown') throw new Error('told something unknown');
    if (message.type === 'channelJoined') {
      expect(this.channels.has(message.channelId)).toBe(false);
      const peers = new Map(message.peers.map((peer) => [peer.id, peer]));
      expect(peers.size).toBe(message.peers.length);
      this.channels.set(message.channelId, { name: message.name, peers });
    } else if ('channelId' in message && message.type !== 'leaveDenied') {
      const channel = this.channels.get(message.channelId);
      if (channel === undefined) throw new Error(`${message.type} of a channel that it is not in`);
      this.#hearOf(channel, message);
    }
  }

  #hearOf({ peers }: SeenChannel, message: LacewingServerMessage & { channelId: number }): void {
    if (message.type === 'peer') peers.set(message.peer.id, message.peer);
    else if (message.type === 'peerLeft') expect(peers.delete(message.peerId)).toBe(true);
    else if (message.type === 'channelLeft') this.channels.delete(message.channelId);
    else if ('senderId' in message) expect(peers.has(message.senderId)).toBe(true);
  }
}

function makeWorld() {
  const clock = new FakeClock();
  const unlimited = { burst: 1_000_000, perS: 1_000_000 };
  const board = new Switchboard(clock, {
    limits: { messages: unlimited },
    bridges: [{ room: 'lobby', gateways: 'all' }],
    gateways: { lacewing: { nameClash: 'folded' } },
  });
  board.hub.fleet.openRoom('left');
  const faults: string[] = [];
  board.hub.listen('test', (event) => {
    if (event.type === 'error') faults.push(event.text);
  });
  const peers = new PeerIds();
  const channels = new ChannelBook(peers);
  const crossing = new Crossing();
  const house = {
    ...{ board, clock, peers, channels, crossing },
    door: new LacewingDoor({ clock, ids: peers }),
    packer: new Packer({ channels, crossing }),
    rules: { welcome: 'hello', channelListing: true, masterRights: true },
  };
  return { board, house, faults };
}

type Client = { readonly memberId: string; readonly visitor: LacewingVisitor; readonly view: View };

class World {
  readonly #made = makeWorld();
  readonly #clients = new Map<number, Client>();
  #arrivals = 0;

  get hub() {
    return this.#made.board.hub;
  }

  connect(slot: number): void {
    if (this.#clients.has(slot)) return;
    const view = new View();
    const memberId = `lacewing:${++this.#arrivals}`;
    const visitor = new LacewingVisitor(this.#made.house, memberId, {
      address: '192.0.2.7',
      write: (bytes) => view.take(bytes),
      blast: () => undefined,
      end: () => undefined,
      pause: () => undefined,
      resume: () => undefined,
      closed: () => {
        view.isOver = true;
        this.#clients.delete(slot);
      },
    });
    this.#clients.set(slot, { memberId, visitor, view });
    visitor.push(Uint8Array.of(0));
    this.say(slot, { type: 'connect', revision: 'revision 3' }, { type: 'setName', name: `guest ${slot}` });
  }

  say(slot: number, ...messages: readonly LacewingClientMessage[]): void {
    this.#clients.get(slot)?.visitor.push(Buffer.concat(messages.map(encodeClientMessage)));
  }

  /** The id that the client has for a room, if it is in it. */
  channelOf(slot: number, room: string): { id: number; peers: readonly number[] } | undefined {
    for (const [id, { name, peers }] of this.#clients.get(slot)?.view.channels ?? [])
      if (name === room) return { id, peers: [...peers.keys()] };
    return undefined;
  }

  end(slot: number, isExpelled: boolean): void {
    const client = this.#clients.get(slot);
    if (isExpelled && client) this.#made.board.expel(client.memberId, 'out');
    else client?.visitor.end('the client left');
  }

  foreign(id: string): void {
    const visitor = { hear: () => undefined, end: () => undefined };
    this.#made.board.connect({ id, gateway: 'other', address: 'elsewhere' }, visitor);
    this.hub.identify(this.#made.board.ask(id, 1), 'other');
    this.hub.join(this.#made.board.ask(id, 1), 'lobby');
    this.hub.sendToRoom(this.#made.board.ask(id, 1), { room: 'lobby', content: { value: 'hi' } });
  }

  foreignLeaves(id: string): void {
    this.#made.board.disconnect(id, 'gone');
  }

  /** What each client sees is what the hub has. */
  check(): void {
    for (const { memberId, view } of this.#clients.values()) {
      const seen = [...view.channels.values()].map(({ name, peers }) => ({
        name,
        peers: [...peers.values()].map(({ name: peer, isMaster }) => `${peer} ${isMaster}`).sort(),
      }));
      const real = this.hub.roomsOf(memberId).map(({ name, ownerId }) => ({
        name,
        peers: this.hub
          .roster(memberId, name)
          .filter(({ id }) => id !== memberId)
          .map((member) => `${member.name ?? member.id} ${member.id === ownerId}`)
          .sort(),
      }));
      expect(seen).toEqual(real);
    }
    expect(this.#made.faults).toEqual([]);
  }

  /** How much is kept when all clients have left. */
  leftBehind(): readonly number[] {
    for (const slot of slots) this.end(slot, false);
    return [this.#made.house.channels.size, this.#made.house.peers.size];
  }
}

const slot = fc.constantFrom(...slots);
const room = fc.constantFrom(...rooms);
const pick = fc.nat(5);

type Step = (world: World) => void;

const steps: fc.Arbitrary<Step> = fc.oneof(
  slot.map(
    (who): Step =>
      (world) =>
        world.connect(who),
  ),
  fc.tuple(slot, fc.constantFrom(...names)).map(
    ([who, name]): Step =>
      (world) => {
        world.say(who, { type: 'setName', name });
      },
  ),
  fc.record({ who: slot, name: room, isHidden: fc.boolean(), isAutoClose: fc.boolean() }).map(
    ({ who, ...wish }): Step =>
      (world) =>
        world.say(who, { type: 'joinChannel', ...wish }),
  ),
  fc.record({ who: slot, name: room, at: pick, what: fc.nat(3) }).map(
    ({ who, name, at, what }): Step =>
      (world) => {
        const { id: channelId = 7, peers = [] } = world.channelOf(who, name) ?? {};
        const peerId = peers[at % Math.max(1, peers.length)] ?? 9;
        const content = makeContent('hi', at);
        const said: readonly LacewingClientMessage[] = [
          { type: 'leaveChannel', channelId },
          { type: 'channelMaster', channelId, action: 0, peerId },
          { type: 'channelMessage', channelId, content },
          { type: 'peerMessage', channelId, peerId, content },
        ];
        world.say(who, ...said.slice(what, what + 1));
      },
  ),
  // Several at once, of which one may undo what the other asks for.
  fc.tuple(slot, room).map(
    ([who, name]): Step =>
      (world) => {
        const wish = { name, isHidden: false, isAutoClose: true } as const;
        const { id = 0 } = world.channelOf(who, name) ?? {};
        world.say(
          who,
          { type: 'leaveChannel', channelId: id },
          { type: 'joinChannel', ...wish },
          { type: 'listChannels' },
        );
      },
  ),
  fc.tuple(slot, fc.boolean()).map(
    ([who, isExpelled]): Step =>
      (world) =>
        world.end(who, isExpelled),
  ),
  fc.tuple(fc.constantFrom('one', 'two'), fc.subarray(['show', 'left'])).map(
    ([name, into]): Step =>
      (world) => {
        world.hub.fleet.setDrone({ id: `drone:${name}`, name, rooms: into });
        world.hub.fleet.setDroneVariables(`drone:${name}`, { x: into.length });
      },
  ),
  fc.constantFrom('one', 'two').map(
    (name): Step =>
      (world) =>
        world.hub.fleet.removeDrone(`drone:${name}`),
  ),
  fc.constant<Step>((world) => world.hub.fleet.closeRoom('left')),
  fc.constantFrom('other:1', 'other:2').map(
    (id): Step =>
      (world) =>
        world.foreign(id),
  ),
  fc.constantFrom('other:1', 'other:2').map(
    (id): Step =>
      (world) =>
        world.foreignLeaves(id),
  ),
);

describe('what Lacewing clients are told', () => {
  it('adds up to what the hub has, and leaves nothing behind', () => {
    fc.assert(
      fc.property(fc.array(steps, { maxLength: 50, size: 'max' }), (run) => {
        const world = new World();
        for (const who of slots.slice(0, 3)) world.connect(who);
        for (const step of run) {
          step(world);
          world.check();
        }
        expect(world.leftBehind()).toEqual([0, 0]);
      }),
      { numRuns: 60 },
    );
  });
});
