/**
 * What a client of the Lacewing gateway asks, as questions to the hub, and the hub's yes or no as the protocol has it. Knows
 * the session and the hub; not what the hub delivers.
 *
 * Where servers of this protocol differ, this one does what all unmodified clients can live with:
 *
 * | case | here |
 * | --- | --- |
 * | wrong revision, full, more from one address than taken | Connect is denied with the reason, then the stream ends |
 * | first byte not 0; another message than Connect first | a denial where the client listens yet, and the end |
 * | no Connect within 8 s | denied with the reason, and the end |
 * | Object messages | sent on as they came, when they hold JSON; else left alone |
 * | number not of 4 bytes, variant above 2 | left alone: clients exist that stand still, or leave |
 * | malformed body | the client is told what is wrong, and put out: it is of no use to anybody any more |
 * | unknown type, UDPHello by TCP, Pong unasked | left alone; all that is left alone counts against the client's limits |
 * | names | 1 to 255 bytes of UTF-8 that say something, without control characters; longer ones denied, cut in the answer |
 * | names alike | may not be in one channel: case and width make no difference; channels differ by each letter |
 * | join twice | denied; the client stays in |
 * | failed Join and Connect | the reason follows as the protocol has it: no bytes between |
 * | leave or message where one is not | the leave is denied, the message left alone |
 * | message to oneself | dropped |
 * | kick | by the master, where `masterRights`; never of a drone. Whoever may not is told so |
 * | auto-close | where `masterRights`; else the channel stays without a master |
 * | list switched off | denied with the reason; the client stays |
 * | ex-master that joins again | not master; the channel has none until it is made anew |
 * | ping | every 5 s, 10 s for the answer; other traffic does not replace it |
 * | implementation request (type 12) | not sent: older clients can not skip it |
 */
import type { LacewingEvent } from '../../../lib/protocols/lacewing/index.js';
import type { Denial } from '../../hub/hub-types.js';
import { type Asker, headBytes, type Told } from './asker.js';
import { ChannelQuestions } from './channel-questions.js';
import { lacewingGateway } from './house.js';
import { MessageQuestions } from './message-questions.js';

/** What can be switched off, as the hub calls it. */
const words: ReadonlyMap<LacewingEvent['type'], string> = new Map([
  ['nameAsked', 'setname'],
  ['joinAsked', 'join'],
  ['leaveAsked', 'leave'],
  ['listAsked', 'list'],
  ['kickAsked', 'kick'],
  ['channelMessage', 'channel'],
  ['peerMessage', 'peer'],
]);

/** Those that wait for an answer. */
const askedTypes: ReadonlySet<LacewingEvent['type']> = new Set([
  'nameAsked',
  'joinAsked',
  'leaveAsked',
  'listAsked',
]);

export class Questions {
  readonly #asker: Asker;
  readonly #channels: ChannelQuestions;
  readonly #messages: MessageQuestions;
  readonly #refusal: Denial | undefined;

  /** `refusal`: why the hub has not let it in, if so; said when it asks. */
  constructor(asker: Asker, refusal: Denial | undefined) {
    this.#asker = asker;
    this.#refusal = refusal;
    this.#channels = new ChannelQuestions(asker);
    this.#messages = new MessageQuestions(asker);
  }

  /** How many ms to wait before the same event can be served. */
  serve(event: LacewingEvent): number {
    const word = words.get(event.type);
    const off =
      word === undefined ? undefined : this.#asker.house.board.hub.switchedOff(this.#asker.memberId, word);
    if (off !== undefined) return this.#switchedOff(event, off.denied);
    switch (event.type) {
      case 'connectAsked':
        return this.#connect(event);
      case 'nameAsked':
        return this.#rename(event);
      case 'joinAsked':
        return this.#channels.join(event);
      case 'leaveAsked':
        return this.#channels.leave(event);
      case 'listAsked':
        return this.#channels.list();
      case 'kickAsked':
        return this.#channels.kick(event);
      case 'channelMessage':
        return this.#messages.toChannel(event);
      case 'peerMessage':
        return this.#messages.toPeer(event);
      case 'serverMessage':
        return this.#messages.toServer(event);
      default:
        return this.#asker.charge();
    }
  }

  #switchedOff(event: LacewingEvent, denied: Denial): number {
    if (askedTypes.has(event.type)) return this.#asker.charge() || this.#asker.deny(denied);
    const isBlasted = 'isBlasted' in event && event.isBlasted;
    return this.#asker.charge() || this.#asker.told({ denied }, isBlasted);
  }

  #connect({ clientId }: Told<'connectAsked'>): number {
    const { board, peers, rules } = this.#asker.house;
    const refusal = this.#refusal;
    if (refusal !== undefined) return this.#asker.deny(refusal);
    const outcome = board.hub.identify(this.#asker.ask(), lacewingGateway);
    if (outcome.denied) return this.#asker.deny(outcome.denied);
    peers.bind(clientId, this.#asker.memberId);
    this.#asker.session.approveConnect(rules.welcome ?? outcome.motd ?? '');
    return 0;
  }

  #rename({ name }: Told<'nameAsked'>): number {
    const { hub } = this.#asker.house.board;
    const ask = this.#asker.ask(headBytes + name.length);
    const isFirst = this.#asker.session.name === undefined;
    const outcome = isFirst ? hub.login(ask, { name, role: 'guest' }) : hub.rename(ask, name);
    if (outcome.denied) return this.#asker.deny(outcome.denied);
    this.#asker.session.approveName();
    return 0;
  }
}
