/** Is a drone's server there, is it the right one, and does it tell the time? Pure: what was found is an argument. */
import { type Finding, ok, problem, warning } from '../../lib/doctor/finding.js';

/** A server as it was met; of one that says no hello (an old one, or one that waits for a key) `version` is absent. */
export type MetServer = {
  readonly name: string;
  readonly id?: string;
  readonly version?: string;
  /** Whether the key was proven, by both. */
  readonly isProven: boolean;
  /** Something was said that is no hello. */
  readonly isOld: boolean;
};

export type ServerFacts =
  | { readonly kind: 'met'; readonly server: MetServer; readonly hasKey: boolean; readonly isOpen: boolean }
  | { readonly kind: 'unreachable'; readonly name: string; readonly error: string }
  /** None is named, and none was heard within so many s. */
  | { readonly kind: 'unknown'; readonly isListening: boolean; readonly listenedS: number };

const serverCheck = 'server';

export function judgeServer(facts: ServerFacts, version: string): Finding[] {
  const own = ok('version', version);
  if (facts.kind === 'unknown') return [own, judgeUnknown(facts)];
  if (facts.kind === 'unreachable') {
    const { name, error } = facts;
    const isKeys = /key|TLS/.test(error);
    const todo = isKeys
      ? 'on the server: "starling fleet list" shows whose key is revoked; enroll this drone anew, or name the server of its fleet'
      : 'start the server there; if it runs: is this its network, and does a firewall let that port through?';
    return [own, problem(serverCheck, `${name} can not be reached: ${error}`, todo)];
  }
  return [judgeMet(facts), ...judgeVersion(facts.server, version)];
}

function judgeUnknown({ isListening, listenedS }: Extract<ServerFacts, { kind: 'unknown' }>): Finding {
  const name = 'name it: --server HOST:PORT, or [SERVER] host in a configuration';
  if (!isListening) return problem(serverCheck, 'none is named, and [BROADCAST] use is off', name);
  return problem(
    serverCheck,
    `none was heard within ${listenedS} s`,
    `start the server, on the same network; or ${name}`,
  );
}

function judgeMet({ server, hasKey, isOpen }: Extract<ServerFacts, { kind: 'met' }>): Finding {
  const { name, id, isProven, isOld } = server;
  const who = id === undefined ? name : `${name} (${id})`;
  if (isProven) return ok(serverCheck, `${who}, which has proven this drone's key`);
  if (isOld)
    return warning(
      serverCheck,
      `${who} answers as servers of older software do`,
      'update it, if it is one of ours',
    );
  if (id === undefined) {
    const text = `${name} accepts connections and says nothing to who has not proven a key`;
    return problem(
      serverCheck,
      text,
      hasKey ? 'is that port the one for drones?' : 'give this drone its key',
    );
  }
  if (isOpen) return ok(serverCheck, `${who}, without a key`);
  return problem(
    serverCheck,
    `${who} lets in drones without a key, and this drone wants a proof`,
    'give both their keys, or start this drone with --open',
  );
}

function judgeVersion({ version: server }: MetServer, version: string): Finding[] {
  if (server === undefined || server === version) return [ok('version', version)];
  return [
    warning(
      'version',
      `this is ${version}, the server's is ${server}`,
      'update the older of the two: the server calls a drone with another version not ready ([CHECKS] check_git_version)',
    ),
  ];
}

/** What a time server said. `offsetMs`: how far it is ahead of this computer's clock. */
export type TimeAnswer = { readonly name: string; readonly offsetMs?: number; readonly error?: string };

/** `isServers`: told by the drone's server, not configured under [NTP]. */
export function judgeTimeServer({ name, offsetMs, error }: TimeAnswer, isServers: boolean): Finding {
  const check = 'NTP';
  if (offsetMs === undefined) {
    const text = `${name} does not tell the time: ${error ?? 'no answer'}`;
    return isServers
      ? warning(
          check,
          text,
          'let its UDP port through the firewall of the server; without, the drone goes by the heartbeat',
        )
      : problem(check, text, 'correct [NTP] host and port, or switch [NTP] use off');
  }
  const seconds = Math.abs(offsetMs) / 1000;
  const side = offsetMs > 0 ? 'behind' : 'ahead of';
  return ok(check, `${name} answers; this clock is ${seconds.toFixed(3)} s ${side} it`);
}
