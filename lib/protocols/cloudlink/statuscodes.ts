/** CL4's status codes with their texts. Knows no command and not when which is due. */

const texts = {
  0: 'Test',
  1: 'Echo',
  100: 'OK',
  101: 'Syntax',
  102: 'Datatype',
  103: 'ID not found',
  104: 'ID not specific enough',
  105: 'Internal server error',
  106: 'Empty packet',
  107: 'ID already set',
  108: 'Refused',
  109: 'Invalid command',
  110: 'Command disabled',
  111: 'ID required',
  112: 'ID conflict',
  113: 'Too large',
  114: 'JSON error',
  115: 'Room not joined',
} as const;

export type StatusId = keyof typeof texts;

/** `I:100 | OK`: the letter says whether it is news or an error. */
export function statusText(id: StatusId): string {
  return `${id <= 100 ? 'I' : 'E'}:${id} | ${texts[id]}`;
}

/** The wording of details that clients know. */
export const statusDetails = {
  emptyPacket: 'Your client has sent an empty message.',
  usernameRequired: 'This command requires setting a username.',
  invalidCommand: (command: string) => `${command} is an invalid command.`,
  disabledCommand: (command: string) => `${command} is a disabled command.`,
  jsonError: (fault: string) => `A JSON error was raised: ${fault}`,
  roomNotJoined: (room: string) => `Attempted to access room ${room} while not joined.`,
  noMatches: (id: string) => `No matches found: ${id}`,
  manyMatches: (id: string, count: number) =>
    `Multiple matches found for ${id}, found ${count} matches. ` +
    'Please use Snowflakes, UUIDs, or client objects instead.',
} as const;
