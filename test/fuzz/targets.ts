/** All that is fuzzed, by name. */
import { iniFiles, parameterFiles, wireConfig } from './config.js';
import { control, tpp } from './control.js';
import { datagrams, mdnsPackets, signedDatagrams } from './datagrams.js';
import { emergency } from './emergency.js';
import { endpoint } from './endpoint.js';
import { frames } from './frames.js';
import { lacewing, wevis } from './gateways.js';
import { cloudlink, scratch } from './gateways-text.js';
import { json } from './json.js';
import { longMavlink, mavlink, signedMavlink } from './mavlink.js';
import { ntp } from './ntp.js';
import { panel } from './panel.js';
import { lights, parts } from './parts.js';
import { skyc, star, tables, vviz, zip } from './shows.js';
import type { FuzzTarget } from './target.js';

export const fuzzTargets: readonly FuzzTarget[] = [
  ...[
    json,
    frames,
    endpoint,
    datagrams,
    signedDatagrams,
    emergency,
    mdnsPackets,
    mavlink,
    signedMavlink,
    longMavlink,
    ntp,
    tpp,
    control,
    wevis,
    lacewing,
    cloudlink,
    scratch,
    panel,
  ],
  ...[parts, lights, zip, tables, vviz, skyc, star, iniFiles, wireConfig, parameterFiles],
];
