/** What the operator sees of the hub and does to it: visitors, rooms, commands switched on and off. Knows no protocol. */
import { RefusedError } from '../../lib/errors.js';
import { isOperation } from '../../lib/operations/catalogue.js';
import type { Hub } from '../hub/hub.js';
import type { HubControls, HubView, VisitorView } from '../hub/hub-controls.js';
import type { HubEvent } from '../hub/hub-events.js';
import type { Member } from '../hub/hub-types.js';

export type HubDeskOptions = {
  readonly hub: Hub;
  /** Closes the connection of a member, with a reason for it. */
  readonly end: (memberId: string, reason: string) => void;
  readonly gateways: () => HubView['gateways'];
};

export class HubDesk implements HubControls {
  readonly #options: HubDeskOptions;
  readonly #addresses = new Map<string, string>();
  readonly #listeners = new Set<(event: HubEvent) => void>();

  constructor(options: HubDeskOptions) {
    this.#options = options;
    options.hub.listen('visitors', (event) => {
      if (event.type === 'connected') this.#addresses.set(event.member.id, event.address);
      if (event.type === 'disconnected') this.#addresses.delete(event.member.id);
      for (const hear of this.#listeners) hear(event);
    });
  }

  get visitors(): number {
    return this.#addresses.size;
  }

  view(): HubView {
    const { hub, gateways } = this.#options;
    return {
      gateways: gateways(),
      visitors: [...this.#addresses].flatMap(([id, address]) => {
        const member = hub.member(id);
        return member === undefined ? [] : [this.#shown(member, address)];
      }),
      commands: hub.commands.map(({ name }) => name),
      plugins: hub.plugins,
    };
  }

  listen(hear: (event: HubEvent) => void): () => void {
    this.#listeners.add(hear);
    return () => void this.#listeners.delete(hear);
  }

  expel(who: string, by: string): string {
    const { hub, end } = this.#options;
    const ids = [...this.#addresses.keys()].filter((id) => id === who || hub.member(id)?.name === who);
    const [id, ...others] = ids;
    if (id === undefined) throw new RefusedError('unknown_visitor', `there is no visitor "${who}"`);
    if (others.length > 0)
      throw new RefusedError(
        'ambiguous',
        `${ids.length} visitors are called "${who}": give one id of ${ids.join(', ')}`,
      );
    end(id, `put out by ${by}`);
    return `visitor ${who} is out`;
  }

  switchCommand(command: string, isOn: boolean, gateway: string | undefined): string {
    if (gateway !== undefined) this.#expectGateway(gateway);
    const state = isOn ? 'on' : 'off';
    const where = gateway === undefined ? 'everywhere' : `at ${gateway}`;
    if (!this.#options.hub.switchCommand(command, isOn, gateway))
      throw new RefusedError('unchanged', `"${command}" is ${state} ${where} already`);
    const { commands } = this.#options.hub;
    const isHubs = isOperation(command) || commands.some(({ name }) => name === command);
    const note = isHubs ? '' : ' (no command of the hub, but a word of a gateway if there is one)';
    return `"${command}" is ${state} ${where}${note}`;
  }

  /** @throws RefusedError: a name that is misspelt would switch nothing, and say that it had. */
  #expectGateway(gateway: string): void {
    const open = this.#options.gateways().map(({ name }) => name);
    // Scratch clients come by CloudLink's port.
    const known = open.includes('cloudlink') ? [...open, 'scratch'] : open;
    if (!known.includes(gateway))
      throw new RefusedError(
        'unknown_gateway',
        `no gateway "${gateway.slice(0, 60)}" is open; there are ${known.join(', ') || 'none'}`,
      );
  }

  #shown({ id, name, role, gateway, latencyMs }: Member, address: string): VisitorView {
    const rooms = this.#options.hub.roomsOf(id).map((room) => room.name);
    return { id, name: name ?? null, role, gateway, address, rooms, latencyMs: latencyMs ?? null };
  }
}
