/** What visitors of the gateways may send; `npm run fuzz` makes millions of inputs. */
import { describeMadeInputs } from './made-inputs.js';

describeMadeInputs(['wevis', 'lacewing', 'cloudlink', 'scratch']);
