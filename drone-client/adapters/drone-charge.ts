/**
 * Keeps a drone with the server that is in charge: refuses one that is not any more, and leaves for a newer one when it
 * announces itself. Joins connection, session and network; does not know what is flown.
 */
import { errorText } from '../../lib/errors.js';
import type { ConnectionManager } from '../../lib/messaging/index.js';
import { DatagramGuard } from '../../lib/security/datagram-signature.js';
import type { Log } from '../client/drone.js';
import { ServerEpoch, type Statement } from '../client/server-epoch.js';
import type { ServerSession } from '../client/server-session.js';
import type { DroneNetwork } from './drone-network.js';
import type { DroneSecurity } from './drone-security.js';
import { readEpochFile, writeEpochFile } from './epoch-file.js';

/** The epochs that a drone with a key goes by; undefined without a key: there is nothing to believe. */
export function openEpochs({ key }: DroneSecurity, dataFolder: string, log: Log): ServerEpoch | undefined {
  const onWarning = (text: string) => log('warn', text);
  return (
    key &&
    new ServerEpoch({
      guard: new DatagramGuard(key.serverPublicKey),
      kept: readEpochFile(dataFolder, onWarning),
      keep: (statement) => writeEpochFile(dataFolder, statement),
      onWarning,
    })
  );
}

export type ChargeWatchOptions = {
  readonly connection: ConnectionManager;
  readonly session: ServerSession;
  readonly network: DroneNetwork;
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
