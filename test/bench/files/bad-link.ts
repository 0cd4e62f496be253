/** One large file over a link that is slow, loses packets and is cut again and again. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Rig } from './rig.js';
import { type Row, until } from './rows.js';
import type { ShaperOptions } from './shaper.js';

/** 40 ms each way, and a cut whenever so many bytes have gone to the drone. */
export const cuts = { delayMs: 40, cutEveryBytes: 450_000, maxCuts: 10 };

/** Each cut gives the drone a new connection: the file is sent again over that, and goes on where it was. */
export async function measureBadLink(
  rig: Rig,
  link: Omit<ShaperOptions, 'target'>,
  loss: () => string,
): Promise<Row> {
  const content = Buffer.alloc(5_000_000, 'starling');
  for (let n = 0; n < content.length; n += 4096) content.writeUInt32BE(n, n);
  const folder = mkdtempSync(join(tmpdir(), 'starling-bench-'));
  try {
    await rig.open({ count: 1, link, folder });
    const startMs = performance.now();
    await sendThroughCuts(rig, content);
    const seconds = (performance.now() - startMs) / 1000;
    await sleep(600);
    const count = rig.report && 'cuts' in rig.report ? rig.report.cuts : 0;
    const isRight = readFileSync(join(folder, 'f')).equals(content);
    return {
      what: `5 MB over 2 Mbit/s, 80 ms, ${loss()}, ${count} cuts, ${isRight ? 'right' : 'WRONG'}`,
      measured: `${seconds.toFixed(1)} s`,
      goal: 'arrives (20 s is the link)',
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function sendThroughCuts(rig: Rig, content: Buffer): Promise<void> {
  for (;;) {
    const connection = rig.connections.at(-1);
    if (!connection) throw new Error('no drone is there');
    await connection.helloSettled();
    const isSent = await connection.sendFile('f', content).then(
      () => true,
      () => false,
    );
    if (isSent) return;
    await until(() => rig.connections.at(-1) !== connection);
  }
}
