/** Root's helper as a client sees it, played by hand. */
import type { JobName, JobResult } from '../../drone-client/jobs/job.js';
import type { JobFolder } from '../../drone-client/jobs/job-folder.js';
import type { UpdateReport } from '../../lib/update/drone-software.js';

export class FakeJobFolder implements JobFolder {
  readonly architecture = 'arm64';
  missing: string | undefined;
  untrusted: string | undefined;
  readonly requests = new Set<JobName>();
  /** Everything that was ever asked for. */
  readonly asked: JobName[] = [];
  readonly results = new Map<JobName, JobResult>();
  report: UpdateReport | undefined;
  /** What the helper does at once when it is asked. */
  onPut: (job: JobName) => void = () => undefined;
  #runs = 0;

  async obstacle(): Promise<string | undefined> {
    return this.missing;
  }

  async trustObstacle(): Promise<string | undefined> {
    return this.untrusted;
  }

  async waiting(): Promise<readonly JobName[]> {
    return [...this.requests];
  }

  async put(job: JobName): Promise<boolean> {
    if (this.requests.has(job)) return false;
    this.requests.add(job);
    this.asked.push(job);
    this.onPut(job);
    return true;
  }

  async withdraw(job: JobName): Promise<boolean> {
    return this.requests.delete(job);
  }

  async result(job: JobName): Promise<JobResult | undefined> {
    return this.results.get(job);
  }

  async updateReport(): Promise<UpdateReport | undefined> {
    return this.report;
  }

  /** The helper comes and takes the request away. */
  take(job: JobName): void {
    this.requests.delete(job);
  }

  end(job: JobName, ok = true, text = 'done'): void {
    this.take(job);
    this.#runs += 1;
    this.results.set(job, { job, ok, text, run: this.#runs });
  }

  tell(outcome: UpdateReport['outcome'], sha256: string, atUtcMs: number): void {
    this.take('update');
    this.report = { outcome, sha256, text: `it is ${outcome}`, atUtcMs };
  }
}
