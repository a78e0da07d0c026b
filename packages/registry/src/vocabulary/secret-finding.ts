/** Something in a recording that looks like a secret. */
export interface SecretFinding {
  /** What it is, in words: `OpenAI API key`, `header authorization`. */
  kind: string;
  /** Where it stands in the JSON (`$.response.body[3].choices[0].delta.content`); for a file that is not JSON, `line 12`. */
  place: string;
  /** Enough to recognise it and too little to use it: `sk-pr…9xYz`. */
  masked: string;
}
