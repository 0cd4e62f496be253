/** The port to the files by which the client asks root's helper for a job, and reads how it ended. Types alone. */
import type { UpdateReport } from '../../lib/update/drone-software.js';
import type { JobName, JobResult } from './job.js';

export interface JobFolder {
  /** Debian's name of this computer's architecture; undefined where nothing is built for it. */
  readonly architecture: string | undefined;
  /** Why the helper can be asked for nothing, a sentence; undefined when it can. */
  obstacle(): Promise<string | undefined>;
  /** Why it would install no update whatever is asked, a sentence; undefined when nothing is known against it. */
  trustObstacle(): Promise<string | undefined>;
  /** What is asked for and was not taken in hand yet. */
  waiting(): Promise<readonly JobName[]>;
  /** Asks; false when that job is asked for already. */
  put(job: JobName): Promise<boolean>;
  /** Asks no longer; false when it was taken in hand before. */
  withdraw(job: JobName): Promise<boolean>;
  /** How the last one ended; undefined without one. */
  result(job: JobName): Promise<JobResult | undefined>;
  /** The last update, or the one under way; undefined without one. */
  updateReport(): Promise<UpdateReport | undefined>;
}
