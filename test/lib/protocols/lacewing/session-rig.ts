/** A Lacewing session on a line in the hands of a test. */
import {
  encodeClientDatagram,
  encodeClientMessage,
  type LacewingClientMessage,
  LacewingDecoder,
  LacewingDoor,
  type LacewingEvent,
  type LacewingLimits,
  type LacewingLine,
  type LacewingServerMessage,
  type LacewingSession,
  lacewingRevision,
  nextServerMessage,
} from '../../../../lib/protocols/lacewing/index.js';
import { FakeClock } from '../../../support/fake-clock.js';

type Answer = (event: LacewingEvent, session: LacewingSession) => void;

/** Keeps all that a session sends and tells; `onEvent` may give orders. */
class RecordedLine implements LacewingLine {
  readonly events: LacewingEvent[] = [];
  readonly datagrams: { readonly hex: string; readonly port: number }[] = [];
  onEvent: (event: LacewingEvent) => void = () => undefined;
  isEnded = false;
  #bytes: Uint8Array[] = [];

  send(bytes: Uint8Array): void {
    if (this.isEnded) throw new Error('sent after the end');
    this.#bytes.push(bytes);
  }

  sendDatagram(bytes: Uint8Array, port: number): void {
    this.datagrams.push({ hex: Buffer.from(bytes).toString('hex'), port });
  }

  end(): void {
    if (this.isEnded) throw new Error('ended twice');
    this.isEnded = true;
  }

  tell(event: LacewingEvent): void {
    this.events.push(event);
    this.onEvent(event);
  }

  /** What was sent since the last time, as hex. */
  takeHex(): string {
    const bytes = Buffer.concat(this.#bytes);
    this.#bytes = [];
    return bytes.toString('hex');
  }

  /** What was sent since the last time, as messages. */
  take(): LacewingServerMessage[] {
    const decoder = new LacewingDecoder();
    decoder.push(Buffer.from(this.takeHex(), 'hex'));
    const messages: LacewingServerMessage[] = [];
    for (let message = nextServerMessage(decoder); message; message = nextServerMessage(decoder))
      messages.push(message);
    return messages;
  }
}

/** Grants everything at once: any join is to channel 0, without others. */
export const grant: Answer = (event, session) => {
  if (event.type === 'connectAsked') session.approveConnect('hello');
  if (event.type === 'nameAsked') session.approveName();
  if (event.type === 'joinAsked')
    session.approveJoin({ channelId: 0, name: event.name, isMaster: true, peers: [] });
  if (event.type === 'leaveAsked') session.approveLeave();
  if (event.type === 'listAsked') session.approveList([]);
};

export const clientAddress = '192.0.2.7';

export function setUp({
  limits = {},
  answer = grant,
}: {
  limits?: Partial<LacewingLimits>;
  answer?: Answer;
} = {}) {
  const clock = new FakeClock();
  const door = new LacewingDoor({ clock, limits });
  const open = () => {
    const line = new RecordedLine();
    const session = door.open(clientAddress, line);
    line.onEvent = (event) => answer(event, session);
    const say = (...messages: LacewingClientMessage[]) =>
      messages.forEach((message) => {
        session.push(encodeClientMessage(message));
      });
    const greet = () => session.push(Uint8Array.of(0));
    const connect = () => {
      greet();
      say({ type: 'connect', revision: lacewingRevision });
    };
    const datagram = (message: LacewingClientMessage, from: { port?: number; address?: string } = {}) =>
      door.takeDatagram(encodeClientDatagram({ clientId: session.clientId ?? 0, message }), {
        address: clientAddress,
        port: 5000,
        ...from,
      });
    return { line, session, say, greet, connect, datagram };
  };
  return { clock, door, open, ...open() };
}

/** A client with a name that is in channel 0; what was sent and told before is forgotten. */
export function setUpJoined(options: { limits?: Partial<LacewingLimits> } = {}) {
  const rig = setUp(options);
  rig.connect();
  rig.say({ type: 'setName', name: 'ann' });
  rig.say({ type: 'joinChannel', name: 'room', isHidden: false, isAutoClose: false });
  rig.line.takeHex();
  rig.line.events.length = 0;
  return rig;
}
