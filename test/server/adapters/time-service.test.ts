import { expect, it } from 'vitest';
import { SystemClock } from '../../../lib/time/adapters/system-clock.js';
import { exchange } from '../../../lib/time/ntp/adapters/ntp-client.js';
import { startTimeService } from '../../../server/adapters/time-service.js';

it('the time of the server is served, to many drones behind one address as to many', async () => {
  const clock = new SystemClock();
  const asked: string[] = [];
  const service = await startTimeService({
    ...{ clock, host: '127.0.0.1', isAnyPort: true, log: () => undefined },
    clientsAt: (address) => {
      asked.push(address);
      return 10;
    },
  });
  const port = service.port ?? expect.fail('no port');
  const call = () => exchange({ clock, host: '127.0.0.1', port, timeoutMs: 2000 });
  // One client alone may ask eight times at once.
  const samples = await Promise.all(Array.from({ length: 40 }, call));
  expect(samples).toHaveLength(40);
  expect(new Set(asked)).toEqual(new Set(['127.0.0.1']));
  await service.close();
});
