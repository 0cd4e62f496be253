/** The port to the server's archive of flight logs. Knows no drone's connection and no format. */

/** A log on its way in: nobody sees it before `commit`. One call at a time; after a rejection only `abandon`. */
export interface IncomingLog {
  append(bytes: Uint8Array): Promise<void>;
  /** It is whole: from now on it is one of the logs. */
  commit(): Promise<void>;
  /** Nothing of it stays behind. After `commit` without effect. */
  abandon(): Promise<void>;
}

/** Obligations: a drone's id is any text, and its logs lie in a place of their own; rejects with the system's errors. */
export interface FlightLogStore {
  /** The logs held of one drone: name → bytes. */
  list(droneId: string): Promise<ReadonlyMap<string, number>>;
  /** What all logs of all drones take, bytes. */
  totalBytes(): Promise<number>;
  begin(droneId: string, name: string): Promise<IncomingLog>;
}
