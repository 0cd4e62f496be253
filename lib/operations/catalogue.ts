/**
 * Everything that the server can be asked to do, once: from it come the panel's menu and its forms, the actions, options
 * and completion of `starling ctl`, and what the control port accepts. Data only.
 */
import { droneOperations } from './drone-operations.js';
import { fileOperations } from './file-operations.js';
import type { OperationSpec } from './operation.js';
import { oversightOperations } from './oversight-operations.js';
import { placeOperations } from './place-operations.js';
import { preflightOperations } from './preflight-operations.js';
import { searchOperations } from './search-operations.js';
import { serverOperations } from './server-operations.js';
import { showOperations } from './show-operations.js';
import { stopOperations } from './stop-operations.js';
import { updateOperations } from './update-operations.js';

const all = {
  ...showOperations,
  ...stopOperations,
  ...searchOperations,
  ...preflightOperations,
  ...oversightOperations,
  ...placeOperations,
  ...fileOperations,
  ...updateOperations,
  ...droneOperations,
  ...serverOperations,
};

export type OperationName = keyof typeof all;

/** In the order of menus and help. */
export const operations: Readonly<Record<OperationName, OperationSpec>> = all;

export const operationNames: readonly OperationName[] = Object.keys(all).filter(isOperation);

export function isOperation(text: string): text is OperationName {
  return Object.hasOwn(all, text);
}

/** Names of those of one kind, for types. */
export type CommandName = {
  [Name in OperationName]: (typeof all)[Name]['kind'] extends 'command' ? Name : never;
}[OperationName];

export function isCommand(name: OperationName): name is CommandName {
  return operations[name].kind === 'command';
}
