/** The panel at work: keys and news in, lines and commands out, on an injected clock. Knows no terminal. */
import { errorText } from '../../lib/errors.js';
import type { Cancel, Clock } from '../../lib/time/clock.js';
import type { TransportStep } from '../recorder/replay/transport.js';
import type { PresetStore, TablePresets } from '../table-presets.js';
import { runEffect } from './effects.js';
import type { Key } from './key-parser.js';
import { PaintPace } from './paint-pace.js';
import type { PanelFacade } from './panel-facade.js';
import { reduce } from './reduce.js';
import {
  type Effect,
  initialState,
  type PanelInput,
  type PanelState,
  type Size,
  type Step,
} from './state.js';
import { bold, fitLine, type StyledLine } from './styled.js';
import { cleanText } from './text.js';
import { view } from './view.js';

/** Where the panel shows itself. */
interface PanelScreen {
  size(): Size;
  /** Shows exactly these lines. */
  paint(lines: readonly StyledLine[]): void;
  /** Paints everything anew at the next `paint`, whatever the screen seems to show. */
  forget(): void;
}

export type PanelOptions = {
  readonly facade: PanelFacade;
  readonly clock: Clock;
  readonly screen: PanelScreen;
  /** Without one the table's presets last as long as the panel. */
  readonly presets?: PresetStore | undefined;
  /** The operator wants to end the server, and has confirmed it. */
  readonly onQuit: () => void;
  /** Of a recording: it is to move. */
  readonly onReplay?: ((step: TransportStep) => void) | undefined;
};

/** Between paints that nothing but the passing of time asks for, while a show counts down or runs, ms. */
const showTickMs = 200;

export class Panel {
  readonly #options: PanelOptions;
  readonly #pace: PaintPace;
  readonly #unsubscribe: () => void;
  #state: PanelState;
  #cancelTick: Cancel | undefined;
  #isClosed = false;
  /** Why the last paint failed; undefined when it did not. */
  #fault: string | undefined;

  constructor(options: PanelOptions) {
    this.#options = options;
    const presets = options.presets?.initial ?? initialState.table.presets;
    this.#state = { ...initialState, table: { ...initialState.table, presets } };
    this.#pace = new PaintPace(options.clock, () => this.#paint());
    this.#unsubscribe = options.facade.onChange(() => this.#pace.request());
    this.#pace.urgent();
  }

  key(key: Key): void {
    this.#take({ type: 'key', key });
  }

  /** The screen has another size, or room again for a picture that it did not take. */
  repaint(): void {
    this.#pace.urgent();
  }

  close(): void {
    this.#isClosed = true;
    this.#unsubscribe();
    this.#pace.close();
    this.#cancelTick?.();
  }

  #take(input: PanelInput): void {
    if (this.#isClosed) return;
    const { state, effects } = this.#reduce(input);
    this.#state = state;
    for (const effect of effects) this.#run(effect);
    if (!this.#isClosed) this.#pace.urgent();
  }

  /** A fault in the panel must neither end the server nor keep drones in the air. */
  #reduce(input: PanelInput): Step {
    const { facade, screen } = this.#options;
    try {
      return reduce(this.#state, input, { snapshot: facade.snapshot(), size: screen.size() });
    } catch (error) {
      facade.log('error', `panel: ${errorText(error)}`);
      const isLandAll = input.type === 'key' && input.key === 'ctrl-x';
      return { state: this.#state, effects: isLandAll ? [{ type: 'landAll' }] : [] };
    }
  }

  #run(effect: Effect): void {
    const { facade, screen, onQuit, onReplay } = this.#options;
    if (effect.type === 'redraw') screen.forget();
    else if (effect.type === 'quit') onQuit();
    else if (effect.type === 'replay') onReplay?.(effect.step);
    else if (effect.type === 'savePresets')
      void this.#save(effect.presets).then((input) => this.#take(input));
    else void runEffect(effect, facade).then((input) => this.#take(input));
  }

  async #save(presets: TablePresets): Promise<PanelInput> {
    const { facade, presets: store } = this.#options;
    try {
      return { type: 'presetsSaved', text: (await store?.save(presets)) ?? 'kept until the panel ends' };
    } catch (error) {
      facade.log('error', `columns: ${errorText(error)}`);
      return { type: 'failed', command: 'columns', text: errorText(error) };
    }
  }

  #paint(): void {
    const { screen } = this.#options;
    this.#scheduleTick();
    try {
      screen.paint(this.#lines(screen.size()));
      this.#fault = undefined;
    } catch (error) {
      this.#failed(errorText(error));
    }
  }

  /** Told once: to tell it asks for a paint, which fails again. */
  #failed(fault: string): void {
    if (fault === this.#fault) return;
    this.#fault = fault;
    this.#options.facade.log('error', `panel: ${fault}`);
  }

  #lines(size: Size): StyledLine[] {
    try {
      const snapshot = this.#options.facade.snapshot();
      this.#state = reduce(this.#state, { type: 'tick' }, { snapshot, size }).state;
      return view(this.#state, snapshot, size);
    } catch (error) {
      const comfort = this.#options.onReplay ? 'REPLAY' : '^X still lands all drones';
      const text = cleanText(` ${comfort}. The panel failed: ${errorText(error)}`);
      return Array.from({ length: size.rows }, (_, row) =>
        fitLine(row === 0 ? [bold(text, 'alarm')] : [], size.columns),
      );
    }
  }

  /** The clock on the screen goes on without news: at each full second, and faster while a show is on. */
  #scheduleTick(): void {
    const { clock } = this.#options;
    this.#cancelTick?.();
    const toNextSecondMs = 1000 - (clock.utcMs() % 1000) + 5;
    const delayMs = this.#state.lastPhase === 'idle' ? toNextSecondMs : Math.min(showTickMs, toNextSecondMs);
    this.#cancelTick = clock.after(delayMs, () => this.#pace.request());
  }
}
