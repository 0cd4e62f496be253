/** A host of one room that a program might write that uses the library alone; its answers can be set by tests. */
import type {
  Asked,
  HostOutcome,
  RoomDenial,
  RoomHost,
  RoomInfo,
  RoomMember,
} from '../../../../lib/messaging/index.js';

export const member: RoomMember = { id: 'm1', name: 'ada', role: 'guest', gateway: 'own', latencyMs: 1.5 };

export const room: RoomInfo = {
  ...{ id: 'r1', name: 'stage', ownerId: 'm1' },
  ...{ isHidden: false, closesWithOwner: true, isFleets: false },
};

export class OwnHost implements RoomHost {
  /** What was asked, and with what. */
  readonly asked: unknown[][] = [];
  /** What the next questions are answered, in place of a yes. */
  readonly denials: RoomDenial[] = [];
  /** Counted questions that could not be read. */
  charged = 0;

  /** Called because somebody joined, when all that is done together is done. */
  onJoined: () => void = () => undefined;
  #isJoined = false;

  together<Result>(work: () => Result): Result {
    const result = work();
    if (this.#isJoined) this.onJoined();
    this.#isJoined = false;
    return result;
  }

  enter(_: Asked, token: string) {
    return this.#yes({ you: member, motd: undefined }, 'enter', token);
  }

  join(_: Asked, name: string, wish: object) {
    this.#isJoined = true;
    const roster = [{ member, variables: {} }];
    return this.#yes({ room: { ...room, name }, roster, variables: { x: 1 } }, 'join', name, wish);
  }

  leave(_: Asked, name: string) {
    return this.#yes({ room: { ...room, name } }, 'leave', name);
  }

  list() {
    return this.#yes({ rooms: [{ room, memberCount: 3 }] }, 'list');
  }

  kick(_: Asked, name: string, id: string) {
    return this.#yes({}, 'kick', name, id);
  }

  sendToRoom({ correlation }: Asked, name: string, content: object) {
    return this.#yes({}, 'sendToRoom', name, content, correlation);
  }

  sendPrivate({ correlation }: Asked, to: string, content: object) {
    return this.#yes({}, 'sendPrivate', to, content, correlation);
  }

  changeVariable(_: Asked, name: string, wish: object) {
    return this.#yes({}, 'changeVariable', name, wish);
  }

  setOwnVariables(_: Asked, values: object) {
    return this.#yes({}, 'setOwnVariables', values);
  }

  rename(_: Asked, name: string) {
    return this.#yes({ member: { ...member, name } }, 'rename', name);
  }

  commands() {
    return this.#yes({ commands: [] }, 'commands');
  }

  async run(_: Asked, name: string, args: object) {
    return this.#yes({ answer: [name, { ...args }] as never }, 'run', name);
  }

  charge(): HostOutcome<object> {
    this.charged += 1;
    return {};
  }

  #yes<Result extends object>(result: Result, ...asked: unknown[]): HostOutcome<Result> {
    const denied = this.denials.shift();
    if (denied) return { denied };
    this.asked.push(asked);
    return result;
  }
}
