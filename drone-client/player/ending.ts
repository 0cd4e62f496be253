/** A way to end a flight, as the player sees it: begun once, looked after until the motors stand. Types alone. */

export type EndingKind = 'land' | 'return' | 'emergency land';

/**
 * Obligations: `begin` rejects with the vehicle's reason, and even then it goes on trying until `cancel`;
 * its owner hears once that the motors stand. After `cancel` nothing is sent or asked for any more.
 */
export interface Ending {
  readonly kind: EndingKind;
  /** The autopilot does not fly by itself yet: the player holds the last point by its setpoints. */
  readonly wantsHold: boolean;
  /** The autopilot does what was asked for, or did: another mode from then on is somebody else's. */
  readonly isTaken: boolean;
  begin(): Promise<void>;
  /** The same is wanted once more: asks at once where it was not taken yet, and rejects as `begin` does. */
  again(): Promise<void>;
  /** Looks at the vehicle's state anew; to be called when it changed. */
  check(): void;
  /** At each tick of the player. */
  tick(nowMs: number): void;
  cancel(): void;
}
