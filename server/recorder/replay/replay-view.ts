/** Where a replay stands, for whoever shows it. Data only. */

/** `broken`: something was changed, or is missing. */
export type ChainView = { readonly state: 'checking' | 'intact' | 'broken'; readonly text: string };

/** Whoever shows a snapshot that has one must say that it is not live. */
export type ReplayView = {
  /** The recording's name. */
  readonly session: string;
  /** How many there were to choose from; undefined where it was named. */
  readonly newestOf: number | undefined;
  /** Since it began. */
  readonly tMs: number;
  readonly durationMs: number;
  readonly isPlaying: boolean;
  /** The fleet of another moment is still shown: this one is being read. */
  readonly isBehind: boolean;
  /** Seconds of the recording in a second. */
  readonly speed: number;
  readonly chain: ChainView;
  /** Why nothing was recorded at this moment: the fleet is seen as it was before. */
  readonly gap: string | undefined;
  /** What happens next, and when. */
  readonly next: { readonly tMs: number; readonly text: string } | undefined;
  /** Why the recording can not be read any more. */
  readonly trouble: string | undefined;
};
