/** What discovery tells whoever runs it: trouble, each once. Data only. */

/** `announceFailed`: that target is not reached, others are. `mdnsFailed`, `listenFailed`: that way does not work. */
export type DiscoveryEvent = {
  readonly type: 'announceFailed' | 'announceWorks' | 'mdnsFailed' | 'listenFailed';
  readonly text: string;
};

export type OnDiscoveryEvent = (event: DiscoveryEvent) => void;
