/** A secret in a text: its kind and its characters [start, end). */
export interface Hit {
  kind: string;
  start: number;
  end: number;
}
