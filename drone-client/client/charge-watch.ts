/**
 * Keeps a drone with the server that is in charge: refuses one that is not any more, and leaves for a newer one when it
 * announces itself. Joins connection, session and network; does not know what is flown.
 */
import { errorText } from '../../lib/errors.js';
import type { ConnectionManager } from '../../lib/messaging/index.js';
import type { Log } from './drone.js';
import type { ServerEpoch, Statement } from './server-epoch.js';
import type { ServerSession } from './server-session.js';

/** Hears an announcement before it is judged. `mayVerify`: asked before a signature is looked at. */
type HearAnnouncement = (kwargs: { readonly [key: string]: unknown }, mayVerify: () => boolean) => void;

/** What servers announce of themselves. */
export interface Announcements {
  /** Hears every one until closed, whoever is connected. Rejects with a DisconnectedError when the port can not be opened. */
  listen(hear: HearAnnouncement): Promise<{ close(): void }>;
}

export type ChargeWatchOptions = {
  readonly connection: ConnectionManager;
  readonly session: ServerSession;
  readonly network: Announcements;
  readonly epochs: ServerEpoch;
  /** Whether the drone goes where servers announce themselves. */
  readonly isListening: boolean;
  readonly log: Log;
};

export class ChargeWatch {
  readonly #options: ChargeWatchOptions;
  #isRefused = false;
  #close: () => void = () => undefined;
  #isClosed = false;

  constructor(options: ChargeWatchOptions) {
    this.#options = options;
    const { connection, epochs, session, log } = options;
    connection.onEvent((event) => {
      if (event.type === 'connected') this.#isRefused = false;
      const reason = event.type === 'helloReceived' ? epochs.judge(event.hello) : undefined;
      if (reason === undefined) return;
      this.#isRefused = true;
      log('warn', `server refused: ${reason}`);
      void session.refuse(() => this.#tell(epochs.highest?.proof));
    });
    if (options.isListening) void this.#listen();
  }

  /** What the server that is connected says is not obeyed. */
  get isServerRefused(): boolean {
    return this.#isRefused;
  }

  close(): void {
    this.#isClosed = true;
    this.#close();
  }

  async #listen(): Promise<void> {
    const { network, connection, epochs, session, log } = this.#options;
    try {
      const listening = await network.listen((kwargs, mayVerify) => {
        const newer = epochs.hear(kwargs, connection.peer?.id, mayVerify);
        if (newer) void session.move(newer, () => this.#tell(newer.proof));
      });
      this.#close = listening.close;
      if (this.#isClosed) listening.close();
    } catch (error) {
      log('warn', `a server that takes over is not heard of: ${errorText(error)}`);
    }
  }

  /** The old server hears who is obeyed instead of it, in that server's own words. */
  #tell(proof: Statement | undefined): void {
    const { connection, log } = this.#options;
    if (!proof || !connection.isConnected) return;
    try {
      connection.sendMessage('superseded', { kwargs: { said: proof.said, kwargs: proof.kwargs } });
    } catch (error) {
      log('warn', `the old server was not told who took over: ${errorText(error)}`);
    }
  }
}
