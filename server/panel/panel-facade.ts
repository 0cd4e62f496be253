/** What the panel asks of a server, or of what stands in for one. Data and promises; knows no screen. */
import type { ServerFacade } from '../snapshot.js';

export type PanelFacade = Pick<
  ServerFacade,
  'snapshot' | 'ids' | 'onChange' | 'operate' | 'loadShow' | 'configs' | 'folders' | 'log'
>;
