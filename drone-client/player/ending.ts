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
  begin(): Promise<void>;
  /** Looks at the vehicle's state anew; to be called when it changed. */
  check(): void;
  /** At each tick of the player. */
  tick(nowMs: number): void;
  cancel(): void;
}
