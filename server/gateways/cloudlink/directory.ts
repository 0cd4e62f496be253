/** Members as CL4 clients see and address them: by snowflake, by UUID, or by the hub's id. Knows no message. */
import type { UserObject } from '../../../lib/protocols/cloudlink/index.js';
import type { Member } from '../../hub/hub-types.js';
import { cloudlinkName } from './visit.js';

/** Who came by this port: both parts are texts without a colon. */
export type Handles = { readonly snowflake: string; readonly uuid: string };

/** The id in the hub: the handles are in it, so that a user object can be told from a member that has left. */
export function memberIdOf({ snowflake, uuid }: Handles): string {
  return `${cloudlinkName}:${snowflake}:${uuid}`;
}

/** Drones, and members of other gateways, are addressed by their id in the hub. */
export function userOf({ id, name }: Pick<Member, 'id' | 'name'>): UserObject {
  const [gateway, snowflake = id, uuid = id] = id.split(':');
  const handles = gateway === cloudlinkName ? { id: snowflake, uuid } : { id, uuid: id };
  return name === undefined ? handles : { id: handles.id, username: name, uuid: handles.uuid };
}

export class Directory {
  readonly #members = new Map<string, string>();

  add(handles: Handles): void {
    const id = memberIdOf(handles);
    this.#members.set(handles.snowflake, id).set(handles.uuid, id);
  }

  remove({ snowflake, uuid }: Handles): void {
    this.#members.delete(snowflake);
    this.#members.delete(uuid);
  }

  /** The id in the hub that a handle means; what is no handle may be such an id itself. */
  memberId(handle: string): string {
    return this.#members.get(handle) ?? handle;
  }
}
