/** How a program ends: Ctrl-C refuses once while drones fly, SIGTERM always ends. Knows signals only. */

export type ShutdownOptions = {
  /** Names of the drones that are armed now; their flight is why a first Ctrl-C is refused. */
  readonly flying: () => readonly string[];
  /** What happens to them when this program ends, as a sentence. */
  readonly consequence: string;
  /** Writes a line for the person at the keyboard. */
  readonly say: (line: string) => void;
};

/** Resolves when the program shall end; `SIGINT` is refused the first time while a drone is armed. */
export function untilShutdown(options: ShutdownOptions): Promise<NodeJS.Signals> {
  let hasRefused = false;
  return new Promise((resolve) => {
    const onInterrupt = () => {
      const flying = options.flying();
      if (flying.length === 0 || hasRefused) return resolve('SIGINT');
      hasRefused = true;
      options.say(
        `armed: ${flying.join(', ')}. ${options.consequence} Press Ctrl-C again to end all the same.`,
      );
    };
    process.on('SIGINT', onInterrupt);
    process.once('SIGTERM', () => resolve('SIGTERM'));
    process.once('SIGHUP', () => resolve('SIGHUP'));
  });
}
