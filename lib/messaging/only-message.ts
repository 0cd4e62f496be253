/** A datagram that is exactly one frame. Knows frames; no socket, and not what datagrams say. */
import { CorruptFrameError } from '../errors.js';
import type { Message } from './message.js';
import { MessageManager } from './message-manager.js';

/** The message in a datagram; undefined where it is corrupt, cut, or followed by more. Never throws for any bytes. */
export function onlyMessage(datagram: Uint8Array): Message | undefined {
  const manager = new MessageManager();
  manager.push(datagram);
  try {
    const message = manager.next();
    return manager.isMidFrame ? undefined : message;
  } catch (error) {
    if (error instanceof CorruptFrameError) return undefined;
    throw error;
  }
}
