/** What the hub delivers to one user, as bytes on their way to it. Knows no session and no socket. */
import type { Delivery } from '../../hub/deliveries.js';
import { showRoom } from '../../hub/fleet-side.js';
import type { Hub } from '../../hub/hub.js';
import type { FleetMessage } from './fleet-schema.js';
import type { FrameMaker } from './frames.js';
import { messagesOf, ownVariableMessage, removedMessage } from './hub-messages.js';
import type { ShowNews } from './show-news.js';
import { droneMessage } from './state-messages.js';

export type HearingOptions = {
  readonly hub: Hub;
  readonly memberId: string;
  /** Shared by all users, so that what many hear is made once. */
  readonly frames: FrameMaker;
  readonly news: ShowNews;
  readonly send: (bytes: Uint8Array) => void;
};

export class Hearing {
  readonly #options: HearingOptions;

  constructor(options: HearingOptions) {
    this.#options = options;
  }

  hear(delivery: Delivery): void {
    const { hub, memberId, frames, news, send } = this.#options;
    if (delivery.type === 'roomVariable' && delivery.room.isFleets && delivery.room.name === showRoom) {
      news.hear(delivery, this);
    } else if (delivery.type === 'removed') {
      const you = hub.member(memberId);
      if (you !== undefined) send(frames.bytesOf([removedMessage(delivery, you)]));
    } else {
      const messages = () =>
        delivery.type === 'memberVariables' ? this.#state(delivery) : messagesOf(delivery);
      send(frames.bytesFor(delivery, messages));
    }
  }

  hearShow(bytes: Uint8Array): void {
    this.#options.send(bytes);
  }

  /** The last values of a drone, not only what changed: who reads one message knows it all. */
  #state({ member, changed }: Extract<Delivery, { type: 'memberVariables' }>): readonly FleetMessage[] {
    const news = Object.entries(changed);
    if (member.role !== 'drone') return news.map(([name, value]) => ownVariableMessage(member, name, value));
    const { hub, memberId } = this.#options;
    const all = hub.variablesOf(memberId, member.id);
    return [droneMessage(member, new Map(all.length > 0 ? all : news))];
  }
}
