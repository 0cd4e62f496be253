/** A sender and a receiver with a folder, over real TCP through a link that can be cut. */
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PartialFiles } from '../../../../lib/messaging/adapters/partial-files.js';
import {
  type ConnectionOptions,
  connectTcp,
  type FileOffer,
  type IncomingFile,
  libraryFeatures,
} from '../../../../lib/messaging/index.js';
import { hello, Network, type Side, until } from '../connection/pair.js';
import { CuttingProxy } from './cutting-proxy.js';

/** A store as a program would make it: any name, inside one folder. */
export async function openInFolder(
  partials: PartialFiles,
  folder: string,
  offer: FileOffer,
): Promise<IncomingFile> {
  const part = await partials.open(join(folder, offer.filepath), offer);
  return {
    offset: part?.offset ?? 0,
    isDone: part === undefined,
    append: async (pieces) => part?.append(pieces),
    finish: async () => {
      await part?.verify();
      await part?.commit();
    },
    suspend: async () => part?.suspend(),
  };
}

export class FileRig {
  readonly folder: string;
  readonly proxy: CuttingProxy;
  readonly sender: Side;
  readonly receiver: Side;
  readonly network: Network;

  private constructor(parts: {
    folder: string;
    proxy: CuttingProxy;
    sender: Side;
    receiver: Side;
    network: Network;
  }) {
    this.folder = parts.folder;
    this.proxy = parts.proxy;
    this.sender = parts.sender;
    this.receiver = parts.receiver;
    this.network = parts.network;
  }

  static async open(options: Partial<ConnectionOptions> = {}): Promise<FileRig> {
    const network = await Network.open();
    const proxy = await CuttingProxy.open(network.port);
    const features = libraryFeatures;
    const sender = network.side({ hello: hello('server', { features }), ...options });
    const receiver = network.side({ hello: hello('drone', { features }), ...options });
    const folder = await mkdtemp(join(tmpdir(), 'starling-files-'));
    const rig = new FileRig({ folder, proxy, sender, receiver, network });
    const partials = new PartialFiles();
    receiver.endpoint.fileStore({ open: (offer) => openInFolder(partials, folder, offer) });
    await rig.connect();
    return rig;
  }

  /** A new link between the two. */
  async connect(): Promise<void> {
    const near = await connectTcp({ host: '127.0.0.1', port: this.proxy.port, timeoutMs: 1000 });
    const far = await this.network.accepted();
    await until(() => !this.receiver.connection.isConnected && !this.sender.connection.isConnected);
    this.receiver.connection.connect(far);
    this.receiver.connection.markIdentified();
    this.sender.connection.connect(near);
    await Promise.all([this.sender.connection.helloSettled(), this.receiver.connection.helloSettled()]);
  }

  /** What lies in the folder: names, unfinished files as `PARTIAL`. */
  async names(): Promise<string[]> {
    return (await readdir(this.folder)).map((name) => (name.endsWith('.partial') ? 'PARTIAL' : name));
  }

  read(name: string): Promise<Buffer> {
    return readFile(join(this.folder, name));
  }

  async close(): Promise<void> {
    this.proxy.close();
    await this.network.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** Bytes that repeat nowhere, so that a mix of two files shows. */
export function contentOf(seed: string, bytes: number): Buffer {
  const blocks = [];
  for (let n = 0; n * 32 < bytes; n += 1) blocks.push(createHash('sha256').update(`${seed} ${n}`).digest());
  return Buffer.concat(blocks).subarray(0, bytes);
}

export function sha256Of(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}
