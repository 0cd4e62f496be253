/** A peer that answers as a drone with an installed client does: it takes a package, goes away, and is back with a word on it. */
import { createHash } from 'node:crypto';
import { RefusedError } from '../../lib/errors.js';
import {
  ConnectionManager,
  connectTcp,
  Endpoint,
  type Json,
  libraryFeatures,
} from '../../lib/messaging/index.js';
import { readPublicKey } from '../../lib/security/keys.js';
import { SystemClock } from '../../lib/time/adapters/system-clock.js';
import { type UpdateReport, updatePaths } from '../../lib/update/drone-software.js';
import { isSignedBy, parseSignedStatement } from '../../lib/update/update-statement.js';
import { readyTelemetry } from './answering-peer.js';

/** `gone`: it does not come back; `deaf`: it takes the package and says nothing of it any more. */
export type UpdatePlan = 'done' | 'rolled_back' | 'failed' | 'gone' | 'deaf';

export class UpdatingDrone {
  readonly id: string;
  /** What it answers to `software`. */
  version = '0.1.0';
  architecture: string | undefined = 'arm64';
  obstacle: string | undefined;
  report: UpdateReport | undefined;
  plan: UpdatePlan = 'done';
  /** Why it takes no package now. */
  refusal: { readonly code: string; readonly message: string } | undefined;
  /** Says nothing of an update until that is over. */
  isLateToTell = false;
  /** How long it goes on before it leaves, ms. */
  leaveMs = 1;
  /** What it waits for before it takes a file. */
  hold: Promise<void> | undefined;
  /** How long it is away, ms. */
  installMs = 1;
  /** Whose packages it installs, 64 hexadecimal digits. */
  trusted: string;
  isArmed = false;
  readonly files = new Map<string, Uint8Array>();
  /** How many files have come, kept or not. */
  arrived = 0;
  /** The packages that it was told to install. */
  readonly told: string[] = [];
  readonly #port: number;
  #connection: ConnectionManager | undefined;
  #isClosed = false;

  constructor(id: string, { port, trusted }: { readonly port: number; readonly trusted: string }) {
    this.id = id;
    this.#port = port;
    this.trusted = trusted;
  }

  async connect(): Promise<void> {
    const stream = await connectTcp({ host: '127.0.0.1', port: this.#port, timeoutMs: 5_000 });
    const connection = new ConnectionManager({
      ...{ endpoint: this.#endpoint(), clock: new SystemClock() },
      hello: {
        ...{ protocol: 1, role: 'drone', id: this.id, software: 'starling', version: this.version },
        features: [...libraryFeatures],
      },
    });
    this.#connection = connection;
    connection.connect(stream);
    connection.markIdentified();
  }

  #sendTelemetry(): void {
    const value = { ...readyTelemetry(), git_version: this.version, armed: this.isArmed };
    this.#connection?.sendMessage('telemetry', { kwargs: { value: value as unknown as Json } });
  }

  leave(): void {
    this.#connection?.close('it leaves');
    this.#connection = undefined;
  }

  close(): void {
    this.#isClosed = true;
    this.leave();
  }

  #endpoint(): Endpoint {
    const endpoint = new Endpoint();
    endpoint.requestCallback('id', () => this.id);
    endpoint.requestCallback('clover_dir', () => {
      // The server knows who it is now.
      this.#sendTelemetry();
      return '/home/pi/clover';
    });
    endpoint.fileCallback(async (_connection, filepath, content) => {
      this.arrived += 1;
      await this.hold;
      this.files.set(filepath, Uint8Array.from(content));
    });
    endpoint.requestCallback('software', () => {
      const { version, architecture, obstacle, report } = this;
      return {
        version,
        ...(architecture !== undefined && { architecture }),
        ...(obstacle !== undefined && { obstacle }),
        ...(report && { update: { ...report } }),
      };
    });
    endpoint.requestCallback('update_software', (_connection, ...given) => this.#update(given.at(-1)));
    return endpoint;
  }

  #update(kwargs: unknown): Json {
    const { sha256 = '' } = Object(kwargs) as { sha256?: string };
    if (this.refusal) throw new RefusedError(this.refusal.code, this.refusal.message);
    const to = this.#expectPackage(sha256);
    this.told.push(sha256);
    const before = this.version;
    const tell = (outcome: UpdateReport['outcome'], text: string) => {
      this.report = { outcome, sha256, from: before, to, text, atUtcMs: Date.now() };
    };
    if (!this.isLateToTell) tell('running', 'it installs');
    if (this.plan === 'deaf') return { ok: true };
    setTimeout(() => {
      this.leave();
      if (this.plan === 'gone' || this.isArmed) return;
      if (this.plan === 'done') this.version = to;
      const text = this.plan === 'done' ? `${before} is ${to} now` : 'the new client was not well in 60 s';
      tell(this.plan as UpdateReport['outcome'], text);
      setTimeout(() => {
        if (!this.#isClosed) void this.connect().catch(() => undefined);
      }, this.installMs);
    }, this.leaveMs);
    return { ok: true };
  }

  /** As the helper does: what was sent is what was signed. */
  #expectPackage(sha256: string): string {
    const content = this.files.get(updatePaths.package);
    const signature = this.files.get(updatePaths.signature);
    if (!content || !signature) throw new RefusedError('no_file', 'there is no package here');
    const signed = parseSignedStatement(Buffer.from(signature).toString(), updatePaths.signature);
    const isIt = createHash('sha256').update(content).digest('hex') === sha256;
    if (!isIt || signed.statement.sha256 !== sha256)
      throw new RefusedError('digest_differs', 'another package');
    if (!isSignedBy(signed, readPublicKey(this.trusted)))
      throw new RefusedError('bad_signature', 'it is not signed by a key that this drone trusts');
    return signed.statement.version;
  }
}
