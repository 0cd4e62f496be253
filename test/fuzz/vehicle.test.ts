/** What an autopilot and an operator's files may say; `npm run fuzz` makes millions of inputs. */
import { describeMadeInputs } from './made-inputs.js';

describeMadeInputs(['mavlink', 'mavlink-signed', 'ini', 'wire-config', 'parameters']);
