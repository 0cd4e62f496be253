/** Events of the hub for one reader of the control port: who came, spoke, went, and what failed. Pure. */
import type { PushedEvent } from '../../../lib/protocols/tpp/control-protocol.js';
import type { HubControls } from '../../hub/hub-controls.js';
import type { HubEvent } from '../../hub/hub-events.js';
import type { Member } from '../../hub/hub-types.js';
import type { EventReader, EventSource, OpenSource } from './event-feed.js';

/** What waits for a reader that does not take it; more is counted. */
const maxWaiting = 1000;

/** Of a message, for a log: its first letters. */
const maxTextLength = 500;

type HubPush = Extract<PushedEvent, { event_type: 'hub' }>;

class HubNews implements EventSource {
  #waiting: HubPush[] = [];
  #lost = 0;
  readonly #stop: () => void;

  constructor(hub: HubControls, { wake }: EventReader) {
    this.#stop = hub.listen((event) => {
      if (this.#waiting.length < maxWaiting) this.#waiting.push(pushed(event));
      else this.#lost++;
      wake();
    });
  }

  *news(): Generator<HubPush> {
    for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) yield next;
    if (this.#lost === 0) return;
    const text = `${this.#lost} events are missing here: more happened than this reader took`;
    this.#lost = 0;
    yield { event_type: 'hub', what: 'missing', text };
  }

  close(): void {
    this.#stop();
    this.#waiting = [];
  }
}

/** `hub`: as it is when the reader comes, for gateways open after the control port. */
export function hubEvents(hub: () => HubControls): OpenSource {
  return (reader) => new HubNews(hub(), reader);
}

function pushed(event: HubEvent): HubPush {
  const head = { event_type: 'hub', what: event.type } as const;
  switch (event.type) {
    case 'connected':
      return { ...head, ...shown(event.member), address: event.address };
    case 'identified':
    case 'login':
      return { ...head, ...shown(event.member) };
    case 'disconnected':
      return { ...head, ...shown(event.member), text: event.reason };
    case 'error':
      return {
        ...head,
        ...(event.memberId !== undefined && { id: event.memberId }),
        text: `${event.source}: ${event.text}`,
      };
    case 'message':
      return {
        ...head,
        ...(event.from === undefined ? { name: 'the server' } : shown(event.from)),
        ...(event.room !== undefined && { room: event.room.name }),
        ...(event.to !== undefined && { to: event.to.name ?? event.to.id }),
        text: textOf(event.content.value),
      };
  }
}

function shown({ id, name, role, gateway }: Member) {
  return { id, ...(name !== undefined && { name }), role, gateway };
}

function textOf(value: unknown): string {
  const text =
    typeof value === 'string'
      ? value
      : value instanceof Uint8Array
        ? `${value.length} bytes`
        : JSON.stringify(value);
  return text.slice(0, maxTextLength);
}
