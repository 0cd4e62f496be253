/** What strangers on the network may send; `npm run fuzz` makes millions of inputs. */
import { describeMadeInputs } from './made-inputs.js';

describeMadeInputs([
  'json',
  'frames',
  'endpoint',
  'datagrams',
  'signed',
  'emergency',
  'mdns',
  'ntp',
  'tpp',
  'control',
  'panel',
]);
