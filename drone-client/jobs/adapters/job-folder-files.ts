/** The folders and files by which an installed client asks root's helper for jobs. Knows the disk; not what a job does. */
import { constants } from 'node:fs';
import { access, open, readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode, errorText } from '../../../lib/errors.js';
import { objectOf } from '../../../lib/security/parse-json.js';
import { parseUpdateReport, type UpdateReport } from '../../../lib/update/drone-software.js';
import { isJobName, type JobName, type JobResult, jobPaths, parseJobResult } from '../job.js';
import type { JobFolder } from '../job-folder.js';

/** What the helper writes is shorter, bytes. */
const maxFileBytes = 16 * 1024;

/** Source: Debian Policy, architecture names, and Node's `process.arch`. */
const debianNames: ReadonlyMap<string, string> = new Map([
  ['x64', 'amd64'],
  ['arm64', 'arm64'],
  ['arm', 'armhf'],
]);

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_WRONLY } = constants;

export class JobFolderFiles implements JobFolder {
  readonly architecture = debianNames.get(process.arch);
  readonly #root: string;

  /** `root`: the folder that the paths of jobs begin in, `/` on an installed drone. */
  constructor(root: string) {
    this.#root = root;
  }

  async obstacle(): Promise<string | undefined> {
    const folder = this.#at(jobPaths.requests);
    try {
      await access(folder, constants.W_OK | constants.X_OK);
      return undefined;
    } catch (error) {
      if (errorCode(error) === 'ENOENT')
        return `no helper is installed on this drone (there is no ${folder}): the package starling-drone brings it`;
      return `${folder} can not be written (${errorText(error)}): restart the client: systemctl restart starling-drone`;
    }
  }

  async trustObstacle(): Promise<string | undefined> {
    const folder = this.#at(jobPaths.trustedKeys);
    try {
      if ((await readdir(folder)).some((name) => name.endsWith('.pub'))) return undefined;
    } catch (error) {
      // Whoever may not look knows nothing against it.
      if (errorCode(error) !== 'ENOENT') return undefined;
    }
    return `no key is trusted for updates here (${folder} has none): run on the drone: sudo starling-drone-setup --enroll KEYFILE`;
  }

  async waiting(): Promise<readonly JobName[]> {
    return (await readdir(this.#at(jobPaths.requests))).filter(isJobName);
  }

  async put(job: JobName): Promise<boolean> {
    try {
      const file = await open(this.#request(job), O_CREAT | O_EXCL | O_WRONLY | O_NOFOLLOW, 0o644);
      await file.close();
      return true;
    } catch (error) {
      if (errorCode(error) === 'EEXIST') return false;
      throw error;
    }
  }

  async withdraw(job: JobName): Promise<boolean> {
    try {
      await unlink(this.#request(job));
      return true;
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return false;
      throw error;
    }
  }

  async result(job: JobName): Promise<JobResult | undefined> {
    const text = await readShort(this.#at(join(jobPaths.results, `${job}.json`)));
    const result = text === undefined ? undefined : parseJobResult(objectOf(text));
    return result?.job === job ? result : undefined;
  }

  async updateReport(): Promise<UpdateReport | undefined> {
    const text = await readShort(this.#at(jobPaths.updateReport));
    return text === undefined ? undefined : parseUpdateReport(text);
  }

  #request(job: JobName): string {
    return this.#at(join(jobPaths.requests, job));
  }

  #at(path: string): string {
    return join(this.#root, path);
  }
}

/** Undefined for a file that is not there; what is longer than any of the helper's is cut, and then makes no sense. */
async function readShort(path: string): Promise<string | undefined> {
  try {
    const file = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    try {
      const { buffer, bytesRead } = await file.read({ buffer: Buffer.alloc(maxFileBytes), position: 0 });
      return buffer.toString('utf8', 0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
