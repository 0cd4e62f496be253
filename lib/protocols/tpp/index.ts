/** The public part of the TPP library: frames, requests and answers. Sockets are opened by its `adapters/`. */
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
  type TppCredentials,
  type TppPassword,
  type TppRequest,
  type TppResponse,
  tppCodes,
} from './messages.js';
