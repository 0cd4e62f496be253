/** The key map and the help that is made from it: every key documented, none twice. */
import { describe, expect, it } from 'vitest';
import { isCommand, operationNames, operations } from '../../../lib/operations/catalogue.js';
import { actionOf, barBindings, bindings } from '../../../server/panel/key-map.js';
import { plainText } from '../../../server/panel/styled.js';
import { helpLines } from '../../../server/panel/view-help.js';

/** Lines joined, so that what is wrapped is found. */
const help = (columns: number) =>
  helpLines(columns)
    .map((line) => plainText(line).trim())
    .join(' ')
    .replaceAll(/ +/g, ' ');

describe('the key map', () => {
  it('has no key with two meanings, and knows the action of each', () => {
    const keys = bindings.flatMap((binding) => binding.keys);
    expect(new Set(keys).size).toBe(keys.length);
    for (const { keys: own, action } of bindings) expect(own.map(actionOf)).toEqual(own.map(() => action));
  });

  it('is in the help as a whole, and so is every operation of the menu', () => {
    for (const columns of [80, 120, 200]) {
      const text = help(columns);
      for (const { shown, help: sentence } of bindings) expect(text).toContain(`${shown} ${sentence}`);
      for (const name of operationNames.filter((each) => isCommand(each) || each === 'load')) {
        expect(text).toContain(operations[name].title);
        expect(text).toContain(operations[name].help);
      }
    }
  });

  it('says in the help which key an operation of the menu has', () => {
    expect(help(120)).toContain(`${operations.upload.title} (u): `);
  });

  it('leads the bar by Land All, help and menu', () => {
    for (const isInFlight of [true, false])
      expect(
        barBindings(isInFlight)
          .slice(0, 3)
          .map(({ action }) => action),
      ).toEqual([...['landAll', 'help', 'menu']]);
  });
});
