/** The vetoes: who is asked before something happens, in order. Knows no room and no member, only their descriptions. */

import { contain } from './contain.js';
import type { Content, Denial, Member, VisitorRole } from './hub-types.js';

/** What each hook is asked. Fleet members are a fact: no hook is asked about their coming and going. */
export type HookQuestions = {
  readonly connect: { readonly id: string; readonly gateway: string; readonly address: string };
  readonly login: { readonly member: Member; readonly name: string; readonly role: VisitorRole };
  readonly rename: { readonly member: Member; readonly name: string };
  readonly join: {
    readonly member: Member;
    readonly room: string;
    /** The room is made by this. */
    readonly isNew: boolean;
    readonly isHidden: boolean;
    readonly closesWithOwner: boolean;
  };
  /** Not asked of a member that is kicked or disconnected. */
  readonly leave: { readonly member: Member; readonly room: string };
  readonly list: { readonly member: Member };
  readonly roomMessage: {
    readonly member: Member;
    readonly room: string;
    readonly what: 'message' | 'variable';
    readonly content: Content;
  };
  readonly privateMessage: {
    readonly member: Member;
    readonly to: Member;
    readonly room: string | undefined;
    readonly content: Content;
  };
  readonly kick: { readonly member: Member; readonly room: string; readonly target: Member };
};

export type HookPoint = keyof HookQuestions;

export const hookPoints: readonly HookPoint[] = [
  'connect',
  'login',
  'rename',
  'join',
  'leave',
  'list',
  'roomMessage',
  'privateMessage',
  'kick',
];

/** Nothing against it, or why not: the text reaches who asked. */
export type Verdict = { readonly deny: string } | undefined;

export type Hooks = { readonly [Point in HookPoint]?: (question: HookQuestions[Point]) => Verdict };

/** Told of a hook that failed: whose, and how. */
export type HookFault = (source: string, text: string) => void;

/** Asks hooks in the order they were added. The first that denies decides. */
export class HookChain {
  readonly #all: { readonly name: string; readonly hooks: Hooks }[] = [];
  readonly #onFault: HookFault;

  constructor(onFault: HookFault) {
    this.#onFault = onFault;
  }

  add(name: string, hooks: Hooks): void {
    this.#all.push({ name, hooks });
  }

  /** Nothing, or why not. A hook that throws, or gives what is no verdict, denies and is named. */
  ask<Point extends HookPoint>(point: Point, question: HookQuestions[Point]): Denial | undefined {
    for (const { name, hooks } of this.#all) {
      const hook = hooks[point];
      if (hook === undefined) continue;
      const source = `hook ${point} of ${name}`;
      const answer = contain<unknown>(
        () => hook.call(hooks, question),
        (text) => this.#onFault(source, text),
      );
      const denial =
        'fault' in answer ? this.#failed(source, answer.fault) : this.#judge(source, answer.value);
      if (denial !== undefined) return denial;
    }
    return undefined;
  }

  #judge(source: string, verdict: unknown): Denial | undefined {
    if (verdict === undefined) return undefined;
    if (
      typeof verdict === 'object' &&
      verdict !== null &&
      'deny' in verdict &&
      typeof verdict.deny === 'string'
    )
      return { code: 'denied', reason: verdict.deny === '' ? `denied by the ${source}` : verdict.deny };
    return this.#failed(source, 'it gave neither undefined nor { deny: "why" }');
  }

  #failed(source: string, text: string): Denial {
    this.#onFault(source, text);
    return { code: 'hook_failed', reason: `denied: the ${source} failed` };
  }
}
