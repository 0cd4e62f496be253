/** Carries out what the panel's keys ask for, through the server's facade. Knows no keys and no screen. */
import { errorText } from '../../lib/errors.js';
import type { CommandResult } from '../fleet/drone-record.js';
import type { ServerFacade } from '../snapshot.js';
import type { Effect, PanelInput } from './state.js';

/** Effects that concern drones; the others are the screen's. */
export type FleetEffect = Exclude<Effect, { type: 'redraw' } | { type: 'quit' }>;

/** How long a show that the panel authorizes may be started, s. */
export const authorizedS = 600;

/** Begins the effect before it returns; the promise never rejects and gives what the panel has to hear. */
export async function runEffect(effect: FleetEffect, facade: ServerFacade): Promise<PanelInput> {
  const command = effect.type === 'command' ? effect.command : effect.type;
  try {
    return { type: 'outcome', command, results: await run(effect, facade) };
  } catch (error) {
    facade.log('error', `${command}: ${errorText(error)}`);
    return { type: 'failed', command, text: errorText(error) };
  }
}

function run(effect: FleetEffect, facade: ServerFacade): Promise<CommandResult[]> | CommandResult[] {
  const { operations } = facade;
  switch (effect.type) {
    case 'landAll':
      return operations.land(facade.snapshot().drones.map(({ record }) => record.id));
    case 'command':
      return operations[effect.command](effect.ids);
    case 'authorize': {
      const { scope, override } = effect;
      const options = { scope, validS: authorizedS, ...(override !== undefined && { override }) };
      return operations.authorize(effect.ids, options);
    }
    case 'start':
      return operations.start(effect.ids, { delayS: effect.delayS });
    case 'remove':
      return facade.removeFromTable(effect.ids);
  }
}
