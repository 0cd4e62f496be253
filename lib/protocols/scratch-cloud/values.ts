/** Which names and values the strict server of Scratch's cloud variables takes. Knows no message. */
import type { JsonValue } from '../cloudlink/json.js';

/** Source of all limits: TurboWarp's cloud server. */
const maxRoomCharacters = 999;
const maxValueCharacters = 100_000;
const userName = /^[A-Za-z0-9_-]{1,20}$/;
const number = /^-?\d*(?:\.\d*)?$/;

/** The project as a room's name; undefined: it is none. Numbers are as good as texts. */
export function roomOfProject(projectId: JsonValue | undefined): string | undefined {
  if (projectId === undefined || projectId === null || typeof projectId === 'object') return undefined;
  const room = String(projectId);
  return room.length >= 1 && room.length <= maxRoomCharacters ? room : undefined;
}

export function isStrictUser(user: JsonValue | undefined): user is string {
  return typeof user === 'string' && userName.test(user);
}

/** A number, or a text of one; the empty text too. */
export function isStrictValue(value: JsonValue | undefined): value is string | number {
  if (typeof value === 'number') return Number.isFinite(value);
  if (typeof value !== 'string' || value.length > maxValueCharacters) return false;
  return number.test(value) && value !== '.' && value !== '-';
}
