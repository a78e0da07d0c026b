/** A secret in a text: its kind and its characters [start, end). */
export interface Hit {
  kind: string;
  start: number;
  end: number;
  /**
   * What it has instead of the shape of a key. `NAME`: a telling name before it, which proves a secret in the
   * headers and the address of a request, but not in content. `WEAK`: a name that proves nothing.
   */
  evidence?: 'NAME' | 'WEAK';
}
