/** A receiving program that is killed at any byte of a file, and what is on its disk then. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PartialFiles } from '../../lib/messaging/adapters/partial-files.js';
import {
  type AcceptedConnection,
  ConnectionManager,
  Endpoint,
  libraryFeatures,
  listenTcp,
  type TcpListener,
} from '../../lib/messaging/index.js';
import { SystemClock } from '../../lib/time/adapters/system-clock.js';
import { hello } from '../lib/messaging/connection/pair.js';
import { contentOf, openInFolder, sha256Of } from '../lib/messaging/files/file-rig.js';

const old = contentOf('old', 400_000);
const fresh = contentOf('new', 400_000);

let root: string;
let listener: TcpListener;
let accepted: (connection: AcceptedConnection) => void = () => undefined;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'starling-kill-'));
  listener = await listenTcp({
    host: '127.0.0.1',
    port: 0,
    onConnection: (connection) => accepted(connection),
  });
});

afterAll(async () => {
  await listener.close();
  await rm(root, { recursive: true, force: true });
});

/**
 * A program of its own: FOLDER PORT BYTES AFTER_MS. Dies, by the hand of the kernel, so long after so many bytes came; or
 * after the request to put the file into its place, with BYTES `close`.
 */
const receiver = `
import { connect } from 'node:net';
import { join } from 'node:path';
const lib = ${JSON.stringify(new URL('../../dist/lib/', import.meta.url).href)};
const { ConnectionManager, Endpoint, libraryFeatures } = await import(lib + 'messaging/index.js');
const { PartialFiles } = await import(lib + 'messaging/adapters/partial-files.js');
const { SystemClock } = await import(lib + 'time/adapters/system-clock.js');
const [folder, port, bytes, afterMs] = process.argv.slice(1);
const die = () => process.kill(process.pid, 'SIGKILL');
const endpoint = new Endpoint();
const partials = new PartialFiles();
endpoint.fileStore({
  async open(offer) {
    const part = await partials.open(join(folder, offer.filepath), offer);
    const finish = async () => { await part.verify(); await part.commit(); };
    return { offset: part.offset, isDone: false, append: (p) => part.append(p), finish, suspend: () => part.suspend() };
  },
});
const hello = { protocol: 1, role: 'drone', id: 'd', software: 's', version: '0', features: libraryFeatures };
const connection = new ConnectionManager({ endpoint, clock: new SystemClock(), hello });
const socket = connect({ port: Number(port), host: '127.0.0.1' });
let received = 0;
socket.on('data', (data) => {
  received += data.length;
  if (bytes === 'close' ? data.includes('file_close') : received >= Number(bytes)) {
    if (afterMs === '0') die();
    else setTimeout(die, Number(afterMs));
  }
});
socket.once('connect', () => { connection.connect(socket); connection.markIdentified(); });
`;

async function sendAndKill(folder: string, bytes: string, afterMs: string): Promise<void> {
  await mkdir(folder);
  await writeFile(join(folder, 'f'), old);
  const came = new Promise<AcceptedConnection>((resolve) => {
    accepted = resolve;
  });
  const args = ['--input-type=module', '-e', receiver, folder, String(listener.port), bytes, afterMs];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  const died = once(child, 'exit');
  const options = { endpoint: new Endpoint(), clock: new SystemClock() };
  const features = libraryFeatures;
  const sender = new ConnectionManager({ ...options, hello: hello('server', { features }) });
  sender.connect((await came).stream);
  await sender.helloSettled();
  await sender.sendFile('f', fresh).catch(() => undefined);
  expect((await died)[1]).toBe('SIGKILL');
  sender.close();
}

it.each([
  ['1000', '0'],
  ['20000', '0'],
  ['66666', '0'],
  ['150001', '1'],
  ['300000', '0'],
  ['390000', '0'],
  ['401000', '0'],
  ['close', '0'],
  ['close', '1'],
  ['close', '5'],
])(
  'killed after %s bytes and %s ms: the old file or the new one, and the rest of the way from there',
  async (...at) => {
    const folder = join(root, at.join('-'));
    await sendAndKill(folder, ...at);
    const held = await readFile(join(folder, 'f'));
    expect([sha256Of(old), sha256Of(fresh)]).toContain(sha256Of(held));
    const offer = { filepath: 'f', size: fresh.length, sha256: sha256Of(fresh) };
    const file = await openInFolder(new PartialFiles(), folder, offer);
    expect(file.isDone).toBe(held.equals(fresh));
    if (!file.isDone) {
      await file.append([fresh.subarray(file.offset)]);
      await file.finish();
    }
    expect((await readFile(join(folder, 'f'))).equals(fresh)).toBe(true);
  },
);
