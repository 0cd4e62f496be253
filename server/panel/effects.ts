/** Carries out what the panel's keys ask for, through the server's facade. Knows no keys and no screen. */
import { errorText } from '../../lib/errors.js';
import type { CommandResult } from '../fleet/drone-record.js';
import type { ServerFacade } from '../snapshot.js';
import type { Effect, PanelInput } from './state.js';

/** Effects that concern drones; the others are the screen's. */
export type FleetEffect = Exclude<Effect, { type: 'redraw' } | { type: 'quit' } | { type: 'savePresets' }>;

/** Begins the effect before it returns; the promise never rejects and gives what the panel has to hear. */
export async function runEffect(effect: FleetEffect, facade: ServerFacade): Promise<PanelInput> {
  const command = effect.type === 'operate' ? effect.name : effect.type;
  try {
    if (effect.type === 'load') return { type: 'loaded', name: (await facade.loadShow(effect.path)).name };
    return { type: 'outcome', command, results: await run(effect, facade) };
  } catch (error) {
    facade.log('error', `${command}: ${errorText(error)}`);
    return { type: 'failed', command, text: errorText(error) };
  }
}

function run(effect: Exclude<FleetEffect, { type: 'load' }>, facade: ServerFacade): Promise<CommandResult[]> {
  if (effect.type === 'operate') return facade.operate(effect.name, effect.ids, effect.given);
  return facade.operations.land(facade.snapshot().drones.map(({ record }) => record.id));
}
