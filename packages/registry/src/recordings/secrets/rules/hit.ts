/** A secret in a text: what it is, and its characters [start, end). */
export interface Hit {
  kind: string;
  start: number;
  end: number;
}
