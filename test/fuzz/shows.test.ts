/** Show files from anywhere; `npm run fuzz` makes millions of inputs. */
import { describeMadeInputs } from './made-inputs.js';

describeMadeInputs(['parts', 'lights', 'zip', 'tables', 'vviz', 'skyc', 'star']);
