/** How a Lacewing client gets the server to know its UDP port: a hello again and again until a welcome. Knows the time. */
import { RequestTimeoutError } from '../../errors.js';
import { type Cancel, type Clock, every } from '../../time/clock.js';

/** How often UDPHello is said until the server answers, ms. Source: the C++ reference client. */
const helloIntervalMs = 500;

export type UdpGreetingOptions = {
  readonly clock: Clock;
  readonly timeoutMs: number;
  readonly sayHello: () => void;
};

export class UdpGreeting {
  readonly #options: UdpGreetingOptions;
  /** Settles once: with the welcome, or with why there is none. */
  readonly ready: Promise<void>;
  #settle: { readonly resolve: () => void; readonly reject: (error: Error) => void } | undefined;
  #stop: Cancel = () => undefined;
  #isReady = false;

  constructor(options: UdpGreetingOptions) {
    this.#options = options;
    this.ready = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
    // Whoever does not wait for UDP is not told that it failed.
    this.ready.catch(() => undefined);
  }

  get isReady(): boolean {
    return this.#isReady;
  }

  start(): void {
    const { clock, timeoutMs, sayHello } = this.#options;
    const cancelHello = every(clock, helloIntervalMs, sayHello);
    const cancelTimeout = clock.after(timeoutMs, () =>
      this.fail(new RequestTimeoutError('udpHello', timeoutMs)),
    );
    this.#stop = () => {
      cancelHello();
      cancelTimeout();
    };
    sayHello();
  }

  welcomed(): void {
    this.#stop();
    this.#isReady = true;
    this.#settle?.resolve();
  }

  /** Before or after the welcome: there are no datagrams any more. */
  fail(error: Error): void {
    this.#stop();
    this.#isReady = false;
    this.#settle?.reject(error);
  }
}
