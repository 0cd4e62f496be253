import { describe, expect, it } from 'vitest';
import { Charge, type OtherServer } from '../../../server/links/charge.js';

function makeRig(epoch: number | undefined, newest?: OtherServer) {
  const epochs = {
    ...{ epoch, newest },
    isGenuine: (_action: string, { signature }: { readonly [key: string]: unknown }) => signature === 'ours',
    keepNewest: async (other: OtherServer) => {
      epochs.newest = other;
    },
  };
  const lines: string[] = [];
  let raised = 0;
  const charge = new Charge({
    ...{ id: 'own', epochs },
    log: (_level, text) => lines.push(text),
    onRaised: () => {
      raised += 1;
    },
    onChanged: () => undefined,
  });
  return { charge, epochs, lines, raised: () => raised };
}

describe('a server', () => {
  it('is no longer in charge once a higher epoch of its fleet is heard, and says so once', () => {
    const { charge, lines } = makeRig(5);
    charge.heard({ id: 'own', epoch: 9 });
    charge.heard({ id: 'other', epoch: 5 });
    expect(charge.supersededBy).toBeUndefined();
    charge.heard({ id: 'other', epoch: 6 });
    charge.heard({ id: 'other', epoch: 6 });
    charge.look();
    expect(charge.supersededBy).toEqual({ id: 'other', epoch: 6 });
    expect(lines).toEqual(["no longer in charge: other took over (epoch 6, this one's is 5)"]);
  });

  it("believes drones only with the other server's own word", () => {
    const { charge } = makeRig(5);
    const words = { id: 'other', epoch: '6', signature: 'ours' };
    charge.heardFromDrone({ said: 'epoch', kwargs: { ...words, signature: 'x' } });
    charge.heardFromDrone({ said: 'land', kwargs: words });
    charge.heardFromDrone({ said: 'epoch', kwargs: 'other' });
    charge.heardFromDrone({});
    expect(charge.supersededBy).toBeUndefined();
    charge.heardFromDrone({ said: 'server_ip', kwargs: words });
    expect(charge.supersededBy).toEqual({ id: 'other', epoch: 6 });
  });

  it('knows it after a restart, until it takes the fleet back', () => {
    const { charge, epochs, lines, raised } = makeRig(5, { id: 'other', epoch: 6 });
    expect(charge.supersededBy?.id).toBe('other');
    epochs.epoch = 7;
    charge.look();
    expect([charge.supersededBy, raised()]).toEqual([undefined, 1]);
    expect(lines.at(-1)).toBe('this server has taken over: it is in charge from epoch 7 on');
  });

  it('that is open keeps no epochs', () => {
    const { charge, lines } = makeRig(undefined);
    charge.heard({ id: 'other', epoch: 6 });
    charge.look();
    expect([charge.supersededBy, lines]).toEqual([undefined, []]);
  });
});
