/** What a command and a request of a drone are to those who write them. Types alone. */
import type { Kwargs } from '../../lib/messaging/index.js';

/** Does something; a rejection is the refusal. */
export type Command = (kwargs: Kwargs) => void | Promise<void>;

/** Answers something. */
export type Answer = (kwargs: Kwargs) => unknown;
