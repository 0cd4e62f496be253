/** The computer that a drone's client runs on: its disk, its health, its programs, its names. Composition only. */
import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { join } from 'node:path';
import type { Config } from '../../lib/config/index.js';
import { getIpAddress } from '../../lib/messaging/index.js';
import type { Clock } from '../../lib/time/clock.js';
import { foreignResolutionMs, foreignTimeSource } from '../../lib/time/ntp/adapters/foreign-ntp.js';
import { ntpTimeSource } from '../../lib/time/ntp/adapters/ntp-client.js';
import type { NameSources } from '../client/identity.js';
import type { ComputerEdges, TimeEdges } from '../composition/drone-edges.js';
import { HostHealthReader } from '../failsafe/adapters/host-health.js';
import { noHost } from '../failsafe/host-health.js';
import { FlightLogFolder } from '../flight-log/adapters/flight-log-folder.js';
import { DroneDisk } from './drone-disk.js';
import { ProgramRunner } from './program-runner.js';

export type ComputerOptions = {
  readonly clock: Clock;
  readonly config: Config;
  /** Folder of the animation, other received files, and the records of flights. */
  readonly dataFolder: string;
  /** A simulated drone: this computer's disk and health are not its own. */
  readonly isSimulated: boolean;
};

/** Reads and starts nothing yet. */
export function droneComputer({ clock, config, dataFolder, isSimulated }: ComputerOptions): ComputerEdges {
  const cloverDir = config.getString('clover_dir');
  const payload = cloverDir === 'auto' ? join(dataFolder, 'payload') : cloverDir;
  return {
    files: new DroneDisk({ data: dataFolder, payload }),
    flightLogs: new FlightLogFolder(join(dataFolder, 'flight-logs'), { isDurable: !isSimulated }),
    host: isSimulated ? noHost : new HostHealthReader({ clock, dataFolder }),
    programs: new ProgramRunner(dataFolder),
    names: nameSources,
  };
}

export const nameSources: NameSources = { hostname, ipAddress: getIpAddress, random: Math.random };

/** How long the server may take to tell the time, ms: an answer that took longer would tell little. */
const serverAnswerMs = 1_000;

/** The same for a foreign host, whose name has to be looked up. */
const foreignAnswerMs = 2_000;

/** Time servers of the network. */
export function networkTime(clock: Clock): TimeEdges {
  return {
    server: (host, port) => ntpTimeSource({ clock, host, port, timeoutMs: serverAnswerMs }),
    foreign: (host, port) => foreignTimeSource({ clock, host, port, timeoutMs: foreignAnswerMs }),
    foreignResolutionMs,
  };
}

/** Long enough that nobody guesses it, bytes. */
const bootBytes = 9;

/** What a drone calls itself from its start on. */
export function bootName(): string {
  return randomBytes(bootBytes).toString('base64url');
}
