/** One connection's questions, taken to the hub as those of its member, as long as its token holds. Knows no wire and no time. */
import type {
  Asked,
  CommandInfo,
  HostOutcome,
  JoinedRoom,
  ListedRoom,
  MessageValue,
  RoomHost,
  RoomInfo,
  RoomMember,
  RoomWish,
  Values,
  VariableWish,
} from '../../../lib/messaging/index.js';
import type { Caller, Gatekeeper } from '../../../lib/security/access/gatekeeper.js';
import { reaches } from '../../../lib/security/access/role.js';
import type { Ask, Denied, Outcome, VisitorRole } from '../../hub/hub-types.js';
import type { Switchboard } from '../switchboard.js';

export const nativeGateway = 'native';

export type NativeGatekeeper = Pick<Gatekeeper, 'callerOf' | 'holds'>;

export type NativeHostOptions = {
  readonly board: Switchboard;
  readonly gatekeeper: NativeGatekeeper;
  /** The member's id. */
  readonly id: string;
  /** A wrong token was shown. */
  readonly onBadToken: () => void;
};

/** The role in the hub of whoever has that one at the server. */
function hubRole({ role }: Caller): VisitorRole {
  return reaches(role, 'operator') ? 'operator' : 'guest';
}

export class NativeHost implements RoomHost {
  readonly #options: NativeHostOptions;
  #caller: Caller | undefined;
  #refused: Denied | undefined;

  constructor(options: NativeHostOptions) {
    this.#options = options;
  }

  /** The hub has not let it in: that is what it is told, whatever it asks. */
  refuse(denied: Denied): void {
    this.#refused = denied;
  }

  /** It has entered, and its token opens nothing any more. */
  get isRevoked(): boolean {
    return this.#caller !== undefined && !this.#options.gatekeeper.holds(this.#caller);
  }

  together<Result>(work: () => Result): Result {
    return this.#options.board.hub.together(work);
  }

  enter(
    asked: Asked,
    token: string,
  ): HostOutcome<{ readonly you: RoomMember; readonly motd: string | undefined }> {
    const { hub } = this.#options.board;
    return this.#asking(asked, (ask) => {
      const caller = this.#options.gatekeeper.callerOf(token);
      if (caller === undefined) return this.#badToken(ask);
      const identified = hub.identify(ask, nativeGateway);
      if (identified.denied) return identified;
      const as = { name: caller.name, role: hubRole(caller) };
      const loggedIn = hub.login({ ...ask, isCounted: true }, as);
      if (loggedIn.denied) return loggedIn;
      this.#caller = caller;
      return { you: loggedIn.member, motd: identified.motd };
    });
  }

  join(asked: Asked, room: string, wish: RoomWish): HostOutcome<JoinedRoom> {
    const { hub } = this.#options.board;
    return this.#asking(asked, (ask) => {
      const joined = hub.join(ask, room, wish);
      if (joined.denied) return joined;
      const roster = joined.roster.map((member) => ({
        member,
        variables: Object.fromEntries(hub.variablesOf(ask.by, member.id)),
      }));
      return { room: joined.room, roster, variables: Object.fromEntries(joined.variables) };
    });
  }

  leave(asked: Asked, room: string): HostOutcome<{ readonly room: RoomInfo }> {
    return this.#asking(asked, (ask) => this.#options.board.hub.leave(ask, room));
  }

  list(asked: Asked): HostOutcome<{ readonly rooms: readonly ListedRoom[] }> {
    return this.#asking(asked, (ask) => this.#options.board.hub.list(ask));
  }

  kick(asked: Asked, room: string, memberId: string): HostOutcome<object> {
    return this.#asking(asked, (ask) => this.#options.board.hub.kick(ask, room, memberId));
  }

  sendToRoom(asked: Asked, room: string, content: Sent & { readonly echo: boolean }): HostOutcome<object> {
    const { echo } = content;
    return this.#asking(asked, (ask) =>
      this.#options.board.hub.sendToRoom(ask, { room, echo, content: contentOf(content) }),
    );
  }

  sendPrivate(
    asked: Asked,
    to: string,
    content: Sent & { readonly room: string | undefined },
  ): HostOutcome<object> {
    const { room } = content;
    const route = room === undefined ? { to } : { to, room };
    return this.#asking(asked, (ask) =>
      this.#options.board.hub.sendPrivate(ask, { ...route, content: contentOf(content) }),
    );
  }

  /** The asker is told as all others are, so that its own view changes at the same place of what happens. */
  changeVariable(asked: Asked, room: string, wish: VariableWish): HostOutcome<object> {
    return this.#asking(asked, (ask) =>
      this.#options.board.hub.changeRoomVariable(ask, { room, wish, echo: true }),
    );
  }

  setOwnVariables(asked: Asked, values: Values): HostOutcome<object> {
    return this.#asking(asked, (ask) => this.#options.board.hub.setOwnVariables(ask, values));
  }

  /** Not for those who act: the event log calls them by the names of their tokens, and nobody takes another's there. */
  rename(asked: Asked, name: string): HostOutcome<{ readonly member: RoomMember }> {
    const { hub } = this.#options.board;
    return this.#asking(asked, (ask) => {
      const caller = this.#caller;
      if (caller === undefined || hubRole(caller) !== 'operator' || name === caller.name)
        return hub.rename(ask, name);
      return (
        hub.charge(ask) ?? {
          denied: { code: 'not_allowed', reason: 'operators keep the name of their token' },
        }
      );
    });
  }

  /** Those that are switched on here. */
  commands(asked: Asked): HostOutcome<{ readonly commands: readonly CommandInfo[] }> {
    const { hub } = this.#options.board;
    return this.#asking(asked, (ask) => {
      const denied = hub.charge(ask);
      if (denied !== undefined) return denied;
      return { commands: hub.commands.filter(({ name }) => hub.switchedOff(ask.by, name) === undefined) };
    });
  }

  async run(
    asked: Asked,
    name: string,
    args: Values,
  ): Promise<HostOutcome<{ readonly answer: MessageValue }>> {
    const checked = this.#asking(asked, (ask) => ({ ask }));
    if (checked.denied) return checked;
    const outcome = await this.#options.board.hub.run(checked.ask, name, args);
    return outcome.denied ? outcome : { answer: outcome.answer ?? null };
  }

  charge(asked: Asked): HostOutcome<object> {
    return this.#asking(asked, (ask) => this.#options.board.hub.charge(ask) ?? {});
  }

  /** Nobody acts by a token that was taken away, not even until its connection is cut. */
  #asking<Result extends object>(asked: Asked, question: (ask: Ask) => Outcome<Result>): Outcome<Result> {
    const { board, id } = this.#options;
    if (this.#refused !== undefined) return this.#refused;
    if (this.isRevoked) return { denied: { code: 'not_allowed', reason: revokedReason } };
    return question(board.ask(id, asked.sizeBytes, asked.correlation));
  }

  #badToken(ask: Ask): Denied {
    const denied = this.#options.board.hub.charge(ask);
    if (denied !== undefined) return denied;
    this.#options.onBadToken();
    return { denied: { code: 'not_allowed', reason: 'nobody has this token, or it was revoked' } };
  }
}

/** What is told to whoever has access no longer. */
export const revokedReason = 'access was taken away, or is another now';

type Sent = { readonly name: string | undefined; readonly value: MessageValue };

function contentOf({ name, value }: Sent) {
  return name === undefined ? { value } : { topic: name, value };
}
