/** What the hub has for a member, as its connection tells it. Knows no wire, no socket and no time. */
import type { RoomEvent, ServedRooms, Values } from '../../../lib/messaging/index.js';
import type { Delivery } from '../../hub/deliveries.js';

export type Told = {
  /** The member's id. */
  readonly to: string;
  readonly served: ServedRooms;
  readonly variablesOf: (memberId: string) => Values;
};

/** Last values go the way on which a newer one replaces an older; all else in order. */
export function tellVisitor(delivery: Delivery, told: Told): void {
  const { served } = told;
  if (delivery.type === 'memberVariables') {
    served.telemetry.memberChanged(delivery.member.id, delivery.changed);
    return;
  }
  if (delivery.type === 'roomVariable' && delivery.from === undefined && 'value' in delivery.change) {
    const { name, value } = delivery.change;
    served.telemetry.roomChanged(delivery.room.name, { [name]: value });
    return;
  }
  served.push(eventOf(delivery, told));
}

function eventOf(
  delivery: Exclude<Delivery, { type: 'memberVariables' }>,
  { to, variablesOf }: Told,
): RoomEvent {
  switch (delivery.type) {
    case 'joined':
      return { ...delivery, variables: variablesOf(delivery.member.id) };
    case 'roomMessage': {
      const { room, from, content, correlation } = delivery;
      // The token of a message to all is of use to its sender alone.
      const own = from?.id === to ? correlation : undefined;
      return { ...messageOf(content), room: room.name, isPrivate: false, from, correlation: own };
    }
    case 'privateMessage': {
      const { room, from, content, correlation } = delivery;
      return { ...messageOf(content), room: room?.name, isPrivate: true, from, correlation };
    }
    case 'roomVariable':
      return { type: 'variable', room: delivery.room.name, from: delivery.from, change: delivery.change };
    default:
      return delivery;
  }
}

type Content = Extract<Delivery, { type: 'roomMessage' }>['content'];

/** Names of other gateways may be numbers. */
function messageOf({ topic, value }: Content) {
  return { type: 'message', name: topic === undefined ? undefined : String(topic), value } as const;
}
