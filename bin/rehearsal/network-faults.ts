/** What befalls a computer's way to the network, several things at a time, each for its time. Knows links; no drone. */
import type { AccessLink, LinkConditions } from '../../lib/rehearsal/access-link.js';
import type { Clock } from '../../lib/time/clock.js';
import type { ComputerFault } from './fault-plan.js';

export type NetworkFault = Extract<ComputerFault, { readonly kind: `net-${string}` }>;

const bytesPerKbit = 125;

/** One computer's. */
export class NetworkFaults {
  readonly #link: AccessLink;
  readonly #clock: Clock;
  readonly #usual: LinkConditions;
  readonly #present = new Set<NetworkFault>();

  constructor(link: AccessLink, clock: Clock) {
    this.#link = link;
    this.#clock = clock;
    this.#usual = link.conditions;
  }

  befall(fault: NetworkFault, onOver: () => void): void {
    this.#present.add(fault);
    this.#apply();
    if (fault.forS === undefined) return;
    this.#clock.after(fault.forS * 1000, () => {
      this.#present.delete(fault);
      this.#apply();
      onOver();
    });
  }

  #apply(): void {
    const of = (kind: NetworkFault['kind']) =>
      [...this.#present].flatMap((fault) => (fault.kind === kind && 'amount' in fault ? [fault.amount] : []));
    const { latencyMs, jitterMs, lossFraction, bytesPerS } = this.#usual;
    this.#link.isCut = [...this.#present].some(({ kind }) => kind === 'net-cut');
    this.#link.conditions = {
      latencyMs: latencyMs + sum(of('net-latency')),
      jitterMs: jitterMs + sum(of('net-jitter')),
      lossFraction: 1 - of('net-loss').reduce((kept, lost) => kept * (1 - lost), 1 - lossFraction),
      bytesPerS: Math.min(bytesPerS, ...of('net-speed').map((kbit) => kbit * bytesPerKbit)),
    };
  }
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
