/** An object of a listing. */
export interface ListedObject {
  key: string;
  bytes: number;
  /** When it was written, by the store's clock. */
  writtenAt: Date;
}

/** The operations that the registry needs of an object store. All throw `BlockStoreError`. */
export interface ObjectStore {
  /** `s3://bucket/prefix`, as configured; keys are below it. */
  location: string;
  put(key: string, bytes: Uint8Array): Promise<void>;
  /** Null when the object does not exist. @param size the expected size in bytes */
  get(key: string, size: number): Promise<Uint8Array | null>;
  /** A presigned URL of an object; null when presigned URLs are disabled. */
  addressOf(key: string): Promise<string | null>;
  /** Removes objects; missing ones are ignored. @returns whether the store keeps earlier versions of them */
  delete(keys: string[]): Promise<{ keepsVersions: boolean }>;
  /**
   * A page of the objects below a folder, in the order of their keys.
   * @param after the last key of the page before; null: the first page
   */
  list(folder: string, after: string | null): Promise<{ objects: ListedObject[]; next: string | null }>;
  /** Resolves when the store is reachable and grants access. */
  check(): Promise<void>;
}
