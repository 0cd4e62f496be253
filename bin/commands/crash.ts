/** What is left of a program that a fault of its own ends: a line in its log, and where that is. Knows no server. */
import { appendFileSync, writeSync } from 'node:fs';
import { errorText } from '../../lib/errors.js';

export type CrashRules = {
  /** The program as it is called. */
  readonly name: string;
  readonly logPath: string;
  /** What it means for the drones and what to do, as sentences. */
  readonly consequence: string;
  /** Faults that it outlives. */
  readonly isContained?: (fault: unknown) => boolean;
};

/** As pino writes it. */
const fatalLevel = 60;

/**
 * A fault that nobody caught still ends the program; before that it is written to the log, and at the very end, when
 * the terminal is given back, stderr says where that is.
 */
export function tellOfCrash({ name, logPath, consequence, isContained }: CrashRules): void {
  process.on('uncaughtExceptionMonitor', function tell(fault) {
    if (isContained?.(fault)) return;
    process.off('uncaughtExceptionMonitor', tell);
    const text = `${name} has crashed: ${fault.stack ?? errorText(fault)}`;
    const unwritten = written(logPath, text);
    const where = unwritten === undefined ? `the log is ${logPath}` : `and not in the log: ${unwritten}`;
    process.once('exit', () => {
      writeSync(2, `\n${name} has crashed: ${errorText(fault)}; ${where}\n${consequence}\n`);
    });
  });
}

/** Undefined when the line is in the log, else why not. The log's own stream would be too late. */
function written(path: string, text: string): string | undefined {
  const line = JSON.stringify({ level: fatalLevel, time: new Date().toISOString(), msg: text });
  try {
    appendFileSync(path, `${line}\n`);
    return undefined;
  } catch (error) {
    return errorText(error);
  }
}
