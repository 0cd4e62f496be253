/** Decides whether it stands or flies, with PX4's delays. Knows no modes and no commands. */

/** How high it must be to be in the air. */
const liftOffM = 0.05;
/** Ground contact → maybe landed → landed take this long together. Source: PX4 multicopter land detector. */
const touchdownMs = 900;

export class LandDetector {
  #isLanded = true;
  #contactSinceMs: number | undefined;

  get isLanded(): boolean {
    return this.#isLanded;
  }

  /** `isClimbing`: the controller wants to go up. */
  update(input: { readonly heightM: number; readonly isClimbing: boolean; readonly nowMs: number }): void {
    const { heightM, isClimbing, nowMs } = input;
    if (heightM > liftOffM) this.#isLanded = false;
    if (heightM > liftOffM / 5 || isClimbing) {
      this.#contactSinceMs = undefined;
      return;
    }
    this.#contactSinceMs ??= nowMs;
    if (nowMs - this.#contactSinceMs >= touchdownMs) this.#isLanded = true;
  }
}
