/**
 * The connections to drones: asks each newcomer who it is, and turns what it says into fleet events.
 * Knows messages and streams; no sockets' addresses beyond their text, no screen, no show.
 */
import type { Duplex } from 'node:stream';
import { errorText } from '../../lib/errors.js';
import { formatHostPort } from '../../lib/host-port.js';
import {
  type BulkBudget,
  type ConnectionEvent,
  ConnectionManager,
  Endpoint,
  type Hello,
} from '../../lib/messaging/index.js';
import type { Clock } from '../../lib/time/clock.js';
import type { FleetEvent } from '../fleet/fleet.js';
import { WarningLimit, WarningLimits } from './warning-limit.js';

/** How long a newcomer may take to say its id, ms. */
const identifyTimeoutMs = 10_000;

/** How long a known drone may take to prove that its old connection still lives, ms. */
const probeTimeoutMs = 1_000;

/** More than any drone has to say; what is larger are files and pieces of logs, which are no JSON. */
const maxJsonBytes = 256 * 1024;

const proofPaceMs = 1_000;

const idPattern = /^[^\s\p{C}]{1,63}$/u;

export type DroneLinksOptions = {
  readonly clock: Clock;
  readonly hello: Hello;
  readonly bufferSize: number;
  /** Shared by all files that go to drones. */
  readonly bulkBudget: BulkBudget;
  readonly onFleetEvent: (event: FleetEvent) => void;
  readonly onWarning: (text: string) => void;
  /** Whether a drone of that name comes in with its own key only. */
  readonly isEnrolled: (id: string) => boolean;
  /** False when another name would be one too many: on an open network strangers invent them. */
  readonly hasRoomFor: (id: string) => boolean;
  /** A drone says that it obeys another server: its proof. */
  readonly onSuperseded?: ((proof: { readonly [key: string]: unknown }) => void) | undefined;
  /** A drone is known by name, and has said what it is; `address` is where it came from. */
  readonly onIntroduced?: ((id: string, address: string, hello: Hello | undefined) => void) | undefined;
};

/**
 * An accepted connection: its stream, where it comes from, whom to tell that it has said who it is, and who it has
 * proven to be: undefined for a peer without a key.
 */
export type AcceptedStream = {
  readonly stream: Duplex;
  readonly remoteAddress: string;
  readonly remotePort: number;
  readonly identified: () => void;
  readonly enrolledId: string | undefined;
};

/** All drones' connections by id. One drone has at most one. */
export class DroneLinks {
  readonly #options: DroneLinksOptions;
  readonly #endpoint = new Endpoint();
  readonly #byId = new Map<string, ConnectionManager>();
  readonly #idOf = new Map<ConnectionManager, string>();
  readonly #all = new Set<ConnectionManager>();
  /** When a drone last gave a proof that another server has taken over, monotonic ms. */
  readonly #provedMs = new WeakMap<ConnectionManager, number>();
  readonly #strangers = new WarningLimit();
  readonly #limits = new WarningLimits();

  constructor(options: DroneLinksOptions) {
    this.#options = options;
    this.#endpoint.messageCallback('telemetry', (connection, ...argsThenKwargs) => {
      const kwargs = argsThenKwargs.at(-1);
      const value =
        typeof kwargs === 'object' && kwargs !== null && 'value' in kwargs ? kwargs.value : undefined;
      this.#receiveTelemetry(connection, value);
    });
    this.#endpoint.messageCallback('superseded', (connection, ...argsThenKwargs) => {
      if (!this.#mayProve(connection)) return;
      const proof = argsThenKwargs.at(-1);
      if (typeof proof === 'object' && proof !== null) options.onSuperseded?.({ ...proof });
    });
  }

  /** The connection of a drone that is connected now. */
  get(id: string): ConnectionManager | undefined {
    return this.#byId.get(id);
  }

  /** Takes over a new connection; resolves when the drone entered the table, or was refused. Never rejects. */
  async accept(accepted: AcceptedStream): Promise<void> {
    const { clock, hello, bufferSize, bulkBudget } = this.#options;
    const connection = new ConnectionManager({
      endpoint: this.#endpoint,
      clock,
      hello,
      bufferSize,
      bulkBudget,
      maxJsonBytes,
      resendRequests: false,
    });
    const address = formatHostPort(accepted.remoteAddress, accepted.remotePort);
    this.#all.add(connection);
    connection.onEvent((event) => {
      if (event.type === 'warning') this.#warn(event.text, connection, address);
      else if (event.type === 'helloReceived' && !isOwnName(event.hello.id, accepted.enrolledId))
        connection.close(foreignName(event.hello.id, accepted.enrolledId));
      else this.#onConnectionEvent(connection, event);
    });
    connection.connect(accepted.stream, accepted);
    try {
      const id = await connection.getResponse('id', { timeoutMs: identifyTimeoutMs });
      if (typeof id !== 'string' || !idPattern.test(id)) {
        throw new Error('its id is not a text of 1 to 63 characters without blanks');
      }
      this.#expectOwnName(id, accepted.enrolledId);
      await this.#introduce(connection, id, address);
      accepted.identified();
    } catch (error) {
      this.#warn(`connection refused: ${errorText(error)}`, connection, address);
      connection.close('the peer did not say who it is');
    }
  }

  /** Closes every connection. */
  close(): void {
    for (const connection of this.#all) connection.close('the server ends');
  }

  /** @throws Error when a peer takes a name that its key is not of. */
  #expectOwnName(id: string, enrolledId: string | undefined): void {
    if (!isOwnName(id, enrolledId)) throw new Error(foreignName(id, enrolledId));
    if (enrolledId === undefined && this.#options.isEnrolled(id))
      throw new Error(`it says it is ${id}, which is enrolled and comes in with its key only`);
  }

  async #introduce(connection: ConnectionManager, id: string, address: string): Promise<void> {
    const { onFleetEvent, onWarning } = this.#options;
    // Asked again after each wait: another newcomer of that name may have come in meanwhile.
    for (let present = this.#byId.get(id); present; present = this.#byId.get(id))
      await this.#displace(present, id, address);
    if (!connection.isConnected) return;
    if (!this.#options.hasRoomFor(id))
      throw new Error(`the table is full: take lost drones out of it to let ${id} in`);
    connection.markIdentified();
    this.#byId.set(id, connection);
    this.#idOf.set(connection, id);
    onFleetEvent({ type: 'droneJoined', id, address });
    connection.getResponse('clover_dir').catch((error: unknown) => {
      if (connection.isConnected) onWarning(`${id}: payload folder unknown: ${errorText(error)}`);
    });
    const hello = await connection.helloSettled();
    if (this.#byId.get(id) === connection) this.#tellWhat(connection, id, hello);
  }

  #tellWhat(connection: ConnectionManager, id: string, hello: Hello | undefined): void {
    const { onFleetEvent } = this.#options;
    const software = hello ? `${hello.software} ${hello.version}` : undefined;
    this.#options.onIntroduced?.(id, connection.remoteAddress, hello);
    onFleetEvent({ type: 'droneIntroduced', id, software, isAnswering: connection.hasFeature('errors') });
  }

  /**
   * Makes room for a drone that connects anew. An old connection that still answers means that two drones carry one
   * name: the newcomer is refused, or each would push the other out for ever.
   */
  async #displace(present: ConnectionManager, id: string, address: string): Promise<void> {
    const isAlive =
      present.hasFeature('heartbeat') &&
      (await present.getResponse('id', { timeoutMs: probeTimeoutMs }).then(
        () => true,
        () => false,
      ));
    if (isAlive)
      throw new Error(`another drone that is connected is called ${id} already; rename one of them`);
    present.close(`${id} connected again from ${address}`);
  }

  /** Proofs are dear to check: from drones that are known, once a second each. */
  #mayProve(connection: ConnectionManager): boolean {
    const nowMs = this.#options.clock.monotonicMs();
    if (!this.#idOf.has(connection) || nowMs - (this.#provedMs.get(connection) ?? -proofPaceMs) < proofPaceMs)
      return false;
    this.#provedMs.set(connection, nowMs);
    return true;
  }

  #receiveTelemetry(connection: ConnectionManager, value: unknown): void {
    const id = this.#idOf.get(connection);
    if (id === undefined) return;
    const { clock, onFleetEvent } = this.#options;
    onFleetEvent({ type: 'telemetryReceived', id, value, atMs: clock.monotonicMs(), utcMs: clock.utcMs() });
  }

  /** Strangers share one limit, for they can connect anew as often as they like. */
  #warn(text: string, connection: ConnectionManager, address: string): void {
    const { clock, onWarning } = this.#options;
    const id = this.#idOf.get(connection);
    const line = `${id ?? address}: ${text}`;
    const nowMs = clock.monotonicMs();
    const passed = id === undefined ? this.#strangers.pass(line, nowMs) : this.#limits.pass(id, line, nowMs);
    if (passed !== undefined) onWarning(passed);
  }

  #onConnectionEvent(connection: ConnectionManager, event: ConnectionEvent): void {
    const id = this.#idOf.get(connection);
    if (event.type === 'heartbeat' && id !== undefined) this.#reportLink(connection, id);
    // It was taken for an old client meanwhile.
    if (event.type === 'helloReceived' && id !== undefined) this.#tellWhat(connection, id, event.hello);
    if (event.type === 'disconnected') this.#forget(connection, id, event.reason);
    if (event.type === 'closed') this.#forget(connection, id, event.reason);
  }

  #reportLink(connection: ConnectionManager, id: string): void {
    const { clock, onFleetEvent } = this.#options;
    const ownUtcMinusMonotonicMs = clock.utcMs() - clock.monotonicMs();
    const offset = connection.clockOffset;
    onFleetEvent({
      type: 'linkMeasured',
      id,
      latencyMs: connection.latencyMs,
      offsetMs: offset && offset.offsetMs - ownUtcMinusMonotonicMs,
    });
  }

  #forget(connection: ConnectionManager, id: string | undefined, reason: string): void {
    this.#all.delete(connection);
    this.#idOf.delete(connection);
    if (id === undefined || this.#byId.get(id) !== connection) return;
    this.#byId.delete(id);
    this.#options.onFleetEvent({ type: 'droneLost', id, reason });
    connection.close(reason);
  }
}

function isOwnName(id: string, enrolledId: string | undefined): boolean {
  return enrolledId === undefined || id === enrolledId;
}

function foreignName(id: string, enrolledId: string | undefined): string {
  return `it says it is ${id} and holds the key of ${enrolledId}: name it so, or enroll it as ${id}`;
}
