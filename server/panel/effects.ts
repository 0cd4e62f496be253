/** Carries out what the panel's keys ask for, through the server's facade. Knows no keys and no screen. */
import { errorText } from '../../lib/errors.js';
import type { PanelFacade } from './panel-facade.js';
import type { Effect, PanelInput } from './state.js';

/** Effects that concern drones; the others are the screen's. */
export type FleetEffect = Exclude<Effect, { type: 'redraw' | 'quit' | 'savePresets' | 'replay' }>;

/** Begins the effect before it returns; the promise never rejects and gives what the panel has to hear. */
export async function runEffect(effect: FleetEffect, facade: PanelFacade): Promise<PanelInput> {
  const command = effect.type === 'operate' ? effect.name : effect.type;
  try {
    return await run(effect, command, facade);
  } catch (error) {
    const text = errorText(error);
    if (effect.type === 'list') return { type: 'listed', folder: effect.folder, error: text };
    facade.log('error', `${command}: ${text}`);
    return effect.type === 'saveConfig' ? { type: 'configFailed', text } : { type: 'failed', command, text };
  }
}

async function run(effect: FleetEffect, command: string, facade: PanelFacade): Promise<PanelInput> {
  switch (effect.type) {
    case 'landAll':
      return {
        type: 'outcome',
        command,
        ...(await facade.operate({ name: 'land', ids: facade.ids(), given: {}, by: 'panel' })),
      };
    case 'operate':
      return {
        type: 'outcome',
        command,
        ...(await facade.operate({ name: effect.name, ids: effect.ids, given: effect.given, by: 'panel' })),
      };
    case 'load':
      return { type: 'loaded', name: (await facade.loadShow(effect.path)).name };
    case 'openConfig':
      return { type: 'configFound', of: effect.of, found: await facade.configs.read(effect.of) };
    case 'saveConfig': {
      const text = await facade.configs.save(effect.what);
      facade.log('info', `configuration: ${text}`);
      return { type: 'configSaved', text };
    }
    case 'list':
      return { type: 'listed', folder: effect.folder, ...(await facade.folders.look(effect.folder)) };
  }
}
