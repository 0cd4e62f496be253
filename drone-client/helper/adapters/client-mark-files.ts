/** What the client says of itself in its runtime folder. Believes its files in nothing but their content. */
import { lstatSync } from 'node:fs';
import { join } from 'node:path';
import { RefusedError } from '../../../lib/errors.js';
import { objectOf } from '../../../lib/security/parse-json.js';
import { type ClientHealth, parseClientHealth } from '../../jobs/job.js';
import type { ClientMarks } from '../ports.js';
import { readWary } from './wary-files.js';

const maxHealthBytes = 4096;

export class ClientMarkFiles implements ClientMarks {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Whatever bears the name marks it, a link that leads nowhere too. */
  isArmed(): boolean {
    return lstatSync(join(this.#folder, 'armed'), { throwIfNoEntry: false }) !== undefined;
  }

  health(): ClientHealth | undefined {
    try {
      const text = readWary({ folder: this.#folder, path: 'health' }, maxHealthBytes).toString('utf8');
      return parseClientHealth(objectOf(text));
    } catch (error) {
      if (error instanceof RefusedError) return undefined;
      throw error;
    }
  }
}
