/** Programs of a bench in processes of their own, that take orders and answer them. Knows no order by its name. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

/** What a program does on each order: functions of data that give data. */
type Orders = { readonly [order: string]: (argument: never) => unknown };

type Asked = { readonly number: number; readonly order: string; readonly argument: unknown };
type Answered = { readonly number: number; readonly value?: unknown; readonly error?: string };

/** The parent's end. */
export class Child<T extends Orders> {
  readonly #process: ChildProcess;
  readonly #waiting = new Map<
    number,
    { resolve: (value: unknown) => void; reject: (error: Error) => void }
  >();
  readonly #closed: Promise<unknown>;
  #asked = 0;

  /** `nodeOptions`: of Node itself, for that process alone. */
  constructor(program: URL, nodeOptions: readonly string[] = []) {
    this.#process = fork(program, { serialization: 'advanced', execArgv: [...nodeOptions] });
    this.#process.on('message', (message) => this.#answered(message as Answered));
    this.#closed = once(this.#process, 'close').then(() => {
      for (const { reject } of this.#waiting.values()) reject(new Error(`${program.pathname} has ended`));
    });
  }

  /** @throws Error with what the program says when it can not, or when it has ended. */
  ask<K extends keyof T & string>(
    order: K,
    argument: Parameters<T[K]>[0],
  ): Promise<Awaited<ReturnType<T[K]>>> {
    const number = ++this.#asked;
    const answer = new Promise<unknown>((resolve, reject) => this.#waiting.set(number, { resolve, reject }));
    this.#process.send({ number, order, argument } satisfies Asked);
    return answer as Promise<Awaited<ReturnType<T[K]>>>;
  }

  /** Ends it, whatever it does. */
  async end(): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.#closed;
  }

  #answered({ number, value, error }: Answered): void {
    const waiting = this.#waiting.get(number);
    this.#waiting.delete(number);
    if (error === undefined) waiting?.resolve(value);
    else waiting?.reject(new Error(error));
  }
}

/** The program's end: answers until the parent is gone. */
export function answerParent(orders: Orders): void {
  process.on('message', (message) => void answer(orders, message as Asked));
  process.once('disconnect', () => process.exit(0));
}

async function answer(orders: Orders, { number, order, argument }: Asked): Promise<void> {
  try {
    const value = await orders[order]?.(argument as never);
    process.send?.({ number, value } satisfies Answered);
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.send?.({ number, error: text } satisfies Answered);
  }
}
