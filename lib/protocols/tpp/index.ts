/** The public part of the TPP library: frames, requests and answers, and the client of a server. */
export type { TppTls } from './adapters/tpp-client.js';
export { type TppCallChanges, TppRemote, type TppRemoteOptions } from './adapters/tpp-remote.js';
export { type TppCallOptions, TppClient } from './client.js';
export { defaultMaxBodyBytes, encodeTppFrame, TppDecoder, type TppFrame, type TppJson } from './codec.js';
export { NoServerError, TppRemoteError } from './errors.js';
export {
  type AdmittedRequest,
  badDataVerdict,
  checkTppRequest,
  encodeTppError,
  encodeTppRequest,
  encodeTppResponse,
  isTppObject,
  type RequestRefusal,
  type RequestVerdict,
  readTppCredentials,
  readTppResponse,
  streamAction,
  type TppCredentials,
  type TppPassword,
  type TppRequest,
  type TppResponse,
  tppCodes,
} from './messages.js';
