/** Which events a stream of the control port may be of, who may see each, and what a request for them has to be. Pure. */
import { RefusedError } from '../../../lib/errors.js';
import type { eventNames, PushedEvent } from '../../../lib/protocols/tpp/control-protocol.js';
import { isTppObject, type TppJson } from '../../../lib/protocols/tpp/index.js';
import type { Caller } from '../../../lib/security/access/gatekeeper.js';
import { type Role, reaches } from '../../../lib/security/access/role.js';
import type { HubControls } from '../../hub/hub-controls.js';
import type { DroneView } from '../../snapshot.js';
import { pushedTelemetry } from './control-answers.js';
import { openDrones, openResults, telemetryOf } from './drone-events.js';
import type { OpenSource } from './event-feed.js';
import { hubEvents } from './hub-events.js';
import { notAllowedCode } from './least-role.js';
import { openLog, openPhase } from './server-events.js';

type EventType = {
  /** The least that may see it. */
  readonly role: Role;
  readonly open: OpenSource;
};

/** By name. Others than the server's own can be put beside these. */
export type EventTypes = ReadonlyMap<string, EventType>;

/** What a server has in any case. Log and results say who did what: they are for those who work with them. */
const own: Readonly<Record<Exclude<(typeof eventNames)[number], 'hub'>, EventType>> = {
  phase: { role: 'viewer', open: openPhase },
  drone: { role: 'viewer', open: openDrones },
  telemetry: { role: 'viewer', open: telemetryOf(telemetryEvent) },
  result: { role: 'operator', open: openResults },
  log: { role: 'operator', open: openLog },
};

export const serverEventTypes: EventTypes = new Map(Object.entries(own));

/** Those, and what happens in the hub. */
export function allEventTypes(hub: () => HubControls): EventTypes {
  return new Map([...serverEventTypes, ['hub', { role: 'operator', open: hubEvents(hub) }]]);
}

function telemetryEvent(view: DroneView): PushedEvent {
  return { event_type: 'telemetry', ...pushedTelemetry(view) };
}

/**
 * The sources of a body `{"event_types": [...], ...}`, and what else the body holds: which drones.
 * @throws RefusedError `bad_body` for no list, an unknown name or one that is there twice; `not_allowed`.
 */
export function readEventTypes(
  body: TppJson,
  types: EventTypes,
  { name, role }: Caller,
): { readonly sources: readonly OpenSource[]; readonly rest: TppJson } {
  const { event_types: wanted = null, ...rest } = isTppObject(body) ? body : {};
  if (!Array.isArray(wanted) || wanted.length === 0)
    throw new RefusedError('bad_body', `event_types must be a list of some of ${known(types)}`);
  const sources = wanted.map((event: TppJson) => {
    const type = typeof event === 'string' ? types.get(event) : undefined;
    if (type === undefined)
      throw new RefusedError('bad_body', `${unknown(event)}; known are ${known(types)}`);
    if (reaches(role, type.role)) return type.open;
    throw new RefusedError(
      notAllowedCode,
      `events "${event}" need the role ${type.role}; ${name} is ${role}`,
    );
  });
  if (new Set(wanted).size < wanted.length)
    throw new RefusedError('bad_body', 'event_types names one type twice');
  return { sources, rest };
}

function known(types: EventTypes): string {
  return [...types.keys()].join(', ');
}

function unknown(event: TppJson): string {
  return `unknown event type ${(JSON.stringify(event) ?? '').slice(0, 100)}`;
}
