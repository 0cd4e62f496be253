/** A file's content as it is now, read again only when the file has changed. Knows no content. */
import { statSync } from 'node:fs';
import { errorCode, errorText } from '../../errors.js';

export type WatchedFileOptions<Content> = {
  readonly path: string;
  /** What it is, for people. */
  readonly what: string;
  /** Read a moment ago. */
  readonly first: Content;
  readonly read: () => Content;
  /** What a file that is gone stands for; absent: a problem. */
  readonly whenGone?: () => Content;
  /** Told once when it can not be read: what was read last holds on. */
  readonly onProblem: (text: string) => void;
};

export class WatchedFile<Content> {
  readonly #options: WatchedFileOptions<Content>;
  #content: Content;
  #stamp = '';
  #problem: string | undefined;

  constructor(options: WatchedFileOptions<Content>) {
    this.#options = options;
    this.#content = options.first;
  }

  /** As it is on the disk now. Never throws. */
  get current(): Content {
    const { path, what, read, whenGone, onProblem } = this.#options;
    try {
      const { mtimeMs, ctimeMs, ino, size } = statSync(path);
      const stamp = `${mtimeMs} ${ctimeMs} ${ino} ${size}`;
      if (stamp === this.#stamp) return this.#content;
      // A file that can not be read is looked at again when it has changed.
      this.#stamp = stamp;
      this.#content = read();
      this.#problem = undefined;
    } catch (error) {
      if (whenGone && errorCode(error) === 'ENOENT') {
        this.#stamp = '';
        this.#content = whenGone();
        return this.#content;
      }
      const problem = `${what} is used as it was read last: ${errorText(error)}`;
      if (problem !== this.#problem) onProblem(problem);
      this.#problem = problem;
    }
    return this.#content;
  }
}
