/**
 * What a client knows of its rooms: who is in them and the last values, kept up by what the server tells. Knows neither
 * wire nor connection.
 */
import type { MessageValue } from '../definitions/message-value.js';
import type { RoomEvent, RoomInfo, RoomMember, RosterEntry, Values, VariableChange } from './room-types.js';

/** One room as it is known now. */
export type RoomView = {
  info: RoomInfo;
  /** By id, in the order they came. */
  readonly members: Map<string, RoomMember>;
  readonly variables: Map<string, MessageValue>;
};

/** Events that change what is known. */
export type ViewEvent = Exclude<RoomEvent, { type: 'message' | 'ended' }>;

export class RoomViews {
  readonly #rooms = new Map<string, RoomView>();
  /** Of members that share a room with the client. */
  readonly #variables = new Map<string, Map<string, MessageValue>>();

  get(room: string): RoomView | undefined {
    return this.#rooms.get(room);
  }

  variablesOf(memberId: string): ReadonlyMap<string, MessageValue> {
    return this.#variables.get(memberId) ?? new Map();
  }

  /** False: it is of a room that the client is not in (any more). */
  apply(event: ViewEvent): boolean {
    if (event.type === 'entered') {
      const variables = new Map(Object.entries(event.variables));
      this.#rooms.set(event.room.name, { info: event.room, members: new Map(), variables });
      return true;
    }
    const name = typeof event.room === 'string' ? event.room : event.room.name;
    const view = this.#rooms.get(name);
    if (view === undefined) return false;
    if (typeof event.room !== 'string') view.info = event.room;
    this.#applyTo(view, event);
    return true;
  }

  /** Another name of a member, in all rooms. */
  replaceMember(member: RoomMember): void {
    for (const { members } of this.#rooms.values())
      if (members.has(member.id)) members.set(member.id, member);
  }

  /** False: the client sees that member nowhere (any more). */
  changeMember(memberId: string, changed: Values): boolean {
    if (!this.#isKnown(memberId)) return false;
    this.#setVariables(memberId, changed);
    return true;
  }

  /** False: it is not in that room (any more). */
  changeRoom(room: string, changed: Values): boolean {
    const view = this.#rooms.get(room);
    for (const [name, value] of Object.entries(changed)) view?.variables.set(name, value);
    return view !== undefined;
  }

  #applyTo(view: RoomView, event: Exclude<ViewEvent, { type: 'entered' }>): void {
    switch (event.type) {
      case 'roster':
        for (const entry of event.members) this.#add(view, entry);
        return;
      case 'joined':
        this.#add(view, event);
        return;
      case 'left':
        this.#remove(view, event.member.id);
        return;
      case 'renamed':
      case 'changed':
        if (view.members.has(event.member.id)) view.members.set(event.member.id, event.member);
        return;
      case 'removed':
        this.#rooms.delete(view.info.name);
        for (const id of view.members.keys()) this.#forget(id);
        return;
      case 'variable':
        changeVariable(view.variables, event.change);
    }
  }

  #add(view: RoomView, { member, variables }: RosterEntry): void {
    view.members.set(member.id, member);
    this.#setVariables(member.id, variables);
  }

  #remove(view: RoomView, memberId: string): void {
    view.members.delete(memberId);
    this.#forget(memberId);
  }

  /** Values of those whom the client sees nowhere any more would grow old. */
  #forget(memberId: string): void {
    if (!this.#isKnown(memberId)) this.#variables.delete(memberId);
  }

  #isKnown(memberId: string): boolean {
    for (const { members } of this.#rooms.values()) if (members.has(memberId)) return true;
    return false;
  }

  #setVariables(memberId: string, changed: Values): void {
    const variables = this.#variables.get(memberId) ?? new Map();
    for (const [name, value] of Object.entries(changed)) variables.set(name, value);
    if (variables.size > 0) this.#variables.set(memberId, variables);
  }
}

/** Does to last values what was done to the server's. */
function changeVariable(variables: Map<string, MessageValue>, change: VariableChange): void {
  if ('value' in change) {
    variables.set(change.name, change.value);
    return;
  }
  const value = variables.get(change.name);
  variables.delete(change.name);
  if (value !== undefined && 'to' in change) variables.set(change.to, value);
}
