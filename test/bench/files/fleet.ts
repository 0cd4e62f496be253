/** Files to a whole fleet over one link at once, and three times in between all are told to land. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Rig } from './rig.js';
import { ms, type Row } from './rows.js';

export const fleetSize = 500;

const fileBytes = 200_000;

/** The drones must be there; `how`: over what, and by which ways `land` goes. */
export async function measureFleet(rig: Rig, how: { link: string; ways: string }): Promise<Row[]> {
  const startMs = performance.now();
  let isUnderWay = true;
  const files = sendAll(rig).finally(() => {
    isUnderWay = false;
  });
  const lands: Landing[] = [];
  for (let n = 0; n < 3; n += 1) {
    await sleep(2000);
    if (!isUnderWay) throw new Error('the files had all arrived before the command to land was given');
    lands.push(await land(rig));
  }
  const verified = (await files).filter((file) => file?.bytes === fileBytes).length;
  const seconds = (performance.now() - startMs) / 1000;
  const toAll = `land to all of them meanwhile, ${how.ways}`;
  return [
    {
      what: `${fleetSize} drones x 200 kB over ${how.link}, ${verified} verified`,
      measured: `${seconds.toFixed(1)} s`,
      goal: '<= 12 s (8 s is the link)',
    },
    {
      what: `${toAll}: last one written`,
      measured: ms(lands.map(({ writtenMs }) => writtenMs)),
      goal: '<= 100 ms',
    },
    {
      what: `${toAll}: last answer`,
      measured: ms(lands.map(({ answeredMs }) => answeredMs)),
      goal: '<= 500 ms',
    },
    ...byDatagram(lands),
  ];
}

function sendAll({ connections }: Rig) {
  const content = Buffer.alloc(fileBytes, 'starling');
  return Promise.all(
    connections.map((connection, n) => {
      const own = Buffer.from(content);
      own.writeUInt32BE(n);
      return connection.sendFile('f', own);
    }),
  );
}

type Landing = {
  /** When the last command was handed to its socket, whichever way, ms. */
  readonly writtenMs: number;
  /** When the last drone had answered by either way, ms. */
  readonly answeredMs: number;
  /** When the last one had answered by its connection, ms. */
  readonly linkMs: number;
  /** How many answered by datagram first. */
  readonly byDatagram: number;
  readonly datagrams: number;
};

async function land(rig: Rig): Promise<Landing> {
  const sentBefore = rig.datagramsSent;
  const startMs = performance.now();
  const answers = rig.land();
  // Frames leave at the end of the turn in which they were queued.
  await new Promise((resolve) => setImmediate(resolve));
  const writtenMs = performance.now() - startMs;
  const datagrams = rig.datagramsSent - sentBefore;
  const results = await answers;
  const answeredMs = performance.now() - startMs;
  const failed = results.filter(({ ok }) => !ok).length;
  if (failed > 0 || results.length < fleetSize) throw new Error(`${failed} drones did not land`);
  await sleep(500);
  return {
    ...{ writtenMs, answeredMs, datagrams, linkMs: rig.lastLinkAnswerMs - startMs },
    byDatagram: results.filter(({ message }) => message !== undefined).length,
  };
}

function byDatagram(lands: readonly Landing[]): Row[] {
  if (lands.every(({ datagrams }) => datagrams === 0)) return [];
  if (lands.some(({ datagrams }) => datagrams < fleetSize))
    throw new Error('not every drone was sent a datagram');
  return [
    {
      what: 'of these: answered by datagram first; last answer by a connection',
      measured: lands.map(({ byDatagram: count }) => count).join(', '),
      goal: `(${ms(lands.map(({ linkMs }) => linkMs))})`,
    },
  ];
}
