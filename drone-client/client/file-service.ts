/** Takes and gives files for a peer, one after the other. Knows the jail's rules and the disk's port; no connection. */
import { RefusedError } from '../../lib/errors.js';
import type { FileOffer, IncomingFile, IncomingStore } from '../../lib/messaging/index.js';
import type { Drone } from './drone.js';
import type { UnfinishedFile } from './drone-files.js';
import {
  animationPath,
  type FilePlace,
  placeForReading,
  placeForWriting,
  showPartPath,
} from './file-jail.js';
import { expectRoom, expectUpdatable } from './update-files.js';

/** A drone holds one show: what was sent last. */
const replacedBy: ReadonlyMap<string, string> = new Map([
  [animationPath, showPartPath],
  [showPartPath, animationPath],
]);

/** A file that is there already. */
const doneFile: IncomingFile = {
  offset: 0,
  isDone: true,
  append: () => Promise.resolve(),
  finish: () => Promise.resolve(),
  suspend: () => Promise.resolve(),
};

export class FileService implements IncomingStore {
  readonly #drone: Drone;
  #written: Promise<void> = Promise.resolve();

  constructor(drone: Drone) {
    this.#drone = drone;
  }

  /** Resolves when every file received so far lies on the disk, or was refused. */
  settled(): Promise<void> {
    return this.#written;
  }

  /** Stores a pushed file. @throws RefusedError when it may not be stored there, or not now; nothing is written then. */
  async store(filepath: string, content: Uint8Array): Promise<void> {
    const { files } = this.#drone;
    const place = placeForWriting(filepath, files.roots);
    this.#expectStanding();
    // In turn from this moment on: who asks next sees it.
    await this.#inTurn(async () => {
      await expectUpdatable(this.#drone, place, { bytes: content.length, isWhole: true });
      // Before anything is taken away: the disk may be full.
      const written = await files.writeBeside(place, content);
      try {
        // It may have been armed while this file, or the one before, was written.
        this.#expectStanding();
        await this.#replaceShow(place, content.length, () => written.commit());
      } finally {
        await written.discard();
      }
    });
  }

  /** Begins a file that comes in pieces. @throws RefusedError as `store`, and `busy`. */
  async open(offer: FileOffer): Promise<IncomingFile> {
    const { files } = this.#drone;
    const place = placeForWriting(offer.filepath, files.roots);
    this.#expectStanding();
    await expectUpdatable(this.#drone, place, { bytes: offer.size, isWhole: false });
    const part = await files.receive(place, offer);
    if (part) return this.#begin(place, offer, part);
    // It may have been left alone with the other show when the power went.
    await this.#inTurn(() => this.#replaceShow(place, undefined, () => Promise.resolve()));
    return doneFile;
  }

  /** What lies on the disk now, to prove an arrival. */
  async describe(filepath: string): Promise<{ bytes: number; sha256: string }> {
    await this.#written;
    return this.#drone.files.digest(placeForWriting(filepath, this.#drone.files.roots));
  }

  async read(filepath: string): Promise<Uint8Array> {
    await this.#written;
    return this.#drone.files.read(placeForReading(filepath, this.#drone.files.roots));
  }

  /** What came of it before is kept where there is no room for the rest. */
  async #begin(place: FilePlace, offer: FileOffer, part: UnfinishedFile): Promise<IncomingFile> {
    try {
      await expectRoom(this.#drone, place, offer.size - part.offset);
    } catch (error) {
      await part.suspend();
      throw error;
    }
    return this.#incoming(place, offer, part);
  }

  /** A file whose link is lost, or that comes too late, is kept: it goes on where it was when it is sent again. */
  #incoming(place: FilePlace, { size }: FileOffer, part: UnfinishedFile): IncomingFile {
    const orSuspend = async (work: () => Promise<void>) => {
      try {
        this.#expectStanding();
        await work();
      } catch (error) {
        await part.suspend();
        throw error;
      }
    };
    const commit = async () => {
      // It may have been armed while the file before this one was written.
      this.#expectStanding();
      await this.#replaceShow(place, size, () => part.commit());
    };
    return {
      offset: part.offset,
      isDone: false,
      append: (pieces) => orSuspend(() => part.append(pieces)),
      finish: () =>
        orSuspend(async () => {
          await part.verify();
          await this.#inTurn(commit);
        }),
      suspend: () => part.suspend(),
    };
  }

  #expectStanding(): void {
    const { vehicle, player, isServerRefused } = this.#drone;
    if (isServerRefused?.())
      throw new RefusedError('superseded', 'no files: this server is no longer in charge of the fleet');
    if (vehicle.state.armed || player.isBusy)
      throw new RefusedError('armed', 'no files while it flies: land first');
  }

  async #inTurn(write: () => Promise<void>): Promise<void> {
    const written = this.#written.then(write);
    this.#written = written.catch(() => undefined);
    await written;
  }

  /** Puts a file that lies on the disk in its place; `bytes` of it, undefined when it is there already. */
  async #replaceShow(
    place: FilePlace,
    bytes: number | undefined,
    commit: () => Promise<void>,
  ): Promise<void> {
    const { files, shows, log } = this.#drone;
    const replaced = place.root === 'data' ? replacedBy.get(place.path) : undefined;
    // Before it: a power cut in between leaves no show, and never the one before beside the one just sent.
    if (replaced !== undefined) await files.remove({ root: 'data', path: replaced });
    try {
      await commit();
      log('info', `received ${place.path}, ${bytes === undefined ? 'unchanged' : `${bytes} bytes`}`);
    } finally {
      if (replaced !== undefined) await shows.refresh({ force: true });
    }
  }
}
