/** One drone against a plain socket that writes the same bytes over the same link; nobody digests those. */
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { Rig } from './rig.js';
import { mbit100BytesPerMs, type Row } from './rows.js';

type Link = { readonly name: string; readonly bytesPerMs: number | undefined; readonly bytes: number };

const links: readonly Link[] = [
  { name: 'loopback', bytesPerMs: undefined, bytes: 64 * 1024 * 1024 },
  { name: '100 Mbit/s', bytesPerMs: mbit100BytesPerMs, bytes: 40_000_000 },
];

export async function measureOneDrone(): Promise<Row[]> {
  const rows: Row[] = [];
  for (const link of links) rows.push(await compare(link));
  return rows;
}

async function compare(link: Link): Promise<Row> {
  const content = Buffer.alloc(link.bytes, 'starling');
  const rig = new Rig();
  await rig.open({ count: 1, link: { bytesPerMs: link.bytesPerMs } });
  const rates: { chunks: number[]; plain: number[] } = { chunks: [], plain: [] };
  for (let round = 0; round < 3; round += 1) {
    content.writeUInt32BE(round);
    const startMs = performance.now();
    await rig.connections[0]?.sendFile('f', content);
    rates.chunks.push(megabytesPerS(link.bytes, startMs));
    rates.plain.push(await plainRate(rig, content, link.bytesPerMs));
  }
  rig.close();
  const [ours, plain] = [Math.max(...rates.chunks), Math.max(...rates.plain)];
  const measured = `${ours.toFixed(1)} of ${plain.toFixed(1)} MB/s = ${(ours / plain).toFixed(2)}`;
  return { what: `one drone, ${link.name}, of what a plain socket carries`, measured, goal: '>= 0.8' };
}

async function plainRate(rig: Rig, content: Buffer, bytesPerMs: number | undefined): Promise<number> {
  const server = createServer({ noDelay: true });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const target = { host: '127.0.0.1', port };
  const near = connect({ port: await rig.shape({ target, bytesPerMs }), host: '127.0.0.1' });
  const [far] = (await once(server, 'connection')) as [Socket];
  let left = content.length;
  const startMs = performance.now();
  far.write(content);
  await new Promise<void>((resolve) => {
    near.on('data', (bytes: Buffer) => {
      left -= bytes.length;
      if (left === 0) resolve();
    });
  });
  const rate = megabytesPerS(content.length, startMs);
  near.destroy();
  far.destroy();
  server.close();
  return rate;
}

function megabytesPerS(bytes: number, startMs: number): number {
  return bytes / 1000 / (performance.now() - startMs);
}
