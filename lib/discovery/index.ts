/** The public part of discovery: how servers and drones find each other. */
export { Broadcaster, type BroadcasterOptions } from './adapters/broadcaster.js';
export { type FindServerOptions, type FoundServer, findServer } from './adapters/find-server.js';
export { ipv4Interfaces } from './adapters/interfaces.js';
export {
  type HearOptions,
  hearServer,
  type Listening,
  type ListenOptions,
  listenForServers,
} from './adapters/listener.js';
export {
  type AdvertiseOptions,
  advertiseServer,
  type BrowseOptions,
  browseServers,
} from './adapters/mdns.js';
export type { DiscoveryEvent, OnDiscoveryEvent } from './events.js';
export type { MdnsServer } from './mdns-record.js';
export {
  type AcceptDatagram,
  decodeServerIp,
  encodeServerIp,
  maxDatagramBytes,
  type ServerIp,
  type SignDatagram,
} from './server-ip.js';
export {
  type BroadcastTarget,
  broadcastTargets,
  type Ipv4Interface,
  isLoopback,
  mdnsAddresses,
} from './targets.js';
export { reasonToYield } from './younger-server.js';
