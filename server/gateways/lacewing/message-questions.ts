/** What a client of the Lacewing gateway says: to a channel, to a peer, to the server. Knows the hub; not what it delivers. */
import { type LacewingContent, makeContent } from '../../../lib/protocols/lacewing/index.js';
import { type Asker, headBytes, type Told } from './asker.js';
import { answerText, type CommandCall, readCommandCall } from './command-call.js';

/** Each method: how many ms to wait before the same can be done. */
export class MessageQuestions {
  readonly #asker: Asker;

  constructor(asker: Asker) {
    this.#asker = asker;
  }

  toChannel({ channelId, content, isBlasted }: Told<'channelMessage'>): number {
    const { board, channels, crossing } = this.#asker.house;
    const channel = channels.byId(channelId);
    if (channel === undefined) return this.#asker.charge();
    const post = { room: channel.room.name, content: crossing.toHub(content, isBlasted) };
    return this.#asker.told(board.hub.sendToRoom(this.#asker.askFor(content), post), isBlasted);
  }

  toPeer({ channelId, peerId, content, isBlasted }: Told<'peerMessage'>): number {
    const { board, channels, crossing, peers } = this.#asker.house;
    const channel = channels.byId(channelId);
    const to = peers.memberOf(peerId);
    if (channel === undefined || to === undefined || to === this.#asker.memberId) return this.#asker.charge();
    const post = { to, room: channel.room.name, content: crossing.toHub(content, isBlasted) };
    return this.#asker.told(board.hub.sendPrivate(this.#asker.askFor(content), post), isBlasted);
  }

  /** Datagrams can be anybody's: none commands. */
  toServer({ content, isBlasted }: Told<'serverMessage'>): number {
    const waitMs = this.#asker.charge(headBytes + content.data.length);
    if (waitMs > 0 || isBlasted) return waitMs;
    const call = readCommandCall(content);
    if (call === undefined)
      return this.#asker.warn('not_allowed', 'Nobody listens here: send commands to a channel of the fleet.');
    void this.#run(call, content);
    return 0;
  }

  async #run(call: CommandCall, { subchannel, data }: LacewingContent): Promise<void> {
    const { hub } = this.#asker.house.board;
    const asked = { ...this.#asker.ask(headBytes + data.length), isCounted: true };
    const ended = await hub.run(asked, call.command, call.args);
    const content = makeContent(answerText(call, ended), subchannel);
    this.#asker.session.deliver({ type: 'serverMessage', content });
  }
}
