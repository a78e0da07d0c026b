/** An object as a list tells it. */
export interface ListedObject {
  key: string;
  bytes: number;
  /** When it was written, by the store's clock. */
  writtenAt: Date;
}

/** What the registry needs of a store of objects. All of it throws `BlockStoreError`. */
export interface ObjectStore {
  /** `s3://bucket/prefix`, as configured; keys are below it. */
  location: string;
  put(key: string, bytes: Uint8Array): Promise<void>;
  /** Null when there is no such object. @param size bytes that it must have */
  get(key: string, size: number): Promise<Uint8Array | null>;
  /** An address at which anybody may read an object for a while; null: none are given. */
  addressOf(key: string): Promise<string | null>;
  /** Removes objects, also such as are not there. @returns whether the store keeps earlier versions of them */
  delete(keys: string[]): Promise<{ keepsVersions: boolean }>;
  /** Objects below a folder, a page at a time. */
  list(folder: string): AsyncIterable<ListedObject[]>;
  /** Resolves when the store answers and lets us in. */
  check(): Promise<void>;
}
