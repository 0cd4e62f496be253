/** What a client of the Lacewing gateway asks about channels. Knows the hub; not what it delivers, nor what is said. */
import { cutName } from '../../../lib/protocols/lacewing/index.js';
import type { Joined } from '../../hub/room-desk.js';
import { type Asker, headBytes, type Told } from './asker.js';
import { peerName } from './crossing.js';
import { memberVariables, roomVariables } from './packer.js';

/** Each method: how many ms to wait before the same can be done. */
export class ChannelQuestions {
  readonly #asker: Asker;

  constructor(asker: Asker) {
    this.#asker = asker;
  }

  join({ name, isHidden, isAutoClose }: Told<'joinAsked'>): number {
    const { board, channels, rules } = this.#asker.house;
    if (!channels.hasSpace())
      return this.#asker.denyAs('rooms_full', 'There are as many channels as can be.');
    const closesWithOwner = isAutoClose && rules.masterRights;
    // What this makes the hub deliver goes out behind the answer.
    return board.hub.together(() => {
      const outcome = board.hub.join(this.#asker.ask(headBytes + name.length), name, {
        isHidden,
        closesWithOwner,
      });
      if (outcome.denied) return this.#asker.deny(outcome.denied);
      this.#enter(outcome);
      return 0;
    });
  }

  #enter({ room, roster, variables }: Joined): void {
    const { board, channels } = this.#asker.house;
    const channel = channels.enter(room, this.#asker.memberId, roster);
    if (channel === undefined) return;
    const peers = roster.flatMap((member) => {
      const id = member.id === this.#asker.memberId ? undefined : channel.seen.get(member.id);
      return id === undefined ? [] : { id, name: peerName(member), isMaster: room.ownerId === member.id };
    });
    const isMaster = room.ownerId === this.#asker.memberId;
    this.#asker.session.approveJoin({ channelId: channel.id, name: cutName(room.name), isMaster, peers });
    if (variables.length > 0)
      this.#asker.session.deliver(roomVariables(channel, Object.fromEntries(variables)));
    for (const member of roster) {
      const values = board.hub.variablesOf(this.#asker.memberId, member.id);
      if (values.length > 0 && member.id !== this.#asker.memberId)
        this.#asker.session.deliver(memberVariables(channel, member, Object.fromEntries(values)));
    }
  }

  leave({ channelId }: Told<'leaveAsked'>): number {
    const { board, channels } = this.#asker.house;
    const channel = channels.byId(channelId);
    if (channel === undefined) return this.#asker.denyAs('not_in_room', 'You are not in this channel.');
    const outcome = board.hub.leave(this.#asker.ask(), channel.room.name);
    if (outcome.denied) return this.#asker.deny(outcome.denied);
    channels.leave(channel, this.#asker.memberId);
    this.#asker.session.approveLeave();
    return 0;
  }

  list(): number {
    const { board, rules } = this.#asker.house;
    if (!rules.channelListing) return this.#asker.denyAs('not_allowed', 'The channel list is switched off.');
    const outcome = board.hub.list(this.#asker.ask());
    if (outcome.denied) return this.#asker.deny(outcome.denied);
    const listed = outcome.rooms.filter(({ room }) => !room.isHidden);
    this.#asker.session.approveList(
      listed.map(({ room, memberCount }) => ({
        name: cutName(room.name),
        peerCount: Math.min(memberCount, 0xffff),
      })),
    );
    return 0;
  }

  kick({ channelId, peerId }: Told<'kickAsked'>): number {
    const { board, channels, peers, rules } = this.#asker.house;
    const channel = channels.byId(channelId);
    const target = peers.memberOf(peerId);
    if (channel === undefined || target === undefined) return this.#asker.charge();
    if (!rules.masterRights)
      return this.#asker.charge() || this.#asker.warn('not_allowed', 'Nobody is kicked here.');
    return this.#asker.told(board.hub.kick(this.#asker.ask(), channel.room.name, target));
  }
}
