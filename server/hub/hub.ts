/**
 * The hub: members, rooms, messages, variables and vetoes for all gateways. Every question says who asks and when, and
 * gets a result or a denial; what others are to know goes out through one callback, one object for all of them. Knows no
 * protocol, socket, timer or clock; makes no ids.
 */

import { chargedAsker, type HubParts } from './asking.js';
import { CommandDesk } from './command-desk.js';
import { type CommandArguments, type CommandDefinition, CommandTable } from './commands.js';
import type { Deliver } from './deliveries.js';
import { type Arrival, Door, type Overdue } from './door.js';
import { FleetSide } from './fleet-side.js';
import { HookChain } from './hooks.js';
import type { HubListener } from './hub-events.js';
import {
  type Ask,
  type Denied,
  deny,
  type HubValue,
  type Member,
  type Outcome,
  type RoomInfo,
  type VisitorRole,
} from './hub-types.js';
import { MemberBook } from './member-book.js';
import { MessageDesk, type PrivatePost, type RoomPost } from './message-desk.js';
import { Outbox } from './outbox.js';
import { type Plugin, PluginRegistry } from './plugins.js';
import { type HubConfig, Policies } from './policies.js';
import { RoomBook } from './room-book.js';
import { type Joined, type JoinWish, type ListedRoom, RoomDesk } from './room-desk.js';
import { VariableDesk, type VariableOutcome, type VariablePost } from './variable-desk.js';

export class Hub {
  /** What only the server's own side may say. */
  readonly fleet: FleetSide;
  readonly #parts: HubParts;
  readonly #commands = new CommandTable();
  readonly #plugins: PluginRegistry;
  readonly #door: Door;
  readonly #rooms: RoomDesk;
  readonly #messages: MessageDesk;
  readonly #variables: VariableDesk;
  readonly #commandDesk: CommandDesk;

  /** @throws ConfigError about limits or bridges that can not be. */
  constructor(deliver: Deliver, config: HubConfig = {}) {
    const members = new MemberBook();
    const policies = new Policies(config);
    const outbox = new Outbox(deliver, (id) => members.get(id) !== undefined);
    const hooks = new HookChain((source, text) =>
      outbox.together(() => outbox.tell({ type: 'error', source, text, memberId: undefined })),
    );
    this.#parts = { members, policies, outbox, hooks, rooms: new RoomBook(policies.bridges) };
    this.#plugins = new PluginRegistry({ hooks, commands: this.#commands, outbox });
    this.#rooms = new RoomDesk(this.#parts);
    this.#door = new Door(this.#parts, this.#rooms);
    this.#messages = new MessageDesk(this.#parts, this.#rooms);
    this.#variables = new VariableDesk(this.#parts, this.#rooms);
    this.#commandDesk = new CommandDesk(this.#parts, this.#commands);
    this.fleet = new FleetSide(this.#parts, { rooms: this.#rooms, variables: this.#variables });
  }

  /** What is delivered and told during `work` goes out after it, in order: a gateway's own answers come first. */
  together<Result>(work: () => Result): Result {
    return this.#parts.outbox.together(work);
  }

  /** Told of all that happens. One that throws is named to the other listeners. */
  listen(name: string, hear: HubListener): void {
    this.#parts.outbox.listen(name, hear);
  }

  /** @throws ConfigError that names the plugin and what is wrong with it; nothing of it is added then. */
  addPlugin(plugin: Plugin): void {
    this.#plugins.add(plugin);
  }

  get plugins(): readonly string[] {
    return this.#plugins.names;
  }

  /** A new member, a guest without a name. */
  connect(arrival: Arrival): Outcome<{ member: Member }> {
    return this.together(() => this.#door.connect(arrival));
  }

  /** It is known what the member speaks: `gateway`, which need not be the one it came by. */
  identify(ask: Ask, gateway: string): Outcome<{ member: Member; motd: string | undefined }> {
    return this.together(() => this.#door.identify(ask, gateway));
  }

  /** The gateway has checked who it is. */
  login(ask: Ask, as: { readonly name: string; readonly role: VisitorRole }): Outcome<{ member: Member }> {
    return this.together(() => this.#door.login(ask, as));
  }

  rename(ask: Ask, name: string): Outcome<{ member: Member }> {
    return this.together(() => this.#door.rename(ask, name));
  }

  /** Told to those in the same rooms. */
  setRole(id: string, role: VisitorRole): Outcome<{ member: Member }> {
    return this.together(() => this.#door.setRole(id, role));
  }

  /** What was measured, of a drone too; told to nobody. */
  setLatency(id: string, latencyMs: number): void {
    this.#door.setLatency(id, latencyMs);
  }

  /** A visitor; no hook is asked. Unknown members are gone already: nothing to do. */
  disconnect(id: string, reason: string): void {
    this.together(() => this.#door.disconnect(id, reason));
  }

  /** Who has not said in time what it had to; the gateway tells it and closes. To be asked now and then: rooms age by it. */
  due(nowMs: number): readonly Overdue[] {
    this.#rooms.forgetEmpty(nowMs);
    return this.#door.due(nowMs);
  }

  /** When `due` will next have somebody, monotonic. */
  nextDueMs(): number | undefined {
    return this.#door.nextDueMs();
  }

  member(id: string): Member | undefined {
    return this.#parts.members.get(id)?.info;
  }

  /** Counts what reaches no other question here: pings, and what could not be read. */
  charge(ask: Ask): Denied | undefined {
    const charged = chargedAsker(this.#parts, ask);
    return charged.denied ? charged : undefined;
  }

  /** A gateway's own word on what a peer did wrong, for those who listen. */
  reportError(source: string, text: string, memberId?: string): void {
    this.together(() => this.#parts.outbox.tell({ type: 'error', source, text, memberId }));
  }

  /** Makes the room where there is none. */
  join(ask: Ask, room: string, wish: JoinWish = {}): Outcome<Joined> {
    return this.together(() => this.#rooms.join(ask, room, wish));
  }

  leave(ask: Ask, room: string): Outcome<{ room: RoomInfo }> {
    return this.together(() => this.#rooms.leave(ask, room));
  }

  kick(ask: Ask, room: string, targetId: string): Outcome<{ room: RoomInfo; target: Member }> {
    return this.together(() => this.#rooms.kick(ask, room, targetId));
  }

  list(ask: Ask): Outcome<{ rooms: readonly ListedRoom[] }> {
    return this.together(() => this.#rooms.list(ask));
  }

  /** The rooms it is in, in the order it came. */
  roomsOf(id: string): readonly RoomInfo[] {
    return [...(this.#parts.members.get(id)?.rooms ?? [])].map(({ info }) => info);
  }

  /** Who is in a room, for one who is in it too; nobody for others. */
  roster(by: string, room: string): readonly Member[] {
    const gateway = this.member(by)?.gateway;
    const found = gateway === undefined ? undefined : this.#parts.rooms.find(gateway, room);
    return found?.has(by) ? found.roster() : [];
  }

  sendToRoom(ask: Ask, post: RoomPost): Outcome<{ room: RoomInfo }> {
    return this.together(() => this.#messages.sendToRoom(ask, post));
  }

  /** Through a room, or directly. */
  sendPrivate(ask: Ask, post: PrivatePost): Outcome<{ to: Member }> {
    return this.together(() => this.#messages.sendPrivate(ask, post));
  }

  /** Whom `by` reaches under a name: in `room`, or directly. Names need not be unique. */
  findNamed(by: string, name: string, room?: string): readonly Member[] {
    return this.#messages.findNamed(by, name, room);
  }

  changeRoomVariable(ask: Ask, post: VariablePost): VariableOutcome {
    return this.together(() => this.#variables.changeRoom(ask, post));
  }

  /** The asker's own variables, for all who share a room with it. */
  setOwnVariables(ask: Ask, values: Readonly<Record<string, HubValue>>): VariableOutcome {
    return this.together(() => this.#variables.setOwn(ask, values));
  }

  variablesOf(by: string, memberId: string): readonly (readonly [string, HubValue])[] {
    return this.#variables.ofMember(by, memberId);
  }

  /** Never rejects. */
  run(ask: Ask, name: string, args: CommandArguments): Promise<Outcome<{ answer: HubValue | undefined }>> {
    return this.#commandDesk.run(ask, name, args);
  }

  get commands(): readonly CommandDefinition[] {
    return this.#commands.definitions();
  }

  /** Switches a command, or a gateway's own word, on or off, everywhere or at one gateway. False: it was so already. */
  switchCommand(name: string, isOn: boolean, gateway?: string): boolean {
    return this.#commands.switch(name, isOn, gateway);
  }

  /** Why the member can not use a word of its gateway now, if it can not. */
  switchedOff(by: string, name: string): Denied | undefined {
    const member = this.member(by);
    if (member === undefined) return deny('not_connected', `there is no member ${by}`);
    return this.#commandDesk.switchedOff(member, name);
  }

  /** How much is kept: for measuring, and for seeing that nothing stays behind. */
  get sizes(): MemberBook['sizes'] & { readonly rooms: number; readonly visitorsRooms: number } {
    const { members, rooms } = this.#parts;
    return { ...members.sizes, rooms: rooms.size, visitorsRooms: rooms.count() };
  }
}
