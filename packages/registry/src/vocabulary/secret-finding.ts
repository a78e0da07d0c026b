/**
 * `CERTAIN`: the push is refused. `POSSIBLE`: only a name says so, inside content; the push is stored, with a
 * warning.
 */
export const CERTAINTIES = ['CERTAIN', 'POSSIBLE'] as const;

export type Certainty = (typeof CERTAINTIES)[number];

/** Something in a recording that looks like a secret. */
export interface SecretFinding {
  /** Such as `OpenAI API key` or `header authorization`. Allowances refer to it. */
  kind: string;
  /** Absent in findings that an earlier release stored: then certain. */
  certainty?: Certainty;
  /** JSONPath such as `$.response.body[3].choices[0]`; `line 12` for a file that is not parsed. */
  place: string;
  /** The masked secret: enough to recognise it, too little to use it, such as `sk-pr…9xYz`. */
  masked: string;
}

/** Whether a finding refuses a push. */
export function isCertain({ certainty }: SecretFinding): boolean {
  return certainty !== 'POSSIBLE';
}
