/** What a connection tells those who listen. Knows no connection. */
import { errorText } from '../../errors.js';
import type { Hello } from './hello.js';

/** What happens to a connection; nothing is logged otherwise. */
export type ConnectionEvent =
  | { type: 'connected' }
  | { type: 'disconnected'; reason: string; error?: Error }
  | { type: 'helloReceived'; hello: Hello }
  | { type: 'heartbeat'; latencyMs: number }
  | { type: 'warning'; text: string }
  | { type: 'closed'; reason: string };

export type ConnectionListener = (event: ConnectionEvent) => void;

export class ConnectionEvents {
  readonly #listeners = new Set<ConnectionListener>();

  /** Hears all events from now on; the returned function ends that. */
  listen(listener: ConnectionListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Tells everybody; a listener that fails is told of in turn, and takes nothing from the others. */
  emit(event: ConnectionEvent): void {
    for (const listener of this.#listeners) {
      try {
        listener(event);
      } catch (error) {
        // A listener that fails on a warning as well has had its say.
        if (event.type !== 'warning') this.warn(`a listener of "${event.type}" failed: ${errorText(error)}`);
      }
    }
  }

  warn(text: string): void {
    this.emit({ type: 'warning', text });
  }
}
