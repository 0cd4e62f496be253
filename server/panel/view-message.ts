/** The line that answers the last key or command, as long as it is news. From state and time alone. */
import type { ServerSnapshot } from '../snapshot.js';
import { messageMs, type PanelState } from './state.js';
import { bold, type StyledLine } from './styled.js';

export function viewMessage(
  { message }: Pick<PanelState, 'message'>,
  { monotonicMs }: Pick<ServerSnapshot, 'monotonicMs'>,
): StyledLine {
  if (!message || monotonicMs - message.atMs > messageMs) return [];
  return [bold(' > ', message.role), bold(message.text, message.role)];
}
