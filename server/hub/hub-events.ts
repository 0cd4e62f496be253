/** What happens in the hub, for logs and plugins. Knows nothing of what they do with it. */

import type { Content, HubValue, Member, RoomInfo } from './hub-types.js';

export type HubEvent =
  | { readonly type: 'connected'; readonly member: Member; readonly address: string }
  /** It is known which protocol it speaks. */
  | { readonly type: 'identified'; readonly member: Member }
  | { readonly type: 'login'; readonly member: Member }
  | { readonly type: 'disconnected'; readonly member: Member; readonly reason: string }
  | {
      readonly type: 'message';
      readonly from: Member | undefined;
      readonly room: RoomInfo | undefined;
      /** Undefined: all in the room. */
      readonly to: Member | undefined;
      readonly content: Content;
      readonly correlation: HubValue | undefined;
    }
  /** Something of ours or of a plugin failed, or a gateway reports what a peer did wrong. */
  | {
      readonly type: 'error';
      /** The plugin, or the part of the hub. */
      readonly source: string;
      readonly text: string;
      readonly memberId: string | undefined;
    };

/** Nobody waits for a promise that it gives; should it fail, that is told as if it had thrown. */
export type HubListener = (event: HubEvent) => unknown;
