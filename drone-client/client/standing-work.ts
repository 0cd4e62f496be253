/** What is being done to a standing drone: nobody takes off meanwhile. Knows no commands and no autopilot. */

/** One drone's. */
export class StandingWork {
  readonly #underWay = new Map<string, number>();

  /** Why no flight may begin; undefined when nothing is being done. */
  get obstacle(): string | undefined {
    const [name] = this.#underWay.keys();
    return name === undefined ? undefined : `${name} is under way: wait until it is done`;
  }

  /** Does it, under this name; ends with it, however that ends. */
  async during<T>(name: string, work: () => Promise<T>): Promise<T> {
    this.#underWay.set(name, (this.#underWay.get(name) ?? 0) + 1);
    try {
      return await work();
    } finally {
      const left = (this.#underWay.get(name) ?? 1) - 1;
      if (left === 0) this.#underWay.delete(name);
      else this.#underWay.set(name, left);
    }
  }
}
