/** Shapes of the control port's answers about alerts, checklist and policy. Data only; times are UTC, ISO 8601. */

export type AlertsAnswer = {
  /** The strongest action first, then the oldest. */
  readonly alerts: readonly {
    readonly name: string;
    readonly level: string;
    readonly action: string;
    readonly sinceS: number;
    readonly drones: readonly string[];
    /** How many tell it. */
    readonly of: number;
    readonly isAccepted: boolean;
    readonly text: string;
  }[];
  /** What the server holds the show for; null when it does not. */
  readonly held: { readonly what: string; readonly reasons: readonly string[]; readonly at: string } | null;
  /** Why no show that flies may be started. */
  readonly startObstacle: string | null;
  /** What is to be watched and no drone tells. */
  readonly unwatched: readonly string[];
  /** Whether the black box writes; null where there is none. */
  readonly recording: boolean | null;
};

export type ChecklistAnswer = {
  /** False: the configuration names no checklist. */
  readonly isAsked: boolean;
  readonly ticked: number;
  readonly of: number;
  readonly items: readonly {
    /** From 1. */
    readonly number: number;
    readonly section: string;
    readonly text: string;
    /** False also when the tick is too old. */
    readonly isTicked: boolean;
    readonly by: string | null;
    readonly at: string | null;
  }[];
};

export type PolicyAnswer = { readonly lines: readonly string[] };
