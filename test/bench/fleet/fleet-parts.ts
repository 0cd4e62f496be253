/** What a flown fleet is made of: links, processes of clients, and the plan of their show. Knows no course of a bench. */
import { ConnectionManager, connectTcp, Endpoint, libraryFeatures } from '../../../lib/messaging/index.js';
import { openShow } from '../../../lib/show/adapters/open-show.js';
import { decodePart } from '../../../lib/show/part/part-codec.js';
import { planOfPart } from '../../../lib/show/part/part-plan.js';
import { trajectoryAt } from '../../../lib/show/trajectory.js';
import { SystemClock } from '../../../lib/time/adapters/system-clock.js';
import { Child } from './child.js';
import type { FleetMember, FleetOrders } from './fleet-process.js';
import { eastMPerS } from './line-show.js';
import type { LinksOrders } from './links-process.js';

/** When the show's own setpoints begin, and when the drones leave for the east, s of the show. */
export type Plan = { readonly firstSetpointS: number; readonly eastBeginsS: number };

/** Bad links from so many drones to the drone port of a server, and where each is reached. */
export async function openLinks(tcpPort: number, count: number) {
  const child = new Child<LinksOrders>(new URL('./links-process.js', import.meta.url));
  const ways = await child.ask('open', { count, tcpPort, ntpPort: await ntpPortOf(tcpPort) });
  return { child, ways };
}

/** Clients spread over processes; resolves when all are started, connected or not. */
export async function openFleets(
  members: readonly FleetMember[],
  processes: number,
  folder: string,
): Promise<readonly Child<FleetOrders>[]> {
  const fleets = Array.from(
    { length: processes },
    () => new Child<FleetOrders>(new URL('./fleet-process.js', import.meta.url)),
  );
  await Promise.all(
    fleets.map((fleet, index) =>
      fleet.ask('start', { folder, members: members.filter(({ number }) => number % processes === index) }),
    ),
  );
  return fleets;
}

/** As a drone learns it: from the server's hello. */
async function ntpPortOf(port: number): Promise<number> {
  const features = [...libraryFeatures];
  const connection = new ConnectionManager({
    endpoint: new Endpoint(),
    clock: new SystemClock(),
    hello: { protocol: 1, role: 'operator', id: 'bench', software: 'bench', version: 'bench', features },
  });
  connection.connect(await connectTcp({ host: '127.0.0.1', port, timeoutMs: 1000 }));
  const { ntp } = (await connection.helloSettled()) ?? {};
  connection.close();
  if (ntp === undefined) throw new Error('the server serves no time');
  return ntp;
}

/** What every drone of the line show does when. */
export async function readPlan(showPath: string): Promise<Plan> {
  const { parts } = await openShow(showPath);
  const plan = planOfPart(decodePart(parts.get('drone-1') ?? new Uint8Array(), 'drone-1'));
  const first = plan.steps.find(({ kind }) => kind === 'fly');
  if (!first) throw new Error('the show does not fly');
  const laterS = first.startS + 5;
  const eastM = trajectoryAt(plan, laterS)?.positionM.x ?? Number.NaN;
  return { firstSetpointS: first.startS, eastBeginsS: laterS - eastM / eastMPerS };
}
