/** Sends the lights of a search, and remembers who is not known to show his. Knows colours and results; no search, no fleet. */
import type { Rgb } from '../../lib/show/model.js';
import type { CommandResult } from '../fleet/drone-record.js';
import type { LitColor, OutOfSearch } from './visual-land.js';

type Light = LitColor | 'off';

const colors: Readonly<Record<Light, Rgb>> = {
  green: { red: 0, green: 255, blue: 0 },
  red: { red: 255, green: 0, blue: 0 },
  off: { red: 0, green: 0, blue: 0 },
};

export interface LightPort {
  /** One result per id; never rejects for what one drone did. */
  ledFill(ids: readonly string[], color: Rgb): Promise<CommandResult[]>;
  /** Gives the lights back to whatever had them before. */
  release(ids: readonly string[]): Promise<CommandResult[]>;
  /** What is shown of the search is something else now. */
  onChange(): void;
}

export class SearchLights {
  readonly #port: LightPort;
  readonly #onWithoutLights: (ids: readonly string[]) => Promise<void>;
  /** The last light that each drone was sent; undefined for one that failed. One that was sent none is dark. */
  readonly #sent = new Map<string, { readonly light: Light | undefined }>();
  readonly #unlit = new Map<string, string>();

  /** `onWithoutLights`: these have said that they have none. */
  constructor(port: LightPort, onWithoutLights: (ids: readonly string[]) => Promise<void>) {
    this.#port = port;
    this.#onWithoutLights = onWithoutLights;
  }

  /** Those whose last light has failed, and why. */
  get unlit(): OutOfSearch[] {
    return [...this.#unlit].map(([id, why]) => ({ id, why }));
  }

  /** Only those are sent a light which are not known to show it; one result for each of them. */
  async show(lights: ReadonlyMap<string, Light>): Promise<CommandResult[]> {
    for (const id of this.#unlit.keys()) if (!lights.has(id)) this.#unlit.delete(id);
    const isShown = (id: string, light: Light) => (this.#sent.get(id) ?? { light: 'off' }).light === light;
    const wanting = (light: Light) =>
      [...lights].flatMap(([id, wanted]) => (wanted === light && !isShown(id, light) ? id : []));
    const results = await Promise.all(
      (['green', 'red', 'off'] as const).map((light) => this.#fill(light, wanting(light))),
    );
    return results.flat();
  }

  /** Nothing is to be seen of these any more. */
  async darken(ids: readonly string[]): Promise<void> {
    await this.#fill(
      'off',
      ids.filter((id) => (this.#sent.get(id) ?? { light: 'off' }).light !== 'off'),
    );
  }

  /** What every drone was sent last, once more. */
  async renew(): Promise<void> {
    const sent = [...this.#sent];
    const having = (light: Light) => sent.flatMap(([id, last]) => (last.light === light ? id : []));
    await Promise.all((['green', 'red', 'off'] as const).map((light) => this.#fill(light, having(light))));
  }

  async #fill(light: Light, ids: readonly string[]): Promise<CommandResult[]> {
    if (ids.length === 0) return [];
    const sent = { light };
    for (const id of ids) this.#sent.set(id, sent);
    const results = await this.#port.ledFill(ids, colors[light]);
    // A later light makes what became of this one old news.
    const latest = results.filter(({ id }) => this.#sent.get(id) === sent);
    for (const result of latest) this.#note(result);
    this.#port.onChange();
    const lightless = latest.filter(isLightless).map(({ id }) => id);
    if (lightless.length > 0) await this.#onWithoutLights(lightless);
    return results;
  }

  #note(result: CommandResult): void {
    const { id, ok, code, message } = result;
    if (ok) {
      this.#unlit.delete(id);
      return;
    }
    this.#sent.set(id, { light: isLightless(result) ? 'off' : undefined });
    this.#unlit.set(id, message ?? code ?? 'failed');
  }
}

function isLightless({ ok, code }: CommandResult): boolean {
  return !ok && code === 'not_supported';
}
